"""Redelivery: what reached nobody is owed again to whoever can be reached now, if still true; else a task."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, RowMapping

from records import cases, contacts, history, mails, outbox, unreached
from records.cases import Case
from records.contacts import ReachableContacts
from records.database import reading, transaction
from records.role_holders import standing_at
from states.entry import CAIRN, Entry
from states.errors import DAMAGED, StorageTrouble
from states.moments import local_day
from states.still_true import Outdated, outdated, outdated_chase
from states.timescales import Rung
from states.words import long_day
from workflows.messages.correspondence import evidence
from workflows.messages.notices import promise_facts
from workflows.messages.owe import (
    ABOUT_A_DATE,
    TO_WHO_OWES,
    About,
    addressees,
    owed_by,
    tell_again,
    with_facts_of_today,
)
from workflows.messages.unreachable import by_channels, named

NOT_TOLD_OF = Outdated("The edition the case is under now tells them of nothing like it.")

ASKED_FIRST = Outdated("The request itself had not reached them, and goes to them now.", moot=True)
LATE = {"late": True, "unreached": True}
"""What a letter says of itself that could reach nobody on its day."""

NOBODY = "Nobody can be reached at its place."
"""What is in the way of owing something again where an address is to be entered first."""


@dataclass(frozen=True)
class Redelivered:
    """What was done about what had reached nobody: messages owed again or withdrawn, tasks settled by it."""

    again: int = 0
    withdrawn: int = 0
    settled: int = 0


def redeliver(engine: Engine, now: datetime) -> Redelivered:
    """Owe again, at `now` (UTC), what reached nobody at a place where somebody can be reached today.

    What is no longer true is withdrawn, or left in its task with what a person is to tell them. A task is settled once
    nothing is left in it and its trouble is over.
    """
    with reading(engine) as tx:
        tasks = outbox.open_tasks(tx, unreached.KIND, unreached.REFUSED)
        left = unreached.left(tx) if tasks else []
        reachable = contacts.reachable(tx, local_day(now)) if tasks else ReachableContacts(())
        troubled = contacts.troubled(tx) if tasks else frozenset()
        held = [row for row in left if _is_held(tx, reachable, row)]
        over = {task: facts for task, facts in tasks.items() if _is_over(tx, reachable, troubled, task, facts)}
    again = withdrawn = settled = 0
    for row in held:
        if not tasks.get(row["task_id"], {}).get("by_hand"):
            told, dropped = _one(engine, row, now)
            again, withdrawn = again + told, withdrawn + dropped
    for task, facts in over.items():
        with transaction(engine) as tx:
            settled += _settled(tx, task, facts, now)
    return Redelivered(again, withdrawn, settled)


def _is_held(tx: Connection, reachable: ReachableContacts, row: RowMapping) -> bool:
    """Whether somebody can be reached today at the place of something that reached nobody."""
    return bool(standing_at(tx, reachable, row["case_id"], (row["agency"], row["place"])))


def _one(engine: Engine, row: RowMapping, now: datetime) -> tuple[int, int]:
    try:
        with transaction(engine) as tx:
            return _again(tx, row, now)
    except StorageTrouble:
        raise
    except DAMAGED:  # it stays in its task: what is wrong with the case is told by itself
        return 0, 0


class OwedToPlace(NamedTuple):
    """Something an entry owed: which message, to which place."""

    sequence: int
    message: str
    agency: str
    place: str


def _again(tx: Connection, row: RowMapping, now: datetime) -> tuple[int, int]:
    """How many messages are owed again for something that reached nobody, and whether it is withdrawn instead."""
    case, owed = cases.look(tx, row["case_id"]), OwedToPlace(*(row[name] for name in OwedToPlace._fields))
    found, wrong = _as_it_is_now(tx, case, owed, now)
    if wrong and wrong.moot:
        unreached.withdraw(tx, row, wrong.why)
        return 0, 1
    if wrong:
        _say_it_yourself(tx, row, wrong)
        return 0, 0
    return _told(tx, found, owed, now, f"again {row['at'].isoformat()}"), 0


def owe_again(tx: Connection, case: Case, owed: OwedToPlace, now: datetime, *, beside: str) -> str:
    """Owe something again, as it is true now, to whoever stands at its place.

    Returns what is in the way, "" when it is owed. `beside` keeps it apart from what was owed before.
    """
    found, wrong = _as_it_is_now(tx, case, owed, now)
    if wrong:
        return f"It is not true any more. {wrong.why} Tell them what is, and close its task."
    told = _told(tx, found, owed, now, beside)
    return "" if told else NOBODY


def _as_it_is_now(
    tx: Connection, case: Case, owed: OwedToPlace, now: datetime
) -> tuple[tuple[About, Rung | str], Outdated | None]:
    """What an entry would owe to that place as the case stands now, and why it is not true any more, if so."""
    entries = history.entries(tx, case.id)
    entry, later = entries[owed.sequence - 1], entries[owed.sequence :]
    found = next(_owed(case, entry, owed), None)
    if found is None:
        return (About(case, owed.sequence), owed.message), NOT_TOLD_OF
    about, this = found
    if entry.kind not in ABOUT_A_DATE or not isinstance(this, Rung):
        wrong = outdated(case.procedure, case.dossier, entry, later, agency=owed.agency)
        return (replace(about, facts={**about.facts, **LATE}), this), wrong
    if _asks_first(tx, about, owed):
        return found, ASKED_FIRST
    about = with_facts_of_today(about, this, _chase_facts(tx, case, entry), now)
    return (about, this), outdated_chase(case.dossier, entry, owed.message, now)


def _asks_first(tx: Connection, about: About, owed: OwedToPlace) -> bool:
    """Whether the request that a date is of has yet to leave for the same place: it says the day, and is no chase."""
    date = about.deadline
    if date is None or about.case.dossier.request_of(date) is None:
        return False
    return mails.is_on_its_way(tx, about.case.id, date.since, owed.agency, owed.place)


def _told(tx: Connection, found: tuple[About, Rung | str], owed: OwedToPlace, now: datetime, beside: str) -> int:
    about, this = found
    return tell_again(tx, this, replace(about, beside=beside), (owed.agency, owed.place), now)


def _owed(case: Case, entry: Entry, owed: OwedToPlace) -> Iterator[tuple[About, Rung | str]]:
    if entry.kind in ABOUT_A_DATE and entry.data["key"] not in case.dossier.deadlines:
        return
    for about, this, audience in owed_by(case, entry):
        message = this if isinstance(this, str) else this.message
        named_so = owed.message in {message, TO_WHO_OWES.get(message)}
        if named_so and (owed.agency, owed.place) in addressees(about, audience):
            yield about, this


def _chase_facts(tx: Connection, case: Case, entry: Entry) -> dict[str, Any]:
    data, deadline = entry.data, case.dossier.deadlines[entry.data["key"]]
    promised = [quiet for quiet in deadline.quiets if quiet.until.isoformat() == data.get("promise")]
    facts = {**LATE, "passed": len(data["passed"]), "evidence": evidence(tx, case, data["key"])}
    return facts | (promise_facts(case, deadline, promised[-1]) if promised else {})


def _say_it_yourself(tx: Connection, row: RowMapping, wrong: Outdated) -> None:
    """What only a person can tell them now stands in the task, with the reason."""
    facts = outbox.facts_of(tx, row["task_id"])
    line = f"Tell them yourself, {named(row['message'])} of {long_day(local_day(row['at']))}: {wrong.why}"
    if line not in facts["items"]:
        outbox.say(tx, row["task_id"], {**facts, "items": [*facts["items"], line]})


def _is_over(
    tx: Connection, reachable: ReachableContacts, troubled: Container[int], task: str, facts: dict[str, Any]
) -> bool:
    """Whether somebody can be reached at a place again, or at the address that was refused, by the channel wanted."""
    if "contact" in facts:
        return facts["contact"] not in troubled
    wanted = facts["channel"].split(" or ") if "channel" in facts else None
    holders = standing_at(tx, reachable, outbox.case_of(tx, task), (facts["agency"], facts["place"]))
    return any(by_channels(one, wanted) for one in holders)


def _settled(tx: Connection, task: str, facts: dict[str, Any], now: datetime) -> bool:
    if unreached.left(tx, task):
        return False
    did = "Somebody can be reached there again, and what is still true goes to them."
    outbox.about_task(tx, facts["problem"], outbox.case_of(tx, task), did)
    return outbox.settle(tx, task, CAIRN.name, now, did)
