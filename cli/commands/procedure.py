"""The editions of the guidance: listed, shown, checked, drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.command_output import echo
from cli.files_out import out
from cli.options import EditionName, read, story
from cli.output import answer, answer_in_a_sentence, bullets, entries, say
from cli.paper_options import WORD, Docx, Pdf, Xlsx, committee_name
from cli.session import Session, guidance
from states.words import counted

if TYPE_CHECKING:
    from states.procedure import Procedure
    from workflows.views.editions import Checked, CheckedLocal, EditionLine

app = story("The editions of the guidance: listed, shown, checked, drawn.")

File = Annotated[Path, Argument(metavar="FILE", help="The file of an edition.")]
Local = Annotated[Path | None, Option("--local", metavar="FILE", help="A committee's file to lay over it.")]
Svg = Annotated[Path | None, Option("--svg", metavar="FILE", help="Write the picture to this file.")]


@app.command("list")
@read
def list_(session: Session) -> None:
    """List the editions of the guidance."""
    from config.settings import settings
    from workflows.views.editions import editions

    answer(editions(settings().local_file), _tell_list, as_json=session.as_json)


@app.command()
@read
def show(session: Session, edition: EditionName) -> None:
    """Show an edition in words: states, steps, time limits, ladders, sources; and what to type for each."""
    from cli.edition_commands import typed
    from workflows.views.editions import edition_page

    page = edition_page(_with_examples(edition), session.today)
    answer(page, lambda one: echo(one.words + typed(one.procedure)), as_json=session.as_json)


@app.command()
@read
def check(session: Session, file: File, local: Local = None) -> None:
    """Check a file, an edition's or a committee's own, and play its examples: every fault with place and remedy."""
    from workflows.examples.proving import proved

    answer(proved(file, local), _tell_checked, as_json=session.as_json)


@app.command()
@read
def examples(session: Session, edition: EditionName, docx: Docx = None, pdf: Pdf = None, xlsx: Xlsx = None) -> None:
    """Show the examples of an edition as a table: the day, what happens, what must come of it, and the source."""
    from workflows.examples.examples_paper import examples_paper

    made = examples_paper(_with_examples(edition), committee_name(), session.today)
    out(session, made, docx, pdf, xlsx, WORD / "paper.docx")


def _with_examples(edition: str) -> Procedure:
    """An edition with its examples, which are not kept with it."""
    from config.procedures import examples_of
    from config.settings import settings

    found = guidance(edition)
    return found.model_copy(update={"examples": examples_of(found.name, settings().local_file)})


@app.command()
@read
def draw(session: Session, edition: EditionName, svg: Svg = None) -> None:
    """Draw an edition as one picture (SVG)."""
    from config.drawing import draw as drawn
    from records.files import plainly_about

    picture = drawn(guidance(edition))
    if svg is None:
        echo(picture)
        return
    with plainly_about(svg):
        svg.write_text(picture, encoding="utf-8")
    answer_in_a_sentence(f"The picture is in {svg}.", as_json=session.as_json, file=str(svg))


@app.command()
def schema() -> None:
    """Print the JSON Schema of an edition, for editors that check TOML while it is typed."""
    from config import procedures

    echo(json.dumps(procedures.schema(), ensure_ascii=False, indent=2))


def _tell_list(found: tuple[EditionLine, ...]) -> None:
    entries((one.name, "; ".join(filter(None, _about(one))), "heading") for one in found if not one.faults)
    for one in found:
        if one.faults:
            say(f"{one.name} cannot be used: {counted(len(one.faults), 'fault')}.", "warn")
            bullets(one.faults)


def _about(one: EditionLine) -> tuple[str, ...]:
    withdrawn = f"withdrawn {one.withdrawn_on}" if one.withdrawn_on else ""
    local = f"with the changes of {one.committee}" if one.committee else ""
    return one.title, one.nation, one.kind, withdrawn, local


NO_DATE = (
    "In these states a case can stand with no date running, by these steps; the list of whoever keeps the case "
    "names it after a week. A timescale anchored on the state (or on the step that leads there) would remind by itself:"
)


def _tell_checked(found: Checked | CheckedLocal) -> None:
    from workflows.views.editions import Checked

    if isinstance(found, Checked):
        parts = f"{found.states} states, {found.transitions} transitions, {found.timescales} timescales"
        say(f"{found.name} is in order: {parts}, {found.ladders} ladders.", "good")
        _tell_examples(found)
        if found.unsaid:
            say(found.unsaid, "warn")
        _tell_shared_labels(found)
        if found.without_date:
            say(NO_DATE, "warn")
            bullets(f"{one.state}: {' > '.join(one.steps)}" for one in found.without_date)
        return
    if not found.editions:
        say(
            f"The file of {found.committee} is in order. It changes no edition; what it says holds under each.",
            "good",
        )
        return
    say(f"The file of {found.committee} is in order. It changes:", "good")
    bullets(one.name for one in found.editions)
    for one in found.editions:
        _tell_examples(one)


def _tell_shared_labels(found: Checked) -> None:
    if found.shared_labels:
        say("Fields that share a label; give each its own where the edition is not in use yet:", "warn")
        bullets(found.shared_labels)


def _tell_examples(found: Checked) -> None:
    if found.examples:
        say(f"{found.name}: {counted(found.examples, 'example')} played.", "good")
    if found.changed_examples:
        say("What this changes in the nation's examples:", "warn")
        bullets(found.changed_examples)
