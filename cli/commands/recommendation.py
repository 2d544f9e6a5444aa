"""Recommendations: proposed, listed, followed through, and found again when they are made once more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from typer import Argument, BadParameter, Option

from cli.commands.advance import advance
from cli.commands.show import items
from cli.form_input import Files, filled_in
from cli.options import Agencies, Authority, Fields, FieldsFile, Most, On, Reason, Ref, keep, look, read, story, verb
from cli.outcome import teller
from cli.output import answer, bullets, entries, heading, pairs, say, spoken, table
from cli.session import Session
from states.words import away, counted, short

if TYPE_CHECKING:
    from workflows.views.case_page import CasePage
    from workflows.views.recommendation_page import RecommendationList, RecommendationPage, SimilarOnes

app = story("Recommendations: proposed, listed, followed through, found again.")
NEXT = "Take the next step of a recommendation: accept, start, verify ..."
app.command("advance", short_help=NEXT, help=f"{NEXT} with what the step must record.")(advance)

Rec = Annotated[str, Argument(metavar="REC", help="A recommendation, such as REC-2026-0007.", show_default=False)]
Wanted = Annotated[str, Argument(metavar="TEXT|REC", help="What is recommended, in words, or a recommendation.")]
Findings = Annotated[list[str] | None, Option("--finding", metavar="F1", help="A finding it rests on; repeat it.")]
OfCase = Annotated[str, Argument(metavar="[REF]", help="Only those that came from this case.")]
Level = Annotated[
    str,
    Option("--level", metavar="LEVEL", help="Only one level: single_agency, multi_agency, national_sg or other_body."),
]
Whose = Annotated[str, Option("--agency", metavar="AGENCY", help="Only those of this agency or body.")]
Theme = Annotated[str, Option("--theme", metavar="THEME", help="Only those with this theme.")]
Standing = Annotated[str, Option("--state", metavar="STATE", help="Only those that stand here, such as in_progress.")]
Overdue = Annotated[bool, Option("--overdue", help="Only those with a date that has gone by.")]
ToVerify = Annotated[bool, Option("--to-verify", help="Only those said to be done and not verified.")]
ImpactWithin = Annotated[
    int | None,
    Option("--impact-within", metavar="DAYS", min=0, help="Only those whose impact is looked at in so many days."),
]
Open = Annotated[bool, Option("--open", help="Only those that have not ended.")]
Closed = Annotated[bool, Option("--closed", help="Only those that have ended.")]


@app.command()
@verb
def propose(
    session: Session,
    ref: Ref,
    finding: Findings = None,
    field: Fields = None,
    fields: FieldsFile = "",
    file: Files = None,
    agency: Agencies = None,
    on: On = None,
    reason: Reason = "",
    authority: Authority = "",
) -> None:
    """Propose a recommendation out of a case; says when it was proposed before, and what became of it."""
    from config.settings import settings
    from records import cases
    from workflows.verbs import recommend
    from workflows.views.forms import opening_form
    from workflows.views.outcome import outcome
    from workflows.views.recommendation_page import Proposed

    limits = settings()
    with session.uow() as uow:
        source = cases.find(uow.tx, ref, to_change=False)
        form = opening_form(recommend.speaking_of(uow, source).guidance(limits.recommendations))
        done = recommend.propose(
            uow,
            ref,
            filled_in(uow.tx, form, (field, fields, file)),
            tuple(finding or ()),
            edition=limits.recommendations,
            agencies=tuple(agency or ()),
            reason=reason,
            authority=authority,
            on=on,
            seen=session.seen,
            most=limits.max_recommendations,
        )
        shown = Proposed(outcome(uow, None, done.case, place=0).warned(*done.warnings), done.source.ref)
    session.done.append(shown.outcome.ref)
    answer(shown, lambda one: teller(session)(one.outcome), as_json=session.as_json)


@app.command("list")
@look
def list_(
    session: Session,
    ref: OfCase = "",
    level: Level = "",
    agency: Whose = "",
    theme: Theme = "",
    state: Standing = "",
    overdue: Overdue = False,
    to_verify: ToVerify = False,
    impact_within: ImpactWithin = None,
    still: Open = False,
    closed: Closed = False,
    most: Most = 50,
) -> None:
    """List recommendations, the soonest owed first; of one case in the order they were proposed."""
    from records.recommendations import RecommendationFilter
    from workflows.views.recommendation_page import recommendation_list

    if still and closed:
        raise BadParameter("a recommendation has ended or not: say --open or --closed.")
    asked = RecommendationFilter(
        of_ref=ref.strip().upper(),
        level=level,
        agency=agency,
        theme=theme,
        state=state,
        which="open" if still else "closed" if closed else "all",
        overdue_on=session.today if overdue else None,
        impact_by=session.today + timedelta(days=impact_within) if impact_within is not None else None,
        to_verify=to_verify,
    )
    with session.reading() as tx:
        found = recommendation_list(tx, asked, session.viewer(), most)
    answer(found, _tell_list, as_json=session.as_json)


def _tell_list(found: RecommendationList) -> None:
    lines = found.recommendations
    if not lines:
        say(f"{found.nothing} cairn recommendation propose REF makes one out of a case.")
        return
    rows = [(one.line.ref, one.line.stands, short(one.line.owed_on), away(one.days), one.line.text) for one in lines]
    styles = ["bad" if one.overdue else "" for one in lines]
    table(("Recommendation", "Stands in", "Due", "", "What is recommended"), rows, styles=styles, whole=(0, 2, 3))
    if found.more:
        say("There are more: narrow the list, or show more with --most.", "quiet")


@app.command()
@look
def show(session: Session, ref: Rec) -> None:
    """Show a recommendation: what was recommended, what was done, how far it was fulfilled, what difference it made."""
    from workflows.views.recommendation_page import recommendation_page

    with session.reading() as tx:
        page = recommendation_page(tx, ref, session.viewer())
    answer(page, _tell_one, as_json=session.as_json)


def _tell_one(shown: RecommendationPage) -> None:
    page, line = shown.page, shown.line
    heading(f"{page.ref}  {page.stands}")
    say(f"  {line.text}")
    about = [("Came from", line.of_ref), (page.officer, page.lead), ("Ended", line.ended)]
    pairs([*about, *((one.label, one.words) for one in page.recorded if one.field != "text")])
    for title, lines in (("Lists", items(page)), ("Dates", _dates(page))):
        if lines:
            heading(title)
            bullets(lines)
    if page.can:
        steps = ", ".join(one.step for one in page.can)
        say(f"Next: {steps} (cairn show {page.ref} says what each records)")


def _dates(page: CasePage) -> list[str]:
    owed = (one for one in page.dates if one.open and one.due)
    return ["; ".join(filter(None, (f"{spoken(one.due)}, {away(one.days)}: {one.label}", one.flag))) for one in owed]


@app.command()
@read
def similar(session: Session, wanted: Wanted, most: Most = 10) -> None:
    """Find earlier recommendations that say the same thing, each with how it ended."""
    from workflows.views.recommendation_page import similar_ones

    with session.reading() as tx:
        found = similar_ones(tx, wanted, most, session.hidden())
    answer(found, _tell_similar, as_json=session.as_json)


def _tell_similar(found: SimilarOnes) -> None:
    same = found.the_same
    says = "says" if same == 1 else "say"
    heading(f"{counted(same, 'recommendation')} {says} the same, {len(found.similar) - same} something like it")
    entries(
        (f"{one.score:.0%} {one.sentence}", one.line.text, "warn" if one.says_the_same else "") for one in found.similar
    )


@app.command()
@keep
def reindex(session: Session) -> None:
    """Make the index of the search afresh, where cairn doctor says that it has lost recommendations."""
    from workflows.verbs.backup import reindex as make_afresh

    with session.uow(keeps=True) as uow:
        lost = make_afresh(uow)
    answer(
        {"found_again": lost},
        lambda _: say(f"The index is made afresh: {lost} found again.", "good"),
        as_json=session.as_json,
    )
