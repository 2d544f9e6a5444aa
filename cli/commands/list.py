"""The list of cases, the most urgent first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, cast

from typer import BadParameter, Option

from cli.command_lines import worded
from cli.options import Most, look
from cli.output import answer, bullets, say, table
from cli.session import Session
from states.next_step import mended
from states.values import PHASES
from states.words import away, counted, first_up, short, spoken

if TYPE_CHECKING:
    from workflows.views.case_list import CaseLine, CaseList, DamagedCase

KINDS = ("case", "recommendation", "all")

Overdue = Annotated[bool, Option("--overdue", help="Only cases with a date that has gone by.")]
Within = Annotated[int | None, Option("--due-within", metavar="DAYS", min=0, help="Only cases due in so many days.")]
WaitingOn = Annotated[
    str, Option("--waiting-on", metavar="AGENCY", help="Only cases that wait for this agency, or outside event.")
]
Phase = Annotated[str, Option("--phase", metavar="PHASE", help=f"Only one phase: {', '.join(PHASES)}.")]
Lead = Annotated[str, Option("--lead", metavar="NAME", help="Only the cases that this person leads.")]
Closed = Annotated[bool, Option("--closed", help="Closed cases instead of open ones.")]
Everything = Annotated[bool, Option("--all", help="Open and closed cases.")]
Kind = Annotated[str, Option("--kind", metavar="KIND", help="Which files: case, recommendation or all.")]


@look
def list_(
    session: Session,
    overdue: Overdue = False,
    due_within: Within = None,
    waiting_on: WaitingOn = "",
    phase: Phase = "",
    lead: Lead = "",
    closed: Closed = False,
    everything: Everything = False,
    kind: Kind = "case",
    most: Most = 50,
) -> None:
    """List cases, the most urgent first: overdue, then soonest due, then those without a date."""
    from records.case_list import CaseFilter
    from workflows.views.case_list import listing

    if phase and phase not in PHASES:
        raise BadParameter(f"a phase is one of {', '.join(PHASES)}, not {phase[:40]!r}.")
    if kind not in KINDS:
        raise BadParameter(f"a kind is one of {', '.join(KINDS)}, not {kind[:40]!r}.")
    wanted = CaseFilter(
        due_by=session.today + timedelta(days=due_within) if due_within is not None else None,
        overdue_at=session.now if overdue else None,
        waiting_on=waiting_on,
        phase=phase,
        lead=lead,
        which="all" if everything else "closed" if closed else "open",
        kind=cast("Any", kind),
    )
    with session.reading() as tx:
        found = listing(tx, wanted, session.now, hidden=session.hidden(), most=most)
    answer(found, _tell, as_json=session.as_json)


def _tell(found: CaseList) -> None:
    if found.lines:
        _tell_cases(found)
    elif not found.damaged:
        begin = "" if found.any_filter else " cairn open begins one; cairn list --all shows the closed ones too."
        say(f"{found.nothing}{begin}")
    bullets([_damaged(one) for one in found.damaged], "bad")
    if found.recommendations:
        besides = f"{found.about}{counted(found.recommendations, 'recommendation')}"
        say(f"Besides, {besides} like that: cairn list --kind recommendation, or cairn recommendation list.", "quiet")


def _damaged(one: DamagedCase) -> str:
    return mended(one.problem, one.remedy, worded) if one.remedy else one.problem


def _tell_cases(found: CaseList) -> None:
    styles = ["bad" if line.overdue else "warn" if line.reason_wanted else "" for line in found.lines]
    table(("Case", "Stands in", "Due", "", "What for"), map(_row, found.lines), styles=styles, whole=(0, 2, 3))
    if found.more:
        more = first_up(f"{found.about}{counted(found.more, 'more case')}")
        say(f"{more}: narrow the list, or show more with --most.", "quiet")


def _row(line: CaseLine) -> tuple[str, ...]:
    waits = f"waits for {', '.join(line.waiting_on)}" if line.waiting_on else ""
    closed = f"closed {spoken(line.closed_on)}" if line.closed_on else ""
    wanted = "reason wanted" if line.reason_wanted else ""
    before = f"{line.came_as} before it was imported" if line.came_as else ""
    words = "; ".join(filter(None, (line.next_label, line.note, waits, wanted, closed, before)))
    return line.ref, line.stands, short(line.next_on) or "no date", away(line.days), words
