"""The people Cairn writes to: entered, put right, away, reached elsewhere, gone; and a test letter to one address."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from config.settings import Settings
from records.contacts import NEWS, PLACES
from states.errors import BadAnswer, NotFound
from states.words import first_up, spoken
from web.answers import Filled
from web.desk import Desk
from web.form_routes import keeping_at
from web.guard import At
from web.keeping import MAY_SAY_WHY, WHY, Keeping
from workflows.messages.channel_check import ROLE
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import contacts as verbs
from workflows.views.agency_list import agency_list
from workflows.views.calendars import calendars
from workflows.views.contact_list import ContactLine, contact_list, written_to_instead
from workflows.views.contact_places import ContactPlace, contact_places, editions_in_use, written_to_first
from workflows.views.question import NO_AGENCY, Question

router = APIRouter()

BACK = "/committee/contacts"
PLACE_WORDS = tuple((one, f"{first_up(one)} contact of an agency") for one in PLACES)
CHECK = (ROLE, "Test address of a channel, which gets its weekly check")
WHERE = Question(
    "channels",
    "Where messages go",
    "people",
    help="An e-mail address, or CHANNEL=ADDRESS for another channel; one on each line. Kept encrypted, never shown.",
)
HOURS = Question("hours", "Working hours", ask="may", help="Such as 09:00-17:00: messages wait for them.")
OWED_ALREADY = (
    "New hours and another calendar hold for what is written from now on: letters already owed leave when they were to."
)
NEWS_WORDS = (
    ("milestones", "In a note when a case reaches a milestone"),
    ("weekly", "In one note a week"),
    ("each", "Each by itself"),
    ("none", "None at all"),
)


@router.get(BACK, name="contacts")
def contacts(at: At) -> Response:
    """Show everybody Cairn writes to, who is away, and who could not be reached."""
    with at.reading() as tx:
        found, guidance = contact_list(tx, at.viewer.today), at.installation.guidance
        places = written_to_first(tx, editions_in_use(tx, guidance, at.viewer.today), at.viewer.today)
        called = {one.name: one.label for one in contact_places(tx, guidance, at.viewer.today)}
    missing = tuple(one for one in places if not one.held)
    return at.page("committee/contacts.html", contacts=found, missing=missing, called=called)


@keeping_at(router, f"{BACK}/new", "contact_new")
def _entering(at: Desk) -> Keeping:
    """Enter somebody to write to."""

    def do(uow: UnitOfWork, filled: Filled) -> str:
        agency, role = filled.word("agency"), filled.word("role")
        channels = verbs.channels_written(filled.several("channels"))
        more = {"hours": filled.word("hours") or verbs.HOURS, "news": filled.word("news")}
        who = {"role": role, "name": filled.word("name"), "agency": agency}
        number = verbs.add_contact(uow, channels=channels, **who, **more)
        instead = written_to_instead(uow.tx, number, uow.today)
        if instead:
            return f"They are contact {number}. {instead}"
        return f"Messages for the {role.replace('_', ' ')}{f' of {agency}' if agency else ''} go to them."

    with at.reading() as tx:
        agencies = tuple((one.name, "") for one in agency_list(tx).agencies if one.active)
        places = contact_places(tx, at.installation.guidance, at.viewer.today)
    asked = (
        Question("name", "Name of the person or desk"),
        Question(
            "agency",
            "Agency",
            "choice",
            agencies,
            "may",
            help="Leave empty for somebody of the committee.",
            none=NO_AGENCY,
        ),
        _as_what(places),
        WHERE,
        HOURS,
        _news(),
    )
    is_now = {name: at.request.query_params.get(name, "") for name in ("name", "agency", "role")}
    what = "Enter somebody to write to"
    return Keeping(what, "Save", BACK, asked, do, "entered", "Contacts", is_now=is_now, tried=False)


def _as_what(places: tuple[ContactPlace, ...]) -> Question:
    """In which place they are written to: an agency's, or one of the committee's by how soon it is written to."""
    groups = (
        ("Of an agency", PLACE_WORDS),
        ("Of the committee, those first who are written to first", _words(places, at_times=False)),
        ("Written to in some cases only", _words(places, at_times=True)),
        ("Written to by no edition that is in use", tuple((one.name, one.label) for one in places if not one.edition)),
        ("To see whether channels answer", (CHECK,)),
    )
    headings = tuple((answers[0][0], title) for title, answers in groups if answers)
    answers = tuple(one for _, several in groups for one in several)
    return Question("role", "As what they are written to", "choice", answers, headings=headings)


def _words(places: tuple[ContactPlace, ...], *, at_times: bool) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.name, one.label if one.held else f"{one.label} (nobody yet)")
        for one in places
        if one.edition and one.at_times == at_times
    )


def _news() -> Question:
    assert {name for name, _ in NEWS_WORDS} == set(NEWS)
    return Question("news", "News that asks nothing of them", "choice", NEWS_WORDS, "may")


@keeping_at(router, f"{BACK}/{{number}}/{{what}}", "contact_change")
def _change(at: Desk, number: str, what: str) -> Keeping:
    """Change a contact: `what` is details, channels, away or retire."""
    with at.reading() as tx:
        one = next((each for each in contact_list(tx, at.viewer.today) if str(each.id) == number), None)
    if one is None or what not in CHANGES:
        raise NotFound("There is no such contact, or nothing like that to change about it.")
    return CHANGES[what](one, at.settings)


def _putting_right(one: ContactLine, _: Settings) -> Keeping:
    def do(uow: UnitOfWork, filled: Filled) -> str:
        given = {name: filled.word(name) for name in ("name", "hours", "calendar", "news")}
        changed = {name: said for name, said in given.items() if said != getattr(one, name)}
        verbs.change_contact(uow, one.id, **changed, reason=filled.word("reason"))
        return "It is put right."

    known = tuple((each.name, each.label) for each in calendars())
    working = Question("calendar", "Calendar of their working days", "choice", known)
    asked = (Question("name", "Name of the person or desk"), HOURS, working, _news(), MAY_SAY_WHY)
    is_now = {name: getattr(one, name) for name in ("name", "hours", "calendar", "news")}
    what, note = f"Put right: {one.name}", OWED_ALREADY
    return Keeping(what, "Save", BACK, asked, do, back_to="Contacts", is_now=is_now, tried=False, note=note)


def _reaching(one: ContactLine, _: Settings) -> Keeping:
    def do(uow: UnitOfWork, filled: Filled) -> str:
        channels = verbs.channels_written(filled.several("channels"))
        verbs.change_channels(uow, one.id, channels)
        return f"{one.name} is reached by {' and '.join(name for name, _ in channels)} from now on."

    note = "The addresses there were are replaced. A mark that they could not be reached is taken away."
    return Keeping(f"Where {one.name} is reached", "Continue", BACK, (WHERE,), do, back_to="Contacts", note=note)


def _away(one: ContactLine, _: Settings) -> Keeping:
    def do(uow: UnitOfWork, filled: Filled) -> str:
        first, last = filled.day("from"), filled.day("to")
        if first is None or last is None:
            raise BadAnswer("Give the first day and the last.")
        verbs.set_away(uow, one.id, first, last)
        return f"{one.name} is away from {spoken(first)} to {spoken(last)}: a deputy is told meanwhile."

    asked = (Question("from", "First day away", "date"), Question("to", "Last day away", "date"))
    return Keeping(f"When {one.name} is away", "Continue", BACK, asked, do, back_to="Contacts")


def _retiring(one: ContactLine, _: Settings) -> Keeping:
    def do(uow: UnitOfWork, filled: Filled) -> str:
        verbs.retire_contact(uow, one.id, filled.word("reason"))
        return f"Nothing is written to {one.name} any more. What was sent stays on record."

    return Keeping(f"Write to {one.name} no more", "Continue", BACK, (WHY,), do, "retired", "Contacts")


CHANGES: dict[str, Callable[[ContactLine, Settings], Keeping]] = {
    "details": _putting_right,
    "channels": _reaching,
    "away": _away,
    "retire": _retiring,
}
"""What can be changed about a contact, by the last word of its address."""
