"""`cairn import`: a register out of a spreadsheet, looked at first, then made into histories; taken back as a whole."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, BadParameter, Option
from typer.core import TyperGroup

from cli.command_output import progress
from cli.confirm import Yes, ask, must_ask
from cli.files_out import keep
from cli.options import Reason, act, look, read, story
from cli.output import answer, bullets, counted, first_up, heading, say, table
from cli.session import Session, guidance, text_of

if TYPE_CHECKING:
    from workflows.importing.questions_asked import Mapped
    from workflows.importing.register_plan import ImportPlan
    from workflows.views.imports_made import ImportLine

FILE = "file"


class OrFile(TyperGroup):
    """The commands of importing; what is none of them is the file to import."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Take what is no command for a file."""
        return super().resolve_command(ctx, args if args[0] in self.commands else [FILE, *args])


app = story("Import a register from a spreadsheet: cairn import FILE. It asks first, and can be taken back.", OrFile)

MappingFile = Annotated[
    Path | None, Option("--mapping", metavar="FILE", help="How the columns are read (see --save-mapping).")
]
SaveMapping = Annotated[
    Path | None, Option("--save-mapping", metavar="FILE", help="Write how the columns are read, and what is asked.")
]
Answers = Annotated[
    list[str] | None, Option("--answer", metavar="QUESTION=ANSWER", help="Answer what is asked; may be repeated.")
]
AsProposed = Annotated[bool, Option("--as-proposed", help="Take what is proposed for all that is asked.")]


@app.command(FILE, hidden=True)
@act
def file(
    session: Session,
    path: Annotated[Path, Argument(metavar="FILE", help="The register: XLSX, ODS or CSV.", show_default=False)],
    mapping: MappingFile = None,
    sheet: Annotated[str, Option("--sheet", metavar="NAME", help="The sheet, if not the first with headings.")] = "",
    answers: Answers = None,
    as_proposed: AsProposed = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Only say what would be made, row by row.")] = False,
    save_mapping: SaveMapping = None,
    yes: Yes = False,
) -> None:
    """Import a register: what would be made of it is shown first, with all that is wrong or asked."""
    from workflows.importing.mapping_files import mapping_as_text

    content = _bytes(path)
    said = _said(mapping, sheet, answers or [])
    plan = _plan(session, content, said, as_proposed=as_proposed)
    if save_mapping is not None:
        keep(save_mapping, mapping_as_text(plan.mapped, plan.questions).encode())
    if not session.as_json:
        _tell(plan)
    made = 0
    if not dry_run:
        made = _do(session, content, path.name, plan, yes=yes)
    answer(_facts(plan, made), lambda _: None, as_json=session.as_json)


def _do(session: Session, content: bytes, name: str, plan: ImportPlan, *, yes: bool) -> int:
    from workflows.verbs.import_register import begin_import, finish_import, import_reviews, in_batches

    if not plan.open and must_ask(yes=yes, as_json=session.as_json):
        ask("Make these histories?")
    with session.uow() as uow:
        run = begin_import(uow, plan, name, hashlib.sha256(content).hexdigest())
    made = 0
    with progress("Importing", len(plan.reviews)) as done:
        for batch in in_batches(plan.reviews):
            with session.uow() as uow:
                made += import_reviews(uow, run, batch)
            done(len(batch))
    with session.uow() as uow:
        finish_import(uow, run, plan)
    if not session.as_json:
        say(f"{run.id} is done: {counted(made, 'entry')} made. cairn import take-back {run.id} takes all of it back.")
        _tell_new_references(session, plan)
    return made


def _tell_new_references(session: Session, plan: ImportPlan) -> None:
    """Under which reference each review of the sheet is found from now on."""
    from records.imports import called_before

    theirs = {one.reference for one in plan.reviews if plan.is_new(one)}
    with session.reading() as tx:
        found = {ref: before for ref, before in called_before(tx, "").items() if before in theirs}
    if found:
        heading("Under which reference each review is from now on (cairn list --all shows both)")
        table(("In the sheet", "Here"), [(before, ref) for ref, before in found.items()])


@app.command("list")
@look
def list_(session: Session) -> None:
    """Show what was imported, when, by whom, and what was made of it."""
    from workflows.views.imports_made import imports_made

    with session.reading() as tx:
        found = imports_made(tx)
    answer(found, _tell_imports, as_json=session.as_json)


@app.command()
@read
def template(
    session: Session,
    path: Annotated[Path, Argument(metavar="FILE", help="Where to write it: NAME.xlsx or NAME.csv.")],
    reviews: Annotated[bool, Option("--reviews", help="For reviews alone, with what is analysed of them.")] = False,
    regime: Annotated[
        str, Option("--regime", metavar="REGIME", help="Such as adult_protection; else by the name of the committee.")
    ] = "",
) -> None:
    """Write a register to fill in, which then comes in without a question."""
    from config.procedures import names
    from workflows.importing.templates import heads_of, template_as_text, template_as_workbook
    from workflows.verbs.import_register import editions_of_the_nation, regime_by_name

    ours = editions_of_the_nation(map(guidance, names()), "")
    known = tuple(dict.fromkeys(one.regime for one in ours))
    if regime and regime not in known:
        raise BadParameter(f"the regime is {' or '.join(known)}, not {regime[:40]!r}.")
    editions = editions_of_the_nation(ours, regime or regime_by_name(ours))
    heads = heads_of(editions, "reviews" if reviews else "register")
    if path.suffix.lower() not in {".xlsx", ".csv"}:
        raise BadParameter("name the file NAME.xlsx or NAME.csv.")
    made = template_as_text(heads) if path.suffix.lower() == ".csv" else template_as_workbook(heads)
    keep(path, made)
    said = f"{path} is written, with {counted(len(heads), 'column')}."
    answer({"did": said, "columns": [one.name for one in heads]}, lambda _: say(said), as_json=session.as_json)


@app.command("take-back")
@act
def take_back_(
    session: Session,
    run: Annotated[str, Argument(metavar="IMPORT", help="The import, such as IMPORT-1.", show_default=False)],
    reason: Reason = "",
) -> None:
    """Take an import back as a whole, as long as nothing else was done on any of its cases."""
    from workflows.verbs.take_back_import import take_back

    with session.uow() as uow:
        gone = take_back(uow, run, reason, session.hidden())
    said = f"{run.upper()} was taken back: {counted(len(gone), 'case')}."
    answer({"did": said, "cases": list(gone)}, lambda _: say(said), as_json=session.as_json)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as trouble:
        raise BadParameter(f"{path} cannot be read: {trouble.strerror}.") from None


def _said(mapping: Path | None, sheet: str, answers: list[str]) -> Mapped:
    from workflows.importing.mapping_files import mapping_in
    from workflows.importing.questions_asked import Mapped

    given = dict[str, str]()
    for one in answers:
        key, sign, said = one.rpartition("=")
        if not sign or not key:
            raise BadParameter(f"write an answer as QUESTION=ANSWER, not {one[:60]!r}.")
        given[key] = said
    return Mapped(sheet, {}, given).over(mapping_in(text_of(mapping)) if mapping is not None else Mapped())


def _plan(session: Session, content: bytes, said: Mapped, *, as_proposed: bool) -> ImportPlan:
    from workflows.importing.reading import read_register
    from workflows.importing.register_plan import planned
    from workflows.verbs.import_register import kept_mapping, what_is_known

    book = read_register(content)
    with session.uow() as uow:
        return planned(
            book, said.over(kept_mapping(uow, book)), what_is_known(uow, session.hidden()), as_proposed=as_proposed
        )


def _tell(plan: ImportPlan) -> None:
    from workflows.views.import_lines import lines_of

    sheet = plan.layout.sheet.name
    heading(f"{f'The sheet {sheet}' if sheet else 'The file'}, its columns in row {plan.layout.header}")
    table(("Column", "What it is taken for"), [(name, target) for name, target in plan.mapped.columns.items()])
    bullets(plan.notes)
    if plan.questions:
        heading("What is asked")
        for one in plan.questions:
            choices = (
                "; ".join(f"{name}: {words}" for name, words in one.choices)
                or f"{'what it should say' if one.free else 'a day such as 2026-03-02'}, or words"
            )
            state = f"answered: {one.answer}" if one.answer else f"proposed: {one.proposal or 'nothing'}"
            bullets([f"{one.key} ({', '.join(one.places[:8])}): {one.asks} {choices}. {first_up(state)}."])
    heading("What would be made, row by row")
    bullets(f"row {one.row}: {one.what}" for one in lines_of(plan))
    for title, found in (("What is wrong", plan.problems), ("What changed since it was imported", plan.changed)):
        if found:
            heading(title)
            bullets((f"row {one.row}: {one.what}." for one in found), "warn")
    reviews, recommendations, actions = plan.counts
    what = (counted(reviews, "review"), counted(recommendations, "recommendation"), counted(actions, "action"))
    say(f"{', '.join(what)} would be made; {plan.there} are there already.")


def _facts(plan: ImportPlan, made: int) -> dict[str, object]:
    from workflows.views.import_lines import lines_of

    return {
        "sheet": plan.layout.sheet.name,
        "columns": dict(plan.mapped.columns),
        "notes": plan.notes,
        "questions": plan.questions,
        "rows": lines_of(plan),
        "wrong": plan.problems,
        "changed": plan.changed,
        "counts": dict(zip(("reviews", "recommendations", "actions"), plan.counts, strict=True)),
        "there_already": plan.there,
        "entries_made": made,
    }


def _tell_imports(found: tuple[ImportLine, ...]) -> None:
    if not found:
        say("Nothing was imported.")
        return
    heads = ("", "File", "When", "By whom", "What was made", "")
    table(heads, [(one.number, one.file, one.on, one.by, one.made, one.stands) for one in found])
