"""The link of a letter: used, asked for again, taken back; and the code by mail that proves whose mailbox it is."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection

from records import (
    agencies,
    audit_log,
    cases,
    children,
    contacts,
    credentials,
    letter_links,
    outbox,
    reading_log,
)
from records.accounts import Account
from records.cases import Case
from records.children import ChildDetails
from records.contacts import Reach
from records.letter_links import LetterLink
from records.outbox import Owing
from records.role_holders import reached
from states.entry import Actor
from states.errors import BadAnswer, NotFound, NotPossible, OldLink, TooManyTries
from states.roles import AGENCY
from workflows.messages.link_in_letter import CODE, FRESH, about_message
from workflows.messages.notices import case_facts
from workflows.unit_of_work import UnitOfWork, check_words, plain_names
from workflows.verbs.letters import messages_called
from workflows.verbs.people import check_keeper

LOG = "letter_links"
WINDOW = timedelta(minutes=15)
USES, WRONG, CODES = 60, 30, 3
"""In a quarter of an hour: how often one link is used, how often one address tries links that are none, codes sent."""

NO_LINK = "There is no such page: check that the whole link of the letter was opened."
TAKEN_BACK = "This link was taken back: please turn to whoever wrote to you."
READER_GONE = (
    "Whom this letter went to is written to no more, and so its link has closed: please turn to whoever wrote it."
)
OLD = "This link is old. Ask for a new one: it is sent to the address that this letter went to."
TOO_MANY = "This was tried too often: wait a quarter of an hour, and try again."
WRONG_CODE = "This is not the code of our last mail, or it is too old: type its six figures, or ask for a new one."
NOBODY_THERE = "Nobody can be written to at that address any more: please turn to whoever wrote to you."


def actor_of(link: LetterLink, name: str = "", account: Account | None = None) -> Actor:
    """The actor of somebody who came by a link: their name if given, and always the letter. Nobody verified who it is.

    Somebody who signed in for the agency acts under their own name.
    """
    if account is not None:
        return Actor(name=account.person, role=AGENCY, agency=link.agency, account=str(account.id))
    (said,) = plain_names(name)
    by = f"{said}, by the link of letter {link.short}" if said else f"By the link of letter {link.short}"
    return Actor(name=by, role=AGENCY, agency=link.agency)


def follow(uow: UnitOfWork, word: str) -> LetterLink:
    """Go on from a link: it is counted, and the letter's agency may act. Raises NotFound, OldLink and TooManyTries."""
    found = look_up(uow.tx, word, uow.now)
    _count(uow, f"link {found.number}", USES)
    letter_links.used(uow.tx, found.number, uow.now)
    return found


def look_up(tx: Connection, word: str, now: datetime) -> LetterLink:
    """The link of a secret address. Raises NotFound for one that never existed, OldLink for one that has expired."""
    found = letter_links.with_token(tx, word)
    if found is None:
        raise NotFound(NO_LINK)
    check_good(tx, found, now)
    return found


def letter_numbered(tx: Connection, number: str) -> LetterLink:
    """The link of a letter by its number, however old: a code by mail proves whose mailbox it is. Raises NotFound."""
    found = letter_links.numbered(tx, number)
    if found is None:
        raise NotFound(NO_LINK)
    check_kept(tx, found)
    return found


def give_page(uow: UnitOfWork, number: str) -> None:
    """Give a letter that left without a link the page it would have had, for somebody who signed in for its agency.

    Nobody holds its link: no letter has it.
    """
    if letter_links.numbered(uow.tx, number) is None:
        (row,) = outbox.called(uow.tx, number)
        letter_links.make(uow.tx, uow.keys, number, about_message(uow.tx, row), uow.now)


def check_kept(tx: Connection, link: LetterLink) -> None:
    """Raise OldLink where a link was taken back, or its reader is written to no more."""
    if link.revoked_at is not None:
        raise OldLink(TAKEN_BACK)
    if not contacts.who(tx).get(link.contact_id):
        raise OldLink(READER_GONE)


def check_good(tx: Connection, link: LetterLink, now: datetime) -> None:
    """Raise OldLink where a link can be used no more: its time has passed, it was taken back, its reader has gone."""
    check_kept(tx, link)
    if not link.is_good(now):
        raise OldLink(OLD, link.number)


def is_for_agency(tx: Connection, account: Account | None, agency: str) -> bool:
    """Whether an account is in use, and its person signs in for this agency, by any of its names."""
    known = account is not None and account.active and AGENCY in account.roles
    return known and account is not None and agencies.read(tx).is_same(account.agency, agency)


def count_wrong(uow: UnitOfWork, address: str) -> None:
    """Count a try of a link that does not exist. Raises TooManyTries for an address with too many."""
    _count(uow, f"wrong link {address}", WRONG)


def ask_for_fresh_link(uow: UnitOfWork, word: str) -> None:
    """Send a new link to the place the old one went to, at once; however often it is asked for, once a day."""
    link = letter_links.with_token(uow.tx, word)
    if link is None or link.revoked_at is not None:
        raise NotFound(NO_LINK)
    row = outbox.called(uow.tx, link.number)[0]
    case = cases.look(uow.tx, link.case_id)
    to = _reader(uow, link, row["place"])
    facts = {**case_facts(case), "agency": link.agency}
    day = f"fresh {uow.today.isoformat()}"
    about = (row["deadline_key"], row["deadline_due_on"], "", None, day, row["agency"], row["place"])
    _owe_at_once(uow, Owing(case.id, case.ref, row["sequence"], FRESH, facts, *about), to)


def take_back_link(uow: UnitOfWork, beginning: str, why: str) -> LetterLink:
    """Let nobody answer by the link of a letter any more, with the reason. Raises NotFound for a letter without one."""
    if not why.strip():
        raise BadAnswer("Say why the link is taken back.")
    rows = messages_called(uow, beginning)
    found = [link for row in rows if (link := letter_links.numbered(uow.tx, row["id"])) is not None]
    if len(found) != 1:
        raise NotFound(f"{beginning[:40]!r} names {len(found)} letters with a link: give more of its number.")
    (link,) = found
    case = cases.find_by_id(uow.tx, link.case_id)
    check_keeper(uow, case, "Taking back the link of a letter")
    check_words(uow, case, why)
    if not letter_links.revoke(uow.tx, link.number, why, uow.now):
        raise NotPossible(f"The link of letter {link.short} was taken back already.")
    audit_log.append(uow.tx, LOG, link.number, "taken_back", uow.actor, uow.now, reason=why)
    return link


def is_sent_anew(uow: UnitOfWork, link: LetterLink, form: str) -> bool:
    """Whether a form of an agency's page arrives for the first time: a button pressed twice sends it twice.

    `form` is the fingerprint of all that was sent. What is refused was not sent: it may come again.
    """
    return credentials.is_first(uow.tx, f"form {link.number} {form}", uow.now, uow.now - WINDOW)


def send_code(uow: UnitOfWork, link: LetterLink) -> None:
    """Send a code of six figures to the reader of a letter, at once. Raises TooManyTries."""
    _count(uow, f"code {link.number}", CODES)
    code = f"{secrets.randbelow(10**6):06}"
    letter_links.keep_code(uow.tx, link.number, code, uow.now)
    facts = {"code": code, "agency": link.agency}
    beside = f"{link.number} {uow.now.isoformat()}"
    _owe_at_once(uow, Owing(None, "code", 0, CODE, facts, beside=beside), _reader(uow, link, ""))


def is_right_code(uow: UnitOfWork, link: LetterLink, code: str) -> bool:
    """Whether a code is that of the last mail; each is good once. A wrong one is counted, and kept when committed."""
    return letter_links.use_code(uow.tx, link.number, "".join(code.split()), uow.now)


def children_by_link(uow: UnitOfWork, link: LetterLink) -> tuple[ChildDetails, ...]:
    """Whom a case is about, for an agency that has shown whose mailbox it is; that it was read is on record."""
    case: Case = cases.look(uow.tx, link.case_id)
    found = children.names(uow.tx, uow.keys, case.id, case.ref)
    right = "signed in for the agency" if uow.actor.account else "link of a letter, with a code by mail"
    numbers = [one.number for one in found]
    reading_log.note(uow.tx, case.ref, uow.actor, reading_log.NAMES, right, uow.now, numbers)
    return found


def _reader(uow: UnitOfWork, link: LetterLink, place: str) -> Reach:
    """Whoever a letter went to; where they are written to no more, whoever stands at their place."""
    reachable = contacts.reachable(uow.tx, uow.today)
    known = {one.id: one for one in contacts.everybody(uow.tx)}
    found = known.get(link.contact_id) or (reached(reachable, link.agency, place or "first") if place else None)
    if found is None or not found.channels:
        raise NotPossible(NOBODY_THERE)
    return found


def _owe_at_once(uow: UnitOfWork, owing: Owing, to: Reach) -> None:
    """Somebody sits there and waits: it goes now, whatever their working hours."""
    owed = outbox.letters(owing, to, uow.calendar(to.calendar), uow.now)
    outbox.owe_once(uow.tx, [{**one, "deliver_after": uow.now} for one in owed])


def _count(uow: UnitOfWork, name: str, most: int) -> None:
    if credentials.count_try(uow.tx, name, uow.now, uow.now - WINDOW) > most:
        raise TooManyTries(TOO_MANY)
