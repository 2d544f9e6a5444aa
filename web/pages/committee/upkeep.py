"""Keeping things going: channels tried, reminders to come, what is to be erased, and who read what."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from config.committee_file import Retention, retention_of, text_of
from records import cases
from records.database import reading
from states.errors import BadAnswer, NotPossible, Refused
from states.words import counted
from web.answers import Filled, days_typed
from web.deed import UNPROCESSABLE
from web.desk import Desk
from web.form_routes import keeping_at
from web.guard import At
from web.keeping import WHY, Keeping
from web.links import sentences
from workflows.messages.channel_check import checked
from workflows.messages.ladder_forecast import forecast
from workflows.messages.test_letter import send_test_letter
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.contacts import channels_written
from workflows.verbs.local_settings import set_retention
from workflows.verbs.people import erase_personal_data
from workflows.verbs.record_reading import erase_readings
from workflows.views.question import Question
from workflows.views.readings import MOST, ReadingsWanted, part_words, readings, right_words
from workflows.views.refusals import refusals
from workflows.views.retention import retention_page

router = APIRouter()

IN_EXAMPLE = "Nothing leaves the example: try a channel at your own committee's desk."
MOST_RUNGS = 200


@router.get("/committee/channels", name="channels")
def channels(at: At) -> Response:
    """Show who gets the weekly check of each channel, and ask for an address to try."""
    return _channels(at)


@router.post("/committee/channels", name="channels")
def try_channel(at: At) -> Response:
    """Send one test letter to one address, and say what its channel answered. It is about no case."""
    try:
        if at.site.example:
            raise NotPossible(IN_EXAMPLE)
        (_, address), *_ = channels_written([at.said("to")])
        answer = send_test_letter(at.installation.post, address, at.now)
    except Refused as refused:
        return _channels(at, wrong=sentences(refused), status=UNPROCESSABLE)
    return _channels(at, answered=(answer.outcome == "accepted", answer.detail))


@router.get("/committee/ladders", name="ladders")
def ladders(at: At, silent: bool = False) -> Response:  # noqa: FBT001, FBT002  it stands in the address
    """Rehearse the ladders: who would be told what and when, and which rungs reach nobody."""
    with at.reading() as tx:
        found = forecast(tx, at.now, silent=silent, hidden=at.hidden(tx))
    return at.page("committee/ladders.html", forecast=found, rungs=found.rungs[:MOST_RUNGS], silent=silent)


@router.get("/committee/retention", name="retention")
def retention(at: At) -> Response:
    """Show what is to be erased and when, by which rule."""
    with at.reading() as tx:
        shown = retention_page(tx, at.settings.own_file, at.viewer.today, at.hidden(tx))
    return at.page("committee/retention.html", retention=shown)


@router.get("/committee/readings", name="readings")
def who_read(at: At, ref: str = "", person: str = "", part: str = "", first: str = "", last: str = "") -> Response:
    """Show every reading of a case at the desk, for the auditor."""
    days, wrong = days_typed({"From": first, "To": last})
    said = at.request.query_params.get("page", "1")
    here = max(int(said), 1) if said.isdecimal() else 1
    wanted = ReadingsWanted(ref, person, part, *days)
    with at.reading() as tx:
        shown = readings(tx, wanted, here)
    asked = {"ref": ref, "person": person, "part": part, "first": first, "last": last}
    query = urlencode({name: value for name, value in asked.items() if value})
    return at.page(
        "committee/readings.html",
        status=UNPROCESSABLE if wrong else 200,
        readings=shown,
        asked=asked,
        query=query,
        wrong=wrong,
        here=here,
        most=MOST,
        part_words=part_words,
        right_words=right_words,
    )


@router.get("/committee/refusals", name="refusals")
def what_was_refused(at: At, page: int = 1) -> Response:
    """Show what was refused at the desk, and when signing in failed, for the auditor."""
    with at.reading() as tx:
        shown = refusals(tx, max(page, 1))
    return at.page("committee/refusals.html", refused=shown, here=max(page, 1), most=MOST)


def _channels(
    at: Desk, *, answered: tuple[bool, str] | None = None, wrong: tuple[str, ...] = (), status: int = 200
) -> Response:
    with reading(at.installation.engine) as tx:
        found = {channel: (reach.name, reach.role) for channel, reach in checked(tx).items()}
    return at.page("committee/channels.html", status=status, channels=found, answered=answered, wrong=wrong)


@keeping_at(router, "/committee/retention/rule", "retention_rule")
def _rule(at: Desk) -> Keeping:
    """Set the rule by which the names of a closed case are erased."""
    own = at.settings.own_file
    found = retention_of(text_of(own))

    def do(uow: UnitOfWork, filled: Filled) -> str:
        years = filled.said.get("years")
        if type(years) is not int or years < 1:
            raise BadAnswer("“Years after a case closed”: write a whole number of years.")
        set_retention(uow, own, Retention(years, filled.word("note")))
        return f"Personal data may be erased {years} years after a case closed. Each erasing wants a yes."

    asked = (Question("years", "Years after a case closed", "number"), Question("note", "Who decided this, and why"))
    is_now = {"years": str(found.years), "note": found.note} if found else {}
    note = "The guidance gives no number: this is the committee's own rule."
    return Keeping(
        "When personal data is erased", "Continue", "/committee/retention", asked, do, note=note, is_now=is_now
    )


@keeping_at(router, "/committee/retention/readings", "readings_erasing")
def _erasing_readings(at: Desk) -> Keeping:
    """Erase the old readings of closed cases for good, and say on what ground."""
    rule = retention_of(text_of(at.settings.own_file))

    def do(uow: UnitOfWork, filled: Filled) -> str:
        gone = counted(erase_readings(uow, rule, filled.word("reason")), "reading")
        return f"{gone} of cases that closed as long ago as the rule says can never be looked up again."

    note = "This is not undone. The log goes on verifying, and says that they were erased, by whom and why."
    return Keeping("Erase old readings", "Continue", "/committee/retention", (WHY,), do, "forgotten", "Retention", note)


@keeping_at(router, "/cases/{ref}/erasing", "erasing")
def _erasing(at: Desk, ref: str) -> Keeping:
    """Erase the personal data of a case for good, and say on what ground."""
    with at.reading_case(ref) as tx:
        cases.find(tx, ref, to_change=False)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        case = erase_personal_data(uow, ref, filled.word("reason"))[0]
        return f"The names kept of {case.ref} can never be read again. Its history stays, and holds none."

    note = "This is not undone. Backups made before still hold the names until they are thrown away."
    title = f"Erase the personal data of {ref.upper()}"
    return Keeping(title, "Continue", "/committee/retention", (WHY,), do, "erased", "Retention", note)
