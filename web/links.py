"""Next steps as links, advice as a sentence with links in it, and history sentences as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from config.phrases import BEGIN_WITH, NO_COMMITTEE, SET_AT_DESK
from states.errors import Refused
from states.next_step import Advice, NextStep, mended
from states.words import first_up, spoken
from workflows.views.agenda import AgendaItem
from workflows.views.outcome import COUNT_FROM_LETTER
from workflows.views.questions import OTHERWISE
from workflows.views.sentences import Marks

TYPED, FILL_IN = re.compile(r"(?<=is missing): fill in '\w+'.*\Z"), ": fill it in."
"""What an obstacle says of a field that is typed by its name; here it has a place on the page."""


@dataclass(frozen=True)
class Link:
    """A page of the desk, and the words it is called by; without an address it is said in words alone."""

    words: str
    address: str = ""


def case_address(ref: str) -> str:
    """The page of a case."""
    return f"/cases/{quote(ref, safe='')}"


def step_address(ref: str, step: str) -> str:
    """The form of a step."""
    return f"{case_address(ref)}/steps/{quote(step, safe='')}"


def date_address(ref: str, key: str) -> str:
    """The receipt of a date."""
    return f"{case_address(ref)}/dates/{quote(key)}"


def chasing_address(ref: str, agency: str = "") -> str:
    """The chronology of chasing on a case, or of one agency."""
    return f"{case_address(ref)}/chasing{'?' + urlencode({'agency': agency}) if agency else ''}"


def work_address(item: AgendaItem) -> str:
    """Where something that needs somebody is seen to; empty where that is done at the terminal."""
    if item.step.verb != "show" or not item.key:
        return link_of(item.step).address
    return chasing_address(item.ref, item.agency) if item.agency else date_address(item.ref, item.key)


def _case(step: NextStep) -> Link:
    ref = _known(step, "ref")
    return Link(f"the page of {ref}", case_address(ref)) if ref else Link("the case")


def _of_case(step: NextStep, page: str, words: str) -> Link:
    ref = _known(step, "ref")
    return Link(words, f"{page}{quote(ref, safe='')}") if ref else Link(words, page.rstrip("/"))


def _step(step: NextStep) -> Link:
    ref, name = _known(step, "ref"), _known(step, "step")
    return Link("take the step", step_address(ref, name)) if ref and name else Link("take the step")


def _task(step: NextStep) -> Link:
    number = _known(step, "id")
    return Link("say what was done", f"/tasks/{quote(number, safe='')}" if number else "/tasks")


def _contact(step: NextStep) -> Link:
    given = (("agency", "agency"), ("role", "role"), ("role_of", "role"), ("name", "name"))
    known = {asked: said for name, asked in given if (said := _known(step, name))}
    return Link("enter a contact", f"/committee/contacts/new{'?' + urlencode(known) if known else ''}")


def _meeting(words: str, path: str) -> Callable[[NextStep], Link]:
    """A page under that of a meeting; where it is not said which, the meetings there are."""

    def link(step: NextStep) -> Link:
        number = _known(step, "meeting")
        return Link(words, f"/meetings/{quote(number, safe='')}{path}" if number else "/meetings")

    return link


def _published(step: NextStep) -> Link:
    year = _known(step, "year")
    return Link("the summary as it was published", f"/learning/years/{quote(year, safe='')}/published" if year else "")


def _missed(step: NextStep) -> Link:
    ref, key = _known(step, "ref"), _known(step, "date")
    words = "say why it was missed"
    return Link(words, f"{case_address(ref)}/missed?{urlencode({'name': key})}") if ref and key else Link(words)


SAID_HERE = {
    NO_COMMITTEE: "Limits that the nation leaves open are not set yet, and nobody is reminded of them.",
    BEGIN_WITH: SET_AT_DESK,
    COUNT_FROM_LETTER: "whoever looks after Cairn can have it count from the letter",
}
"""Sentences that speak of the committee's file, as they are said at the desk."""
PLACES = {"items": "lists"}
"""Where things of a kind stand on the page of a case, where that is called otherwise than in their addresses."""


def _under(words: str, path: str, *, named: str = "", asks: str = "") -> Callable[[NextStep], Link]:
    """A page under that of a case: `named` is the part of its address, `asks` the question that it may answer.

    Where it is not said of which one, all of that kind stand on the page of the case.
    """

    def link(step: NextStep) -> Link:
        ref, one = _known(step, "ref"), _known(step, named)
        if not ref or (named and not one):
            kind = path.partition("/")[0]
            return Link(words, f"{case_address(ref)}#{PLACES.get(kind, kind)}") if ref else Link(words)
        query = f"?{urlencode({asks: _known(step, 'what')})}" if asks and _known(step, "what") else ""
        return Link(words, f"{case_address(ref)}/{path.format(quote(one))}{query}")

    return link


DONE_ON_A_CASE: Mapping[str, Callable[[NextStep], Link]] = {
    "request send": _under("ask agencies for information", "requests", asks="what"),
    "request answer": _under("record the answer", "requests/{}/answer", named="agency"),
    "request decline": _under("record the agency's no", "requests/{}/refusal", named="agency"),
    "request acknowledge": _under("record that it is in hand", "requests/{}/acknowledgement", named="agency"),
    "request promise": _under("record the day promised", "requests/{}/promise", named="agency"),
    "request back": _under("send the answer back", "requests/{}/return", named="agency"),
    "request withdraw": _under("say that it is no longer wanted", "requests/{}/withdrawal", named="agency"),
    "request reached": _under("record when it arrived", "requests/{}/arrival", named="agency"),
    "extend ask": _under("ask for more time", "extensions", asks="name"),
    "extend grant": _under("grant more time", "extensions/{}/grant", named="what"),
    "pause order": _under("order a hold", "holds", asks="hold"),
    "pause end": _under("end the hold", "holds/{}/end", named="what"),
    "case event": _under("record what happened elsewhere", "events", asks="what"),
    "case asked-after": _under("record that you asked how it stands", "events/asked-after", asks="event"),
    "case missed": _missed,
    "case people": _under("change who is on the case", "people"),
    "case child add": _under("enter whom it is about", "children/new"),
    "case correct": _under("put the entry right", "history/{}/correction", named="entry"),
    "item add": _under("enter it in the list", "lists", asks="register"),
    "item respond": _under("respond to it", "items/{}/answer", named="item"),
    "item update": _under("record about it", "items/{}/update", named="item"),
    "recommendation propose": _under("propose a recommendation", "recommendations"),
}
"""The form of each verb that is done on a case."""

PAGES: Mapping[str, Callable[[NextStep], Link]] = {
    "show": _case,
    "history": lambda step: Link("its history", f"{case_address(_known(step, 'ref'))}/history"),
    "advance": _step,
    "open": lambda _: Link("open a case", "/cases/new"),
    "list": lambda _: Link("the list of cases", "/cases"),
    **DONE_ON_A_CASE,
    "ladder confirm": lambda step: _of_case(step, "/yes/", "what waits for a yes"),
    "task done": _task,
    "tasks": lambda _: Link("what waits for a person", "/tasks"),
    "outbox": lambda _: Link("the letters", "/outbox"),
    "recommendation list": lambda _: Link("the board of recommendations", "/recommendations"),
    "agenda": lambda _: Link("what needs you", "/my-work"),
    "contact add": _contact,
    "contact": lambda _: Link("the contacts", "/committee/contacts"),
    "contact channels": lambda _: Link("the contacts", "/committee/contacts"),
    "contact list": lambda _: Link("the contacts", "/committee/contacts"),
    "agency add": lambda _: Link("enter agencies", "/committee/agencies/new"),
    "agency merge": lambda _: Link("the agencies", "/committee/agencies"),
    "agency list": lambda _: Link("the agencies", "/committee/agencies"),
    "calendar list": lambda _: Link("the calendars", "/committee/calendars"),
    "meeting list": lambda _: Link("the meetings", "/meetings"),
    "summary --published": _published,
    "meeting add": _meeting("add an item", "/items/new"),
    "meeting attend": _meeting("who is there", "/attendance"),
    "meeting put-back": _meeting("the agenda", ""),
    "account add": lambda _: Link("enter an account", "/committee/accounts/new"),
    "account change": lambda _: Link("the accounts", "/committee/accounts"),
    "account list": lambda _: Link("the accounts", "/committee/accounts"),
}
"""The page of each verb that has one. A verb without is done at the terminal, and is named as it is typed."""


def link_of(step: NextStep) -> Link:
    """Where something is done."""
    page = PAGES.get(step.verb)
    return page(step) if page else Link(OTHERWISE.get(step.verb, f"“cairn {step.verb}” at the terminal"))


def anchor(link: Link) -> Markup:
    """A link as HTML."""
    if not link.address:
        return escape(link.words)
    return Markup('<a href="{}">{}</a>').format(link.address, link.words)


def worded(advice: Advice) -> Markup:
    """A remedy in words, with a link for each step."""
    texts = (escape(one) for one in advice.words.split("{}"))
    pieces = zip_longest(texts, (anchor(link_of(one)) for one in advice.steps), fillvalue="")
    return Markup("").join(chain.from_iterable(pieces))


def note(said: str | Advice) -> Markup:
    """A note beside a date or a warning, as HTML; what is done with files at the terminal is said as it is here."""
    if not isinstance(said, str):
        return worded(said)
    for at_terminal, here in SAID_HERE.items():
        said = said.replace(at_terminal, here)
    return Markup(first_up(str(escape(said))))  # noqa: S704  escaped


def sentences(refused: Refused) -> tuple[Markup, ...]:
    """What stands in the way, the last of it with the link that mends it."""
    obstacles = tuple(TYPED.sub(FILL_IN, one) for one in refused.obstacles)
    if refused.advice is None or not obstacles:
        return tuple(escape(one) for one in obstacles)
    *first, last = obstacles
    return (*(escape(one) for one in first), Markup(mended(escape(last), refused.advice, worded)))  # noqa: S704  escaped


def _reference(ref: str) -> str:
    return str(anchor(Link(ref, case_address(ref))))


def _escaped(words: str) -> str:
    return str(escape(words))


MARKS = Marks(name=_escaped, ref=_reference, day=lambda day: _escaped(spoken(day)), words=_escaped)
"""How the pieces of a sentence are marked for a page: everything is escaped, and a reference is a link."""


def _known(step: NextStep, name: str) -> str:
    """What a step is given under a name, where that is one thing."""
    given = step.arguments.get(name, ())
    return given[0] if len(given) == 1 else ""
