"""Letters that reached nobody: sent again by somebody's word, or recorded as come back after they had been accepted."""

from __future__ import annotations

from datetime import date

from sqlalchemy import RowMapping

from records import cases, contacts, mails, need_to_know, outbox, unreached
from records.cases import Case
from states.answers import tidy
from states.entry import Entry
from states.errors import BadAnswer, NotFound, NotPossible
from states.next_step import advice
from workflows.messages.bounce import came_back
from workflows.messages.redelivery import NOBODY, OwedToPlace, owe_again
from workflows.messages.unreachable import PLACE_OF, named
from workflows.unit_of_work import UnitOfWork, check_day, check_words
from workflows.verbs.people import check_keeper

NOT_AGAIN = {
    "owed": "It waits already, and goes by itself.",
    "posted": "It is being tried, and goes on being tried by itself.",
    "held": "It waits for a yes.",
    "sent": "Its channel accepted it.",
    "withheld": "It was kept back by somebody's word.",
    "withdrawn": "It was withdrawn, because it was not wanted any more.",
    "overtaken": "It was not sent, because it was no longer true.",
}
"""Why a message is not sent again, by where it stands."""
FIRST = {
    "held": advice("Say yes or no to it first ({}).", "ladder confirm"),
    "sent": advice("record first that it came back ({}).", "outbox bounced"),
}
"""What is to be done first about one that stands there."""


def send_again(uow: UnitOfWork, beginning: str, why: str = "") -> tuple[Case, Entry]:
    """Send a message again that reached nobody, to whoever stands at its place now, saying what is true now.

    Raises NotFound for no such message, NotPossible when it is on its way, not true any more, or nobody is there.
    """
    row = _message(uow, beginning)
    if row["case_id"] is None:
        raise NotPossible("It is about no case: the next one says the same, and goes by itself.")
    case, why = cases.find_by_id(uow.tx, row["case_id"]), tidy(why)
    check_keeper(uow, case, "Sending a message again")
    check_words(uow, case, why)
    if row["status"] in NOT_AGAIN:
        raise NotPossible(NOT_AGAIN[row["status"]], advice=FIRST.get(row["status"]))
    if unreached.is_on_its_way(uow.tx, row):
        raise NotPossible("The same was sent to this place again already, and is on its way or accepted.")
    agency, place = _place(uow, row)
    owed = OwedToPlace(row["sequence"], row["kind"], agency, place)
    obstacle = owe_again(uow.tx, case, owed, uow.now, beside=f"again {row['id']}")
    if obstacle:
        entering = advice("enter an address first ({}).", "contact") if obstacle == NOBODY else None
        raise NotPossible(obstacle, advice=entering)
    data = {"message": row["id"], "kind": row["kind"], "agency": agency, "place": place}
    entry = uow.in_days_of(case.procedure).entry("sent_again", reason=why, data=data)
    case = cases.record(uow.tx, case, entry, uow.now)
    _settle(uow, row)
    return case, entry


def _place(uow: UnitOfWork, row: RowMapping) -> tuple[str, str]:
    """Whose place a message is owed to; one from before places were kept, by whom it went to."""
    if row["place"]:
        return row["agency"], row["place"]
    to = contacts.get(uow.tx, row["contact_id"])
    return to.agency, PLACE_OF.get(to.role, to.role)


def _settle(uow: UnitOfWork, row: RowMapping) -> None:
    """The task about it is done where nothing else is left in it."""
    task = unreached.task_about(uow.tx, row)
    if task and not unreached.left(uow.tx, task):
        outbox.settle(uow.tx, task, uow.actor.name, uow.now, f"The {named(row['kind'])} was sent again.")


def record_bounce(uow: UnitOfWork, beginning: str, reason: str, *, on: date | None = None) -> str:
    """Record that an accepted letter came back after all, and why; returns the number of the letter.

    Everything that was in it counts as not told. Raises NotPossible for one that no channel accepted.
    """
    row, reason = _message(uow, beginning), tidy(reason)
    check_day(uow, on)
    if not reason:
        raise BadAnswer("Say what the returned mail said (--reason).")
    mail_id = str(row["mail_id"] or "")
    for case_id in sorted({one["case_id"] for one in mails.messages_in(uow.tx, mail_id)} - {None}):
        case = cases.find_by_id(uow.tx, case_id)
        check_keeper(uow, case, "Recording that a letter came back")
        check_words(uow, case, reason)
    if row["status"] != "sent":
        raise NotPossible(f"No channel has accepted it, so it cannot have come back: it is {row['status']}.")
    came_back(uow.tx, mail_id, reason, uow.actor, uow.now, counts=True, on=on)
    return mail_id


def messages_called(uow: UnitOfWork, beginning: str) -> list[RowMapping]:
    """The messages whose number begins like this, but those about a case that is kept from whoever acts."""
    found = outbox.called(uow.tx, beginning)
    hidden = need_to_know.hidden_from(uow.tx, uow.actor.account)
    if not hidden:
        return found
    about = {one["case_id"] for one in found} - {None}
    kept = {case_id for case_id in about if cases.look(uow.tx, case_id).ref in hidden}
    return [one for one in found if one["case_id"] not in kept]


def _message(uow: UnitOfWork, beginning: str) -> RowMapping:
    """The one message whose number begins like this, or that is in the letter of that Message-ID."""
    found = messages_called(uow, beginning.strip())
    if not found:
        raise NotFound(f"{beginning[:40]!r} is no message.", advice=advice("{} shows them.", "outbox"))
    if len({one["mail_id"] or one["id"] for one in found}) > 1:
        raise NotFound(f"{beginning[:40]!r} names several messages: give more of it.")
    return found[0]
