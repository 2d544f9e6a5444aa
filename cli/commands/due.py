"""Counting one date, and showing how it was counted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import Argument, BadParameter, Option

from cli.options import EditionName, day, look
from cli.output import answer, heading, pairs, say, spoken, table
from cli.session import Session, calendar, guidance
from states.words import away, utc_day_and_time

if TYPE_CHECKING:
    from states.limits import Stop
    from workflows.views.due_date import DueDate

Rule = Annotated[str, Argument(metavar="TIMESCALE", help="A time limit of the edition (cairn procedure show EDITION).")]
Start = Annotated[date, Option("--from", parser=day, metavar="DATE", help="The day the clock starts: day 0.")]
Counted = Annotated[str, Option("--calendar", metavar="NAME", help="Count by this calendar instead of the edition's.")]
Owing = Annotated[
    str, Option("--owed-by", metavar="AGENCY", help="Count by the calendar of this agency, if it has one.")
]
Pauses = Annotated[
    list[str] | None,
    Option(
        "--pause", metavar="FROM..TO", help="A hold: FROM is the first day not counted, TO the first counted again."
    ),
]
More = Annotated[list[int] | None, Option("--extend", metavar="N", min=1, help="Time granted, in days of the limit.")]


@look
def due(
    session: Session,
    edition: EditionName,
    timescale: Rule,
    start: Start,
    by: Counted = "",
    of: Owing = "",
    pause: Pauses = None,
    extend: More = None,
) -> None:
    """Count a date, and show how: the anchor, every day not counted and why, the source.

    A hold that still runs is written FROM.. with no end.
    """
    from states.limits import Allowance
    from workflows.views.due_date import DateQuestion, due_date, no_limit, rule_of

    procedure = guidance(edition)
    rule = rule_of(procedure, timescale)
    stops = tuple(_stop(written) for written in pause or ())
    if rule.length() is None:
        answer(no_limit(procedure, rule), _tell, as_json=session.as_json)
        return
    more = tuple(Allowance(count, "as asked", "whoever granted it") for count in extend or ())
    asked = DateQuestion(start, calendar(by or procedure.calendar_of(rule, of.strip())), stops, more, of.strip())
    answer(due_date(procedure, rule, asked, session.today), _tell, as_json=session.as_json)


def _stop(written: str) -> Stop:
    from states.limits import Stop

    first, dots, last = written.partition("..")
    if not dots:
        raise BadParameter(f"write a hold as FROM..TO, or FROM.. while it runs, not {written[:40]!r}.")
    starts, ends = day(first), day(last) if last else None
    if ends is not None and ends < starts:
        raise BadParameter(f"the hold {written} would end before it starts: check the two dates.")
    return Stop(starts, ends, "whoever ordered it", "hold")


def _tell(found: DueDate) -> None:
    if not found.limit_known:
        heading(f"{found.label}: no limit set: ask your committee")
        pairs(_sources(found))
        return
    due = "may be used until" if found.lapses else "due"
    when = f"{due} {spoken(found.due)}" if found.due else "held: no date while the hold runs"
    left = f", {away(found.days)}" if found.due and not found.lapses else ""
    heading(f"{found.label}: {when}{left}")
    pairs(
        [
            ("Limit", found.limit),
            ("Calendar", f"{found.calendar}: {found.calendar_label}"),
            ("Can be met", found.midnight),
            ("First date", spoken(found.original) if found.original != found.due else ""),
            ("If the hold ended today", spoken(found.if_hold_ended_today)),
            ("At", utc_day_and_time(found.due_at) if found.due_at else ""),
            ("Could change", found.could_change),
            *_sources(found),
        ]
    )
    if found.loosened:
        say(f"  {found.loosened}", "warn")
    say()
    rows = [(spoken(one.day), "counted" if one.counted else "-", one.why) for one in found.receipt]
    styles = ["" if one.counted else "quiet" for one in found.receipt]
    table(("Day", "", "Why"), rows, styles=styles, whole=(0, 1))


def _sources(found: DueDate) -> list[tuple[str, str]]:
    return [("Basis", found.basis), ("Citation", found.citation), ("Note", found.note)]
