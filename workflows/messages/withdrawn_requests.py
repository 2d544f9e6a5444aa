"""Takes out letters and drafts about a request that was answered or withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from records import history, outbox, unreached
from records.cases import Case
from records.hot_statements import Hot, each_of, one_of
from records.outbox import MESSAGES, TASKS
from records.unreached import UNREACHED
from states.dossier import Asked
from states.entry import CAIRN, Entry
from states.words import ended, long_day
from workflows.messages.drafts import withdraw_drafts
from workflows.messages.notices import REQUEST_WITHDRAWN

LEFT = frozenset({"posted", "sent", "failed", "bounced"})
"""Where a message stands that is in a letter, or was."""

NEVER_ASKED = "The agency had not been asked yet: the letter that asks it had not left."

ASK = ("requested", "redirected", "sent_back")
"""The kinds of entry that ask."""

HOW_IT_ENDED = {"answered": "answered", "declined": "declined", "redirected": "passed on to another agency"}


def need_not_ask(tx: Connection, case: Case, asked: Asked, entry: Entry) -> None:
    """Take out the letter that asks for what `entry` has answered, declined or passed on, where it has not left yet.

    An agency may know by telephone what it is asked. Where nobody could be reached with it, the next round says so too.
    """
    message = case.procedure.requests[asked.request].message
    why = f"It was {HOW_IT_ENDED[entry.kind]} on {long_day(entry.happened_on)}, before the letter that asks had left."
    askings = _askings(tx, case, asked)
    about = {"of_case": case.id, "whom": asked.agency, "what": message, "why": why}
    _not_needed(len(askings)).run(tx, {**about, **each_of("asking", askings)})


@cache
def _not_needed(askings: int) -> Hot:
    """The letter that asks an agency, where it still waits: taken out at each answer."""
    mine = (MESSAGES.c.case_id == bindparam("of_case"), one_of(MESSAGES.c.sequence, "asking", askings))
    waits = (MESSAGES.c.agency == bindparam("whom"), MESSAGES.c.kind == bindparam("what"), MESSAGES.c.status == "owed")
    return Hot(update(MESSAGES).where(*mine, *waits).values(status="overtaken", reason=bindparam("why")))


def take_out(tx: Connection, case: Case, asked: Asked, entry: Entry, now: datetime) -> Case:
    """Take out what is owed about a request that `entry` has withdrawn, with the reason; gives the case as it stands.

    Letters that ask for it or are about its date do not leave, and drafts that wait for a yes are withdrawn. An agency
    whose first letter had not left is told nothing: it was never asked.
    """
    why = f"The request was withdrawn on {long_day(entry.happened_on)}. {ended(entry.reason)}"
    askings = _askings(tx, case, asked)
    keys = [one.key for one in case.dossier.dates_of("request", asked.id)]
    never = _never_asked(tx, case, asked, askings)
    asking = and_(MESSAGES.c.sequence.in_(askings), MESSAGES.c.agency == asked.agency)
    owed = update(MESSAGES).where(MESSAGES.c.case_id == case.id, MESSAGES.c.status == "owed")
    tx.execute(owed.where(or_(asking, MESSAGES.c.deadline_key.in_(keys))).values(status="overtaken", reason=why))
    if never:
        told = owed.where(MESSAGES.c.sequence == case.dossier.sequence, MESSAGES.c.kind == REQUEST_WITHDRAWN)
        tx.execute(told.values(status="overtaken", reason=NEVER_ASKED))
        _need_not_reach(tx, case, (*askings, case.dossier.sequence), asked.agency, now)
    return withdraw_drafts(tx, case, now)[0]


def _askings(tx: Connection, case: Case, asked: Asked) -> tuple[int, ...]:
    """The entries that asked for it, or asked again: of one that was never sent back the case knows which it was."""
    if asked.sequence and not asked.returns:
        return (asked.sequence,)
    return tuple(_among(history.of_kinds(tx, case.id, ASK), asked.id))


def _among(entries: Sequence[Entry], number: str) -> Iterator[int]:
    for one in entries:
        first = one.kind == "requested" and any(each["id"] == number for each in one.data["asked"])
        again = one.kind == "sent_back" and one.data["id"] == number
        if first or again or one.data.get("new_id") == number:
            yield one.sequence


def _never_asked(tx: Connection, case: Case, asked: Asked, askings: Sequence[int]) -> bool:
    """Whether nothing that asks for it has left, and no person has said that they asked for it themselves."""
    mine = [MESSAGES.c.case_id == case.id, MESSAGES.c.sequence.in_(askings), MESSAGES.c.agency == asked.agency]
    stands = set(tx.execute(select(MESSAGES.c.status).where(*mine)).scalars())
    nobody = [UNREACHED.c.case_id == case.id, UNREACHED.c.sequence.in_(askings), UNREACHED.c.agency == asked.agency]
    in_tasks = select(TASKS.c.done_at).join(UNREACHED, UNREACHED.c.task_id == TASKS.c.id).where(*nobody)
    seen_to = list(tx.execute(in_tasks).scalars())
    return bool(stands or seen_to) and not stands & LEFT and not any(seen_to)


def _need_not_reach(tx: Connection, case: Case, said: Sequence[int], agency: str, now: datetime) -> None:
    """What these entries had to say to an agency need reach nobody any more; a task with nothing left in it is done."""
    told = [UNREACHED.c.case_id == case.id, UNREACHED.c.sequence.in_(said), UNREACHED.c.agency == agency]
    rows = tx.execute(select(UNREACHED).where(*told)).mappings().all()
    for row in rows:
        unreached.withdraw(tx, row, NEVER_ASKED)
    for task in dict.fromkeys(row["task_id"] for row in rows):
        facts = outbox.facts_of(tx, task)
        if facts and not unreached.left(tx, task):  # one that is damaged is a person's to see to
            outbox.about_task(tx, facts["problem"], outbox.case_of(tx, task), NEVER_ASKED)
            outbox.settle(tx, task, CAIRN.name, now, NEVER_ASKED)
