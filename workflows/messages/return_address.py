"""What a letter needs only when it is sent: its reader, its reply address, and the letters it follows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, RowMapping, bindparam, select

from notifications.envelope import is_mail_address
from records import cases, contacts
from records.cases import CASES, Case
from records.contacts import CONTACTS, Reach
from records.keys import MasterKey
from records.letter_links import kept_address
from records.mails import MAILS
from records.outbox import MESSAGES
from records.role_holders import keeping, reached
from states.dossier import Deadline
from states.moments import local_day
from states.procedure import LEAD
from workflows.messages.correspondence import more_time, of_date
from workflows.messages.learning import PAGE, way_set

LEARN = "this letter does not say, so that no harm is done if it goes astray. {ask}"
ASK = "Ask {whom} to tell you in a safe way, and give the reference {ref}."
SEND = "never in an ordinary e-mail. Ask for the safe way when you ask whom it is about."
SEND_HERE = (
    "on the page that the link opens. You need no account. Whoever has this letter can answer by it, so pass it on "
    "only to those who are to answer."
)
LEARN_HERE = "the page that the link opens can tell you, with a code that we send to your mailbox."
"""What an agency is told where the committee has not set its own words."""

EARLIER = (
    select(MAILS.c.message_id)
    .join(MESSAGES, MESSAGES.c.mail_id == MAILS.c.id)
    .join(CONTACTS, CONTACTS.c.id == MESSAGES.c.contact_id)
    .where(of_date(MESSAGES, CONTACTS.c.agency), CONTACTS.c.agency == bindparam("place"))
    .where(MAILS.c.channel == "email", MAILS.c.created_at < bindparam("before"))
    .order_by(MAILS.c.created_at, MAILS.c.id)
)


class Office(Protocol):
    """What an installation says of how it is answered; see `deliver.Post`."""

    @property
    def keys(self) -> MasterKey:
        """The keys to the addresses."""

    @property
    def link(self) -> str:
        """Where a reader finds a case, with {ref} in it; empty where there is no such place."""

    @property
    def reply_to(self) -> str:
        """The address that answers go to; empty for the lead officer of the case."""

    @property
    def learn(self) -> str:
        """How an agency learns whom a case is about, in the committee's words."""

    @property
    def send(self) -> str:
        """How an agency sends its answer safely, in the committee's words."""

    @property
    def site(self) -> str:
        """Where agencies reach the desk; empty where they do not."""

    @property
    def shows_child(self) -> bool:
        """Whether an agency may see whom a case is about on the page of its link, with a code sent by mail."""


@dataclass(frozen=True)
class LetterReader:
    """Who reads a letter, and how they stand to the case."""

    reach: Reach
    case: Case | None

    @property
    def kind(self) -> str:
        """`agency`, `outside` for a body or a role that acts elsewhere, or `committee`."""
        if self.reach.agency:
            return "agency"
        rule = self.case.procedure.roles.get(self.reach.role) if self.case else None
        is_body = self.case is not None and self.reach.role in self.case.procedure.bodies
        return "outside" if is_body or (rule is not None and rule.external) else "committee"


def reader_facts(tx: Connection, office: Office, row: RowMapping, now: datetime) -> dict[str, Any]:
    """The facts of a message that depend on who reads it and on the day it leaves."""
    facts = json.loads(row["facts"])
    if not facts.get("ref") or row["case_id"] is None:
        return _link(office, facts["ref"]) if facts.get("ref") else {}
    case = cases.look(tx, row["case_id"])
    reader = LetterReader(contacts.get(tx, row["contact_id"]), case)
    answer_to = lead_of(tx, office, case, now) if reader.kind != "committee" else ""
    said = said_to(
        office, reader, facts, answer_to, row["id"], way_set(tx, case.ref) if reader.kind == "agency" else ""
    )
    if row["gathered"]:
        said["gathered"] = True
    deadline = date_of(case, row, reader.reach.agency)
    due_on = row["deadline_due_on"] or (deadline.due_on if deadline else None)
    if due_on and due_on < local_day(now):
        said["past"] = True
    return {**said, "more_time": more_time(tx, case, deadline)} if deadline else said


def date_of(case: Case, row: RowMapping, agency: str) -> Deadline | None:
    """The date a message is about, or that began with the entry that owed it to an agency."""
    if row["deadline_key"]:
        return case.dossier.deadlines.get(row["deadline_key"])
    begun = (one for one in case.dossier.deadlines.values() if one.since == row["sequence"] and one.agency == agency)
    return next(begun, None) if agency else None


def said_to(
    office: Office, reader: LetterReader, facts: Mapping[str, Any], answer_to: str, number: str, way: str = ""
) -> dict[str, Any]:
    """Where a reader turns, for whom a deputy reads, and how an agency learns whom it is about and sends its answer.

    The committee has the link to the case, where there is one, and an agency a link of its own in each letter. All but
    the committee are told whom to answer as well. `number` is that of the message, `way` how
    agencies learn it for this case where that was said.
    """
    said: dict[str, Any] = {"reader": reader.kind, **_standing_in(reader), **_link(office, facts["ref"])}
    if reader.kind == "agency" and office.site:
        said["link"] = kept_address(office.site, number)
    if reader.kind != "committee":
        said["answer_to"] = answer_to
    if reader.kind == "agency" and facts.get("answers"):
        said |= _how_to_answer(office, answer_to, facts["ref"], way)
    return said


def _link(office: Office, ref: str) -> dict[str, str]:
    """Where a case is found: a page or a sentence; a command of a terminal leads no reader of a letter anywhere."""
    link = "" if office.link.startswith("cairn ") else office.link
    return {"link": link.replace("{ref}", ref)} if link else {}


def _standing_in(reader: LetterReader) -> dict[str, str]:
    """For whom a deputy gets a letter."""
    if reader.reach.agency and reader.reach.role == "deputy":
        return {"stands_for": f"the first contact of {reader.reach.agency}"}
    role = reader.case.procedure.roles.get(reader.reach.role) if reader.case else None
    if reader.case is None or role is None or not role.acts_for:
        return {}
    return {"stands_for": f"the {reader.case.procedure.said('roles', role.acts_for[0])}"}


def ask_whom(lead: str, ref: str) -> str:
    """Whom an agency asks whom a case is about: its letter and the page of it say the same."""
    return ASK.format(whom=lead or "whoever wrote to you", ref=ref)


def _how_to_answer(office: Office, answer_to: str, ref: str, way: str) -> dict[str, str]:
    learn, send = LEARN.format(ask=ask_whom(answer_to, ref)), SEND_HERE if office.site else SEND
    if office.site and (way == PAGE or (office.shows_child and not way)):
        learn = LEARN_HERE
    return {"learn": learn if way else office.learn or learn, "send": office.send or send}


def lead_of(tx: Connection, office: Office, case: Case, now: datetime) -> str:
    """Whom somebody outside answers: the lead officer or the deputy, with the address that answers go to."""
    named = case.dossier.lead
    reach = _lead_today(tx, named, now, keeping(case.procedure))
    if reach is None:
        own = case.procedure.lead_said
        return ", ".join(filter(None, (f"{named}, {own}" if named else "", office.reply_to)))
    role = case.procedure.said("roles", reach.role)
    return ", ".join(filter(None, (reach.name, role, office.reply_to or _mail_of(tx, office.keys, reach))))


def _lead_today(tx: Connection, named: str, now: datetime, keepers: tuple[str, ...] = ()) -> Reach | None:
    return reached(contacts.reachable(tx, local_day(now)), "", LEAD, named, keepers)


def _mail_of(tx: Connection, keys: MasterKey, reach: Reach) -> str:
    known = (contacts.readable_address(tx, keys, reach.id, channel) for channel in reach.channels)
    return next((address for address in known if is_mail_address(address)), "")


def reply_to(tx: Connection, office: Office, mail: RowMapping, address: str, now: datetime) -> tuple[str, ...]:
    """The addresses that answers to a letter go to: the committee's, or of the lead officers of its cases."""
    if office.reply_to:
        return (office.reply_to,)
    led = select(CASES.c.lead).join(MESSAGES, MESSAGES.c.case_id == CASES.c.id).where(MESSAGES.c.mail_id == mail["id"])
    found = (_lead_today(tx, lead, now) for lead in tx.execute(led.distinct().order_by(CASES.c.lead)).scalars())
    mails = dict.fromkeys(_mail_of(tx, office.keys, reach) for reach in found if reach)
    return tuple(one for one in mails if one and one != address)


def thread(tx: Connection, mail: RowMapping) -> tuple[str, ...]:
    """The identities of the e-mails to the same agency, or to the committee, about what a letter is most about.

    The same however often the letter is tried: only what was written before it counts.
    """
    wanted = select(MESSAGES).where(MESSAGES.c.mail_id == mail["id"], MESSAGES.c.case_id.is_not(None))
    rows = list(tx.execute(wanted.order_by(MESSAGES.c.deadline_key.desc(), MESSAGES.c.id)).mappings())
    return _latest(tx.execute(EARLIER, _before(tx, rows[0], mail)).scalars()) if rows else ()


def _before(tx: Connection, row: RowMapping, mail: RowMapping) -> dict[str, Any]:
    case, agency = cases.look(tx, row["case_id"]), contacts.get(tx, mail["contact_id"]).agency
    deadline = case.dossier.deadlines.get(row["deadline_key"])
    since = deadline.since if deadline else row["sequence"]
    about = {"of_case": case.id, "about": row["deadline_key"] or None, "since": since, "agency": agency or None}
    return {**about, "place": agency, "before": mail["created_at"]}


def _latest(found: Iterable[str], most: int = 20) -> tuple[str, ...]:
    """The first mail of a thread and its latest: enough for any program to join them, on a header of fair length."""
    known: Sequence[str] = list(dict.fromkeys(found))
    return tuple(known if len(known) <= most else [known[0], *known[-(most - 1) :]])
