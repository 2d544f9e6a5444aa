"""Gathers news that asks nothing into notes, instead of a letter each.

A person chooses how to have it. `milestones`: a note on a Monday when news changes where a case stands; smaller news of
the case goes along with it, and waits no longer than its bound (`at_most`); the end of a hold goes along with any note
and with any letter about its case. `weekly`: whatever is new by a Monday is in that Monday's note. `each` by itself as
it comes, or `none`. An agency's contact who chose nothing has it at milestones, somebody of the committee each by
itself. What asks something, tells of a date of the reader's own, or answers what they asked for waits for no note; nor
does the order of a hold, because its reader may be about to do what must wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from config.settings import calendar
from records import cases, mails
from records.cases import Case
from records.contacts import Reach
from records.metadata import stands
from records.outbox import MESSAGES, Letter, in_hours
from states.moments import UNITED_KINGDOM, local_day, local_moment

MILESTONES = frozenset({"case_alerted", "case_opened", "acknowledged", "decision_made", "review_started", "published"})
"""News that changes where a case stands for an agency. The end of a case is news of this kind too."""

HOLD_ENDED = "hold_ended"

SMALLER = frozenset({HOLD_ENDED, "report_ready", "plan_agreed", "outcome_sent", "information_received", "told"})
"""News that waits for a milestone where somebody has chosen so."""

TAKES_ALONG = frozenset({"hold_ordered", HOLD_ENDED})
"""What may go by itself and asks nothing: smaller news of its case that waits need not wait any longer."""

BY_THEMSELVES = frozenset({"one_time_code", "fresh_link"})
"""What is waited for at this moment, on a page: no news goes along with it."""

SAID_BY_REQUEST = frozenset({"case_alerted", "acknowledged"})
"""What a request about the same case has said, or more."""

A_WEEK, FOUR_WEEKS, A_QUARTER = timedelta(weeks=1), timedelta(weeks=4), timedelta(weeks=13)

NOT_WANTED = "They have chosen to be sent no news that asks nothing of them."
SAID = "The request about the same case has said it."


def gathered(letters: list[Letter], case: Case, sequence: int, agency: str, to: Reach, now: datetime) -> list[Letter]:
    """Messages an entry owes to somebody, as they chose to have them: at once, in a note, or not at all.

    `agency` is the agency that the messages are about, empty for none; `now` is in UTC.
    """
    choice = to.news or ("milestones" if to.agency else "each")
    if choice == "each":
        return letters
    return [
        one if _concerns(one, case, sequence, agency, to) else _waits(one, case, choice, to, now) for one in letters
    ]


def _concerns(one: Mapping[str, Any], case: Case, sequence: int, agency: str, to: Reach) -> bool:
    """Whether a message asks something of its reader, or tells of a date that is the reader's own."""
    kind = one["kind"]
    if kind not in MILESTONES and kind not in SMALLER:
        return True
    owed = (due for due in case.dossier.deadlines.values() if due.open)
    if kind != HOLD_ENDED:
        owed = (due for due in owed if due.since == sequence and (due.agency or not agency))
    return any(_owed_by(case, due.timescale, due.agency, to) for due in owed)


def _owed_by(case: Case, timescale: str, agency: str, to: Reach) -> bool:
    owner = case.procedure.timescales[timescale].owner
    if not to.agency:
        return owner == case.procedure.own_role(to.role)
    return agency == to.agency or (not agency and _is_agencys(case, owner))


def _is_agencys(case: Case, owner: str) -> bool:
    """Whether a date is an agency's though it names none: on a recommendation also where a post outside owes it."""
    rule = case.procedure.roles.get(owner)
    responsible = case.procedure.subject == "recommendation" and rule is not None and rule.external
    return owner == "agency" or responsible


def _waits(one: Letter, case: Case, choice: str, to: Reach, now: datetime) -> Letter:
    if choice == "none":
        return {**one, "status": "overtaken", "reason": NOT_WANTED}
    closed = case.dossier.closed_on is not None
    wait = A_WEEK if closed or choice != "milestones" else at_most(one["kind"])
    return {**one, "gathered": choice, "deliver_after": note_day(to, now, wait, case.procedure.zone_at(to.agency))}


def at_most(kind: str) -> timedelta:
    """How long news waits for a note where milestones were chosen: a week; what is smaller four or 13 weeks."""
    if kind not in SMALLER:
        return A_WEEK
    return FOUR_WEEKS if kind == HOLD_ENDED else A_QUARTER


def note_day(to: Reach, now: datetime, wait: timedelta = A_WEEK, zone: str = UNITED_KINGDOM) -> datetime:
    """When a note goes to somebody: on the last Monday within the time given, in their working hours (UTC)."""
    latest = local_day(now, zone) + wait
    monday = date.fromordinal(latest.toordinal() - latest.weekday())
    return in_hours(local_moment(monday, "00:00", zone), to.hours, calendar(to.calendar), zone)


def take_in(tx: Connection, owed: list[RowMapping], *, more: bool) -> list[list[RowMapping]]:
    """What one contact is owed now, a letter each: what goes by itself, and a note of the news that is due.

    `more` is whether any news waits for them: where none does it is not looked for.

    A note has all that waits about its cases; news of another case waits for a letter about that one, so that it costs
    none of its own. The order of a hold takes along the news of its case. News that a request has said is taken out.
    The end of a hold goes with the first letter that leaves: any about its case, or a note, and so does what else waits
    about its case; not with what asks about another case, as that is passed on to whoever answers it.
    """
    itself = [row for row in owed if not row["gathered"]]
    due, own = {row["id"] for row in owed if row["gathered"]}, _cases_of(itself)
    if not due and not (own and more):
        return [itself]
    news = [row for row in mails.gathered(tx, owed[0]["contact_id"], owed[0]["channel"]) if not _said(tx, row)]
    ended = {row["case_id"] for row in news if row["kind"] == HOLD_ENDED}
    held = {row["case_id"] for row in itself if row["kind"] in TAKES_ALONG} | (own & ended)
    told = {row["case_id"] for row in news if row["id"] in due} - held
    noted = told | (ended - held) if told else told
    along, note = ([row for row in news if row["case_id"] in some] for some in (held, noted))
    return [each for each in ([*itself, *along], note) if each]


def _cases_of(rows: list[RowMapping]) -> set[int]:
    """The cases that letters which go by themselves are about."""
    return {row["case_id"] for row in rows if row["case_id"] is not None and row["kind"] not in BY_THEMSELVES}


def _said(tx: Connection, row: RowMapping) -> bool:
    """Whether a request has said meanwhile what news says; it is taken out then."""
    if row["kind"] not in SAID_BY_REQUEST or not mails.was_told(tx, row, "information_requested"):
        return False
    mails.set_aside(tx, [row], "overtaken", SAID)
    return True


def chosen_anew(tx: Connection, to: Reach, now: datetime) -> None:
    """Let the news that waits for somebody follow what they have chosen now (UTC); none of it goes later for it."""
    if to.news == "milestones":
        return
    mine = (MESSAGES.c.contact_id == to.id, stands(MESSAGES.c.status, "owed"), MESSAGES.c.gathered != "")
    change: dict[str, Any] = {"gathered": "" if to.news == "each" else "weekly"}
    if to.news == "none":
        change = {"status": "overtaken", "reason": NOT_WANTED}
    for row in tx.execute(select(MESSAGES.c.id, MESSAGES.c.case_id, MESSAGES.c.deliver_after).where(*mine)).all():
        first = _first_day(tx, to, row.case_id, now)
        if to.news == "none" or row.deliver_after > first:
            when = {} if to.news == "none" else {"deliver_after": first}
            tx.execute(update(MESSAGES).where(MESSAGES.c.id == row.id).values(**change, **when))


def _first_day(tx: Connection, to: Reach, case_id: int | None, now: datetime) -> datetime:
    """When news of a case may go to somebody at the earliest, as they have chosen (UTC)."""
    zone = cases.look(tx, case_id).procedure.zone_at(to.agency) if case_id is not None else UNITED_KINGDOM
    if to.news == "each":
        return in_hours(now, to.hours, calendar(to.calendar), zone)
    return note_day(to, now, zone=zone)
