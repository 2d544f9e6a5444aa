"""`cairn sample`: cases drawn by chance for an auditor, and what was found in each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.form_input import given
from cli.options import Fields, FieldsFile, Reason, Ref, act, day, look, story
from cli.output import answer, answer_in_a_sentence, bullets, heading, say
from cli.session import Session
from states.words import counted, long_day

if TYPE_CHECKING:
    from workflows.views.sample_page import Sample

app = story("An auditor's samples: drawn by a seed, read by a form.")

Number = Annotated[str, Argument(metavar="SAMPLE", help="The sample, such as S1 (cairn sample list).")]
Count = Annotated[int, Option("--count", metavar="N", help="How many cases.")]
By = Annotated[str, Option("--by", metavar="STRATA", help="outcome, edition, year, agency or none.")]
Seed = Annotated[str, Option("--seed", metavar="TEXT", help="Any words or digits; one is made where none is given.")]
Bound = Annotated[date | None, Option(parser=day, metavar="DATE", help="Cases opened from (until) this day alone.")]


@app.command()
@act
def draw(
    session: Session,
    count: Count = 12,
    by: By = "outcome",
    seed: Seed = "",
    opened_from: Bound = None,
    opened_to: Bound = None,
    reason: Reason = "",
) -> None:
    """Draw cases by chance, as they were known at the end of yesterday; the seed and the strata stay on record."""
    from config.assessment_form import assessment_form
    from config.settings import settings
    from workflows.verbs.samples import SampleWanted, draw_sample

    wanted = SampleWanted(count, by, seed, None, opened_from, opened_to, reason)
    with session.uow() as uow:
        number = draw_sample(uow, wanted, assessment_form(settings().local_file)).subject
    show_sample(session, number)


@app.command("list")
@look
def list_(session: Session) -> None:
    """List the samples there are, the newest first."""
    from workflows.views.sample_page import samples

    with session.reading() as tx:
        found = samples(tx)
    lines = [f"{one.number}: {counted(one.cases, 'case')}, drawn {long_day(one.drawn_at)}" for one in found]
    answer(found, lambda _: bullets(lines) if lines else say("No sample was drawn yet."), as_json=session.as_json)


@app.command()
@look
def show(session: Session, number: Number) -> None:
    """Show a sample: how it was drawn, its cases, what was read, and how far two readers agree."""
    show_sample(session, number)


@app.command()
@act
def assess(session: Session, number: Number, ref: Ref, field: Fields = None, fields: FieldsFile = "") -> None:
    """Keep what you found in a case of a sample. A second reader does not see it before they have read it too."""
    from workflows.verbs.samples import assess as keep
    from workflows.views.sample_page import sample

    with session.reading() as tx:
        form = sample(tx, number, session.viewer(), session.hidden()).form
    answers = given(form, field, fields)
    with session.uow() as uow:
        kept = keep(uow, number, ref, answers)
    said, facts = kept.data["case"], {"sample": kept.subject, "case": kept.data["case"], "entry": kept.sequence}
    answer_in_a_sentence(f"Kept, and on record: {said} for {kept.subject}.", as_json=session.as_json, **facts)


def show_sample(session: Session, number: str) -> None:
    """Tell a sample."""
    from workflows.views.sample_page import again_from_database, sample

    with session.reading() as tx:
        found = sample(tx, number, session.viewer(), session.hidden())
        differs = (*found.again, *again_from_database(tx, number))
    answer(_as_json(found, differs), lambda _: _tell(found, differs), as_json=session.as_json)


def _as_json(found: Sample, differs: tuple[str, ...]) -> dict[str, object]:
    return {
        "sample": found.number,
        "drawn_at": found.drawn_at,
        "by": found.person,
        "seed": found.seed,
        "asked": found.asked,
        "strata_by": found.by,
        "as_on": found.as_on,
        "strata": found.strata,
        "cases": [{"ref": one.ref, "stratum": one.stratum, "read": one.read} for one in found.cases],
        "agreement": dict(found.agreements),
        "differs": differs,
    }


def _tell(found: Sample, differs: tuple[str, ...]) -> None:
    heading(f"{found.number}: {counted(len(found.cases), 'case')} by {found.by.lower()}, seed {found.seed}")
    if found.fewer:
        say(found.fewer, "warn")
    bullets(f"{one.ref} ({one.stratum}), read {counted(one.read, 'time')}" for one in found.cases)
    for label, one in found.agreements:
        if one.kappa is not None:
            between = f", 95% from {one.low:.2f} to {one.high:.2f}" if one.low is not None else f". {one.note}"
            agreed = f"agreed on {one.share:.0%} (95% from {one.least:.0%} to {one.most:.0%})"
            say(f"{label} {counted(one.count, 'case')}: {agreed}; kappa {one.kappa:.2f}{between}")
    bullets(differs, "warn")
    if not differs:
        say("Drawn again from the record, the cases are the same.", "good")
