"""Every letter that Cairn can write, with invented facts: for reading in docs/letters.md, and for the tests of wording.

The facts are made by the same functions that make them for a case, from a case that was never kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from config import procedures
from config.news import news_of
from notifications.layout import columns
from notifications.wording import Letter, Message, letter
from records.cases import Case
from records.contacts import Reach
from states.dossier import Extension, Paused, Quiet
from states.entry import Entry
from states.procedure import Procedure
from states.steps import Notice
from states.timescales import Rung, Timescale
from workflows.messages.letter_samples import (
    AGENCY,
    ASKED,
    TODAY,
    case_of,
    dates,
    entry,
    moved,
    owing,
    put,
    timescale_of,
    with_item,
    with_request,
)
from workflows.messages.notices import NOTICES, PROMISE_BROKEN, case_facts, date_facts, promise_facts
from workflows.messages.owe import LAST_WORD, TO_WHO_OWES, About, addressees
from workflows.messages.return_address import LetterReader, said_to
from workflows.messages.rung_words import rung_facts
from workflows.messages.system_samples import SYSTEM

PAGE = Path(__file__).parent.parent.parent / "docs" / "letters.md"
SHOWN_FIRST = "scotland-learning-review-2024"
KEEPER = "L. Officer, {}, l.officer@committee.example"
NUMBER = "0123456789abcdef0123456789abcdef01234567"
"""What a message is numbered in a link: in a letter that is sent, something nobody can guess stands in its place."""
LATE_EVIDENCE = (
    "Tuesday 3 March 2026: request to the first contact of NHS Fife by email, accepted by its channel",
    "Thursday 12 March 2026: reminder to the first contact of NHS Fife by email, accepted by its channel",
)
ASKED_FOR_MORE = ("5 working days more were asked for on Thursday 12 March 2026. This is not decided yet.",)
IN_FORMS = {
    "reminder": ("answers", "what"),
    "overdue": ("answers", "what", "again", "more_time"),
    "escalation": ("answers", "what"),
    "silence": ("request", "more_time"),
    "extension_decided": ("until",),
}
HEAD = """# The letters

*For lead officers and committees: what Cairn writes to whom, and when.*

Printed by `make letters` from the wordings and the editions; do not edit. A letter stands here once for each kind of
reader and each form it takes; where only the edition or a label differs, once. People, places and cases are invented.
How a committee changes the words is in `notifications/templates/README.md`.

| letter | when it goes | to whom |
|---|---|---|"""


@dataclass(frozen=True)
class SampleOffice:
    """An office as it is set up at first, and one whose committee has said how it is answered."""

    keys: Any = None
    link: str = ""
    reply_to: str = ""
    learn: str = ""
    send: str = ""
    site: str = ""
    shows_child: bool = False


@dataclass(frozen=True)
class Specimen:
    """One letter: under which edition, about what, to whom, and what stands in it."""

    edition: str
    kind: str
    about: str
    reader: str
    place: str
    facts: Mapping[str, Any] = field(repr=False)
    written: Letter = field(repr=False)

    @property
    def form(self) -> tuple[str, ...]:
        """What makes a letter worth showing beside another of its kind."""
        shown = IN_FORMS.get(self.kind, ("why_again",))
        facts = tuple(str(self.facts[one])[:9] if one == "why_again" else one for one in shown if self.facts.get(one))
        own = str(self.facts.get("outcome", "")) if self.kind == "extension_decided" else ""
        deputy = str(self.facts.get("stands_for", "")) if self.kind == "reminder" else ""
        yes = str(self.facts.get("confirm_role", "")) if self.kind == "task" else ""
        return (self.kind, self.reader, "senior" if "senior" in self.place else "", own, deputy, yes, *facts)


KINDS: Mapping[str, tuple[str, str]] = {
    "acknowledged": ("Your notification has arrived", "when a notification is taken in"),
    "case_opened": ("A new case", "when a case is opened"),
    "case_alerted": ("A case that may be reviewed", "when agencies are alerted"),
    "information_requested": ("Please answer", "when an agency is asked, or asked again"),
    "information_received": ("Your answer has arrived", "when an answer is recorded"),
    "answer_declined": (
        "No answer from an agency",
        "when an agency says that it holds nothing, or that it is not for them",
    ),
    "request_withdrawn": ("No longer asked", "when what was asked is withdrawn"),
    "reminder": ("Reminder", "some days before a date"),
    "due_today": ("The last day", "on the day"),
    "overdue": ("Overdue", "after the day, while nothing is recorded"),
    "silence": ("Nothing yet", "beside what an agency is sent, so that the committee knows"),
    "escalation": ("Your help, please", "some days after the day, as the ladder says"),
    "promise_broken": ("Promised, and not there", "after a promised day that was not kept"),
    "promise_passed": ("A promise was not kept", "at the same time, so that the committee knows"),
    "extension_asked": ("More time asked for", "at once, to whoever decides"),
    "extension_decided": ("More time: decided", "when it is granted, refused or taken back"),
    "hold_ordered": ("A hold is ordered", "when a hold is ordered"),
    "hold_review": ("Is the hold still needed?", "when a hold is to be looked at again"),
    "hold_ended": ("The hold has ended", "when a hold ends"),
    "decision_made": ("A decision", "when a decision is recorded"),
    "review_started": ("The review has begun", "when the review begins"),
    "report_ready": ("Something to read", "when a report or plan is there"),
    "plan_agreed": ("The plan", "when a plan is agreed, or an action entered"),
    "outcome_sent": ("The outcome is sent", "when the outcome has gone to those who are to have it"),
    "published": ("Publication", "when it is decided what is published"),
    "told": ("For you to know", "when something is recorded that somebody is to know"),
    "duty_due": ("Coming up", "before what comes round again"),
    "chase_outside": ("Ask for news", "when a case waits for something outside"),
    "digest": ("The day's list", "each working morning, to those who have something to look at"),
    "task": ("A task", "when only a person can see to something"),
    "agency_digest": ("An agency's own list", "on the days an agency chose, while something is open for it"),
    "fresh_link": ("A new link", "when somebody asks for one on the page of an old link"),
    "one_time_code": ("A code", "when the page of a letter asks whose mailbox it went to"),
    "canary": ("Weekly check", "once a week, to one test address a channel"),
    "system_alarm": ("Cairn needs attention", "when Cairn itself does not run as it should"),
}
"""Each kind of letter: its name for people, and when it goes."""


def main(page: Path = PAGE) -> None:
    """Print the page; `make letters` calls it."""
    page.write_text(printed(), encoding="utf-8")
    sys.stdout.write(f"{page.name}\n")


def printed(letters: Iterable[Specimen] | None = None) -> str:
    """One letter of each kind, reader and form, as its reader sees it, under a table of them all."""
    written = [*(every() if letters is None else letters), *of_the_system()]
    shown = list({one.form: one for one in reversed(written)}.values())
    of_kind = {kind: sorted((one for one in shown if one.kind == kind), key=lambda one: one.form) for kind in KINDS}
    rows = (_row(kind, ones) for kind, ones in of_kind.items() if ones)
    return "\n".join((HEAD, *rows, "", *(_section(kind, ones) for kind, ones in of_kind.items() if ones)))


def _row(kind: str, ones: Iterable[Specimen]) -> str:
    title, when = KINDS[kind]
    readers = ", ".join(dict.fromkeys(one.place for one in ones))
    return f"| [{title}](#{kind}) | {when} | {readers} |"


def _section(kind: str, ones: Iterable[Specimen]) -> str:
    title, when = KINDS[kind]
    return "\n".join((f'<a id="{kind}"></a>\n\n## {title}\n\nIt goes {when}.\n', *map(_shown, ones)))


def _shown(one: Specimen) -> str:
    about = f" ({one.about})" if one.about else ""
    head = f"### To: {one.place}{about}\n"
    return f"{head}\n```text\nSubject: {one.written.subject}\n\n{columns(one.written.body)}```\n"


def every(office: SampleOffice | None = None) -> Iterator[Specimen]:
    """Every message that a shipped edition can send, to everybody it can send it to."""
    for name in sorted(procedures.names(), key=lambda name: (name != SHOWN_FIRST, name)):
        yield from of_edition(procedures.load(name), office or SampleOffice())


def of_the_system() -> Iterator[Specimen]:
    """What is not about a case: the day's list, the check of a channel, the alarm."""
    for kind, place, facts in SYSTEM:
        yield Specimen("", kind, "", "committee", place, facts, letter([Message(kind, facts)]))


def of_edition(procedure: Procedure, office: SampleOffice) -> Iterator[Specimen]:
    """Every message of one edition, a letter for each reader."""
    for told in (*_steps(procedure), *_records(procedure), *_ladders(procedure)):
        yield from _letters(told, office)


@dataclass(frozen=True)
class SampleMessage:
    """A message before it is put in words: about what, and to which audience."""

    about: About
    message: str
    audience: str
    said: str
    rung: Rung | None = None


def _letters(told: SampleMessage, office: SampleOffice) -> Iterator[Specimen]:
    for agency, place in addressees(told.about, told.audience):
        to_know = bool(told.about.agency) and told.about.agency != agency
        kind = TO_WHO_OWES.get(told.message, told.message) if to_know else told.message
        for deputy in (False, True) if place == "first" else (False,):
            yield _letter(told, kind, agency, "deputy" if deputy else place, office)


def _letter(told: SampleMessage, kind: str, agency: str, place: str, office: SampleOffice) -> Specimen:
    about, case = told.about, told.about.case
    facts = {**case_facts(case), **about.facts, "agency": agency or about.agency}
    if about.deadline is not None and told.rung is not None:
        to = (agency, "first" if place == "deputy" else place)
        facts |= rung_facts(case, about.deadline, told.rung, to, partial(addressees, about))
    if kind == PROMISE_BROKEN and place != "senior":
        facts["evidence"] = []
    reader = LetterReader(Reach(1, agency, place, "", ("email",), "09:00-17:00", "scotland"), case)
    facts |= said_to(office, reader, facts, KEEPER.format(case.procedure.lead_said), NUMBER)
    called = f"{place} contact of {agency}" if agency else _called(case.procedure, place)
    return Specimen(case.procedure.name, kind, told.said, reader.kind, called, facts, letter([Message(kind, facts)]))


def _called(procedure: Procedure, place: str) -> str:
    return procedure.label_of("bodies" if place in procedure.bodies else "roles", place)


def _steps(procedure: Procedure) -> Iterator[SampleMessage]:
    """What each step tells."""
    for move in procedure.transitions:
        case = case_of(procedure, state=move.dest)
        facts = {"step": move.label, "news": news_of(move.label), "outcome": move.outcome, "authority": ""}
        yield from _of(About(case, 1, facts=facts), move.notify, move.label)


def _of(about: About, notify: Iterable[Notice], said: str) -> Iterator[SampleMessage]:
    for notice in notify:
        for audience in notice.tell:
            yield SampleMessage(about, notice.message, audience, said)


def _records(procedure: Procedure) -> Iterator[SampleMessage]:
    """What the entries tell that are not steps: requests, holds, registers, more time."""
    for case, made, said in (*_requests(procedure), *_holds(procedure), *_items(procedure), *_extensions(procedure)):
        for notice, agency, facts in NOTICES[made.kind](case, made):
            yield from _of(About(case, 1, agency, facts=facts), (notice,), said)


AGAIN = {"asked": [{"id": "R2", "agency": AGENCY}]}


def _asked_again(case: Case) -> Case:
    """A case in which an agency held nothing on a request, and was asked the same again."""
    first = case.dossier.requests["R1"]
    ended = first.but(status="declined", ended_on=first.asked_on, reason=f"{AGENCY} holds nothing on this.")
    dates = {key: one.but(subject="R2") for key, one in case.dossier.deadlines.items()}
    return put(case, case.dossier.but(requests={"R1": ended, "R2": first.but(id="R2")}, deadlines=dates))


def _requests(procedure: Procedure) -> Iterator[tuple[Case, Entry, str]]:
    for name, rule in procedure.requests.items():
        case = with_request(case_of(procedure, state=rule.states[0]), name, timescale_of(procedure, request=name))
        data: dict[str, Any] = {
            "id": "R1",
            "request": name,
            "agency": AGENCY,
            "asked": [{"id": "R1", "agency": AGENCY}],
        }
        yield case, entry("requested", data), rule.label
        yield (
            _asked_again(case),
            entry("requested", AGAIN | {"request": name}, "a clinic has written to us"),
            rule.label,
        )
        yield case, entry("answered", data), rule.label
        yield case, entry("sent_back", {**data, "new_id": "R1"}, "the dates are missing"), rule.label
        yield case, entry("redirected", {**data, "new_id": "R1"}, "the service moved to the council"), rule.label
        yield (
            case,
            entry("request_withdrawn", data, f"the case is followed up by another {procedure.office}"),
            rule.label,
        )
        yield case, entry("declined", data, "nothing was ever held here", agency=AGENCY), rule.label


def _holds(procedure: Procedure) -> Iterator[tuple[Case, Entry, str]]:
    for name, rule in procedure.pauses.items():
        authority = next(iter(rule.authorities), "")
        for stops in ((), tuple(rule.stops or rule.may_stop)):
            pause = Paused(id="P1", kind=name, authority=authority, starts=ASKED, stops=stops)
            case = case_of(procedure, pauses={"P1": pause}, deadlines=dates(procedure, stops))
            yield case, entry("paused", {"pause": {"id": "P1"}}), rule.label
            ended = case.dossier.but(pauses={"P1": pause.but(ended=True, ends=TODAY)})
            yield put(case, ended), entry("pause_ended", {"id": "P1"}), rule.label


def _items(procedure: Procedure) -> Iterator[tuple[Case, Entry, str]]:
    for name, rule in procedure.registers.items():
        if rule.notify:
            case = with_item(case_of(procedure), name, timescale_of(procedure, items=name))
            yield case, entry("item_added", {"register": name, "id": "A1", "fields": {"agency": AGENCY}}), rule.label


def _extensions(procedure: Procedure) -> Iterator[tuple[Case, Entry, str]]:
    for name, rule in procedure.timescales.items():
        if rule.extension is None:
            continue
        case = owing(procedure, name)
        (key,) = case.dossier.deadlines
        asked = Extension(id="E1", deadline=key, count=5, reason="the file is in another archive", asked_by="Desk")
        case = put(case, case.dossier.but(extensions={"E1": asked}))
        data = {"id": "E1", "extension": {"id": "E1", "deadline": key, "count": 5}}
        yield case, entry("extension_asked", data, role=rule.extension.asked_by[0]), rule.label
        decider = rule.extension.granted_by[-1]
        granted = moved(case, key)
        yield granted, entry("extension_granted", data, "the reason is good", role=decider), rule.label
        yield case, entry("extension_refused", data, "the decision cannot wait", role=decider), rule.label
        due_on = case.dossier.deadlines[key].due_on
        if rule.owner == "agency" and due_on is not None:
            ends = data | {"promise_ends": (due_on + timedelta(days=7)).isoformat()}
            yield case, entry("extension_refused", ends, "the decision cannot wait", role=decider), rule.label


def _ladders(procedure: Procedure) -> Iterator[SampleMessage]:
    """What each rung of each ladder tells of each date that hangs on it, and word of a promise that was broken."""
    for name, rule in procedure.timescales.items():
        ladder = procedure.ladders.get(rule.ladder or "")
        for place, rung in enumerate(ladder.rungs if ladder else ()):
            case = owing(procedure, name, climbed=range(place))
            yield from _of_rung(case, rung, rule, {})
            yield from _of_rung(case, rung, rule, {"more_time": ASKED_FOR_MORE}) if rule.extension else ()
        if ladder and rule.anchor.request:
            yield from _broken(procedure, name, rule)


def _broken(procedure: Procedure, name: str, rule: Timescale) -> Iterator[SampleMessage]:
    case = owing(procedure, name)
    (deadline,) = case.dossier.deadlines.values()
    promise = Quiet(start=date(2026, 3, 16), until=date(2026, 3, 23), by="lead_officer")
    facts = promise_facts(case, deadline.but(quiets=(promise,)), promise)
    yield from _of_rung(case, LAST_WORD, rule, facts)
    yield from _of_rung(case, Rung(day=8, tell=("agency_senior",), message=PROMISE_BROKEN), rule, facts)


def _of_rung(case: Case, rung: Rung, rule: Timescale, more: Mapping[str, Any]) -> Iterator[SampleMessage]:
    (deadline,) = case.dossier.deadlines.values()
    late = rung.day > 0
    put_to = {"confirm_role": case.procedure.label_of("roles", rung.confirm), "days": None} if rung.confirm else {}
    evidence = LATE_EVIDENCE if late and deadline.agency else ()
    facts = {**date_facts(case, deadline, TODAY), "late": False, "passed": 0, "evidence": evidence, **put_to, **more}
    about = About(case, 1, deadline.agency, deadline, facts=facts)
    for audience in rung.tell:
        yield SampleMessage(about, rung.message, audience, rule.label, rung)


if __name__ == "__main__":
    main()
