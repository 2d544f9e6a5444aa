"""A form for something that is no case (an agency, a setting): shown, previewed, then done after a yes.

As `web/deed.py` for cases. What was filled in is tried first in a transaction that is rolled back; a refusal returns
the form with all that was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import Response

from states.errors import Refused
from web.answers import Filled, check_chosen, filled_in
from web.deed import UNPROCESSABLE, place_of
from web.desk import Desk
from web.form_drafts import OWN
from web.links import sentences
from web.sent_once import SentBefore, led_to_before, once
from workflows.unit_of_work import UnitOfWork
from workflows.views.question import Question

WHY = Question("reason", "Why", help="It stays on record.")
MAY_SAY_WHY = Question("reason", "Why", ask="may", help="It stays on record.")


@dataclass(frozen=True)
class Keeping:
    """One thing that can be kept. `do` does it and says so in a sentence.

    `is_now` is what stands in the form first, `ticked` what is ticked in it.
    `did` names the sentence of `DID` that is shown afterwards on the page it goes `back` to. `after` makes another
    page of what was done instead. `look` are pages to look at for it, by address and name, and `final` says before the
    yes what cannot be put right. Without `tried` it is done at once: what can be undone, or writes nothing of weight.
    """

    title: str
    button: str
    back: str
    asked: tuple[Question, ...]
    do: Callable[[UnitOfWork, Filled], str]
    did: str = "kept"
    back_to: str = "Committee"
    note: str = ""
    is_now: Mapping[str, str] = field(default_factory=dict)
    ticked: tuple[tuple[str, str], ...] = ()
    tried: bool = True
    after: Callable[[str], Response] | None = None
    frame: str = "committee/frame.html"
    look: tuple[tuple[str, str], ...] = ()
    final: str = ""


@dataclass(frozen=True)
class Making:
    """Something made for a program that asks for it; `do` gives it. For a person it is made on a page of its own."""

    title: str
    asked: tuple[Question, ...]
    do: Callable[[UnitOfWork, Filled], Any]


DID: Mapping[str, str] = {
    "kept": "It is kept, and on record.",
    "entered": "It is entered, and on record.",
    "agencies": "The agencies are entered.",
    "retired": "It is no longer in use. What was recorded stays.",
    "limits": "The limits are written into the committee's file. Cases opened from now on go by them.",
    "password": "Your password is changed. You are signed out everywhere else.",
    "others": "What was sent before you signed in was somebody else's, and was not carried over.",
    "holiday": "The holiday is written into the calendar's file, and open cases are counted by it.",
    "drawn": "The sample is drawn, and on record.",
    "assessed": "What you found is kept, and on record.",
    "agenda": "The agenda is as you left it, and on record.",
    "agenda_sent": "The agenda is on its way to the members.",
    "meeting": "It is recorded. The draft minute has it.",
    "erased": "The personal data of the case is erased.",
    "imported": "It is imported. What was made of it stands below, and each review among the cases.",
    "taken_back": "The import is taken back. What it made counts nowhere any more.",
    "published": "It is published, and kept as it was printed. Save it in the kind you need.",
    "forgotten": "The readings are erased. The log says so, and goes on verifying.",
}
"""What is said on a page after something was done, by the word in its address: nothing a link could put there."""


def asks(desk: Desk, keeping: Keeping) -> Response:
    """The page with the form, holding what is kept now."""
    return _form(desk, keeping, FormData([*keeping.is_now.items(), *keeping.ticked]), ())


def kept(desk: Desk, keeping: Keeping) -> Response:
    """What was sent with the form: shown for a yes, done after it; or the form again, with what is wrong."""
    if desk.said("change"):
        return _form(desk, keeping, desk.form, ())
    try:
        if (before := led_to_before(desk)) is not None:
            return before
        filled = filled_in(keeping.asked, desk.form, {})
        check_chosen(keeping.asked, filled)
        if not keeping.tried or desk.said("confirmed"):
            return _done(desk, keeping, filled)
        said = _tried(desk, keeping, filled)
    except Refused as refused:
        return _form(desk, keeping, desk.form, sentences(refused), UNPROCESSABLE)
    sent = [pair for pair in desk.form.multi_items() if pair[0] not in OWN]
    return desk.page("committee/confirm.html", keeping=keeping, says=said, sent=sent)


def _done(desk: Desk, keeping: Keeping, filled: Filled) -> Response:
    try:
        with desk.uow() as uow, once(uow, desk) as leads_to:
            said = keeping.do(uow, filled)
            leads_to.append(keeping.back if keeping.after else f"{keeping.back}?did={keeping.did}")
    except SentBefore:
        return led_to_before(desk) or desk.go_to(keeping.back)
    return keeping.after(said) if keeping.after else desk.go_to(leads_to[0], done=True)


def _tried(desk: Desk, keeping: Keeping, filled: Filled) -> str:
    with desk.uow() as uow:
        try:
            return keeping.do(uow, filled)
        finally:
            uow.tx.rollback()


def _form(desk: Desk, keeping: Keeping, typed: FormData, wrong: tuple[str, ...], status: int = 200) -> Response:
    named = [(one, said) for one in keeping.asked for said in wrong if f"“{one.label}”" in said]
    places, faults = {said: place_of(one) for one, said in named}, {one.name: said for one, said in named}
    shown = {"keeping": keeping, "typed": typed, "wrong": wrong, "places": places, "faults": faults}
    return desk.page("committee/form.html", status=status, **shown)
