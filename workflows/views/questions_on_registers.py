"""Questions before entering, changing or removing contacts, agencies, accounts and their like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from records import accounts, agencies
from records.contacts import NEWS, PLACES
from workflows.views.account_list import account_list
from workflows.views.calendars import calendars
from workflows.views.contact_list import contact_list
from workflows.views.contact_places import contact_places
from workflows.views.question import Question, SaidSoFar
from workflows.views.question_parts import MAY_SAY_WHY, NO_NAMES, ON, WHY, Plan, which_case, who_acts
from workflows.views.tasks import tasks

DID = Question("did", "What was done about it", help=NO_NAMES)
HOURS = Question("hours", "Hours in which messages may reach them, such as 09:00-17:00", ask="may")
NEWS_WANTED = Question(
    "news", "How news that asks nothing is wanted", "choice", tuple((one, "") for one in NEWS), "may"
)
ADDRESSES = Question("channel", "Where messages go", "people", help="An e-mail address, or CHANNEL=ADDRESS.")


# --- contacts ---


def _contact_add(look: SaidSoFar) -> Iterator[Question]:
    empty = "Leave it empty for the committee."
    yield Question("agency", "Their agency", "agency", _agencies(look), "should", help=empty, free=True)
    if look.said.get("agency"):
        places = tuple((one, f"{one} contact of the agency") for one in PLACES)
        yield Question("role", "As what they are written to", "choice", places)
    else:
        others = "Any other role that an edition names can be typed as well."
        yield Question("role", "As what they are written to", "choice", _roles(look), help=others, free=True)
    yield Question("name", "Name of the person or desk", "person")
    yield ADDRESSES
    yield HOURS
    yield NEWS_WANTED


def _contact(*more: Question) -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        known = contact_list(look.tx, look.viewer.today)
        words = tuple((f"contact-{one.id}", f"{one.name}, {one.role} {one.agency}".rstrip()) for one in known)
        yield Question("number", "Which contact", "choice", words)
        yield from more

    return plan


def _roles(look: SaidSoFar) -> tuple[tuple[str, str], ...]:
    """The roles and bodies that editions in use write to, each with what it is called: those written to first first."""
    if not look.silent_about(Question("role", "")):
        return ()
    return tuple((one.name, one.label) for one in contact_places(look.tx, look.guidance, look.today) if one.edition)


# --- agencies, accounts ---


def _agency(*more: Question) -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        yield Question("name", "The agency", "agency", _agencies(look))
        for one in more:
            yield replace(one, answers=_agencies(look)) if one.kind == "agency" else one

    return plan


def _agencies(look: SaidSoFar) -> tuple[tuple[str, str], ...]:
    return tuple((one.name, "") for one in agencies.read(look.tx).all if one.active and not one.merged_into)


def _agency_add(_: SaidSoFar) -> Iterator[Question]:
    yield Question("name", "What the agency is called")
    yield Question("also", "Other names it goes by", "people", ask="may")
    yield replace(_calendar(), ask="may")
    yield MAY_SAY_WHY


def _calendar(name: str = "calendar") -> Question:
    return Question(
        name, "The calendar of its working days", "choice", tuple((one.name, one.label) for one in calendars())
    )


def _agency_calendar(look: SaidSoFar) -> Iterator[Question]:
    yield from _agency(_calendar("which"), MAY_SAY_WHY)(look)


def _account_add(look: SaidSoFar) -> Iterator[Question]:
    yield Question("person", "The name of the person", "person")
    yield Question("role", "Roles they may act in", "choices", _roles(look))
    yield Question("user", "The user of this machine, or the name signed in by", ask="should", help="Empty is you.")
    yield Question("agency", "The agency they speak for", "agency", _agencies(look), "may")
    yield MAY_SAY_WHY


def _account(*more: Question) -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        known = tuple((f"account-{one.id}", one.person) for one in account_list(look.tx))
        yield Question("number", "Which account", "choice", known)
        yield from more

    return plan


# --- children, links, what waits ---


def _child(look: SaidSoFar) -> Iterator[Question]:
    yield from which_case(look, of="case")
    yield from who_acts(look, look.case.procedure)
    label = f"Name of the {look.case.procedure.subject}"
    yield Question("child", label, "person", into="aside", help="Encrypted, and kept apart from the history.")
    yield Question("born", "Date of birth", "date", ask="should")
    yield Question("identifier", "Numbers, such as CHI=0105191234", "people", ask="may", help="One on each line.")


def _other_case(*more: Question) -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        yield from which_case(look)
        yield from who_acts(look, look.case.procedure)
        yield Question("other", "The other case", help="Its reference, such as LR-2026-0007.")
        yield from more

    return plan


def _of_case(*more: Question) -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        yield from which_case(look)
        yield from who_acts(look, look.case.procedure)
        yield from more

    return plan


def _by_number(label: str, *more: Question) -> Plan:
    def plan(look: SaidSoFar) -> Iterator[Question]:
        yield Question("number", label, help="Its number, or how it begins.")
        yield from _who(look)
        yield from more

    return plan


def _task(look: SaidSoFar) -> Iterator[Question]:
    known = tuple((one.id[:8], one.what) for one in tasks(look.tx).tasks)
    yield Question("number", "Which task", "choice", known, free=True)
    yield from _who(look)
    yield DID


def _who(look: SaidSoFar) -> Iterator[Question]:
    """Who acts, where no account says it."""
    if accounts.read(look.tx):
        return
    if not look.viewer.actor.name:
        yield Question("as_name", "Your name", "person", into="who")
    if not look.viewer.actor.role:
        yield Question("as_role", "The role you act in", "choice", _roles(look), into="who")


ON_REGISTERS: Mapping[str, Plan] = {
    "contact add": _contact_add,
    "contact change": _contact(
        Question("name", "The right name", "person", ask="may"), HOURS, NEWS_WANTED, MAY_SAY_WHY
    ),
    "contact away": _contact(Question("starts", "First day away", "date"), Question("ends", "Last day away", "date")),
    "contact retire": _contact(MAY_SAY_WHY),
    "contact channels": _contact(ADDRESSES),
    "agency add": _agency_add,
    "agency rename": _agency(Question("to", "What it is called from now on"), MAY_SAY_WHY),
    "agency merge": _agency(Question("into", "The agency it is one with", "agency"), MAY_SAY_WHY),
    "agency also": _agency(Question("other", "Another name it goes by"), MAY_SAY_WHY),
    "agency calendar": _agency_calendar,
    "agency retire": _agency(MAY_SAY_WHY),
    "account add": _account_add,
    "account retire": _account(MAY_SAY_WHY),
    "case child add": _child,
    "case link": _other_case(replace(WHY, ask="should")),
    "case unlink": _other_case(WHY),
    "case rebuild": _of_case(WHY),
    "ladder withhold": _of_case(WHY),
    "outbox again": _by_number("The message", WHY),
    "outbox bounced": _by_number("The letter", WHY, ON),
    "outbox unlink": _by_number("The letter whose link is taken back", WHY),
    "inbox done": _by_number("The mail", DID),
    "task done": _task,
}
"""What each of these verbs asks for."""
