"""An entry of the history as the sentence a lead officer would say, made here alone; interfaces mark its pieces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from config.phrases import UNITS
from states.answers import is_empty
from states.dossier import Deadline, Dossier
from states.entry import Entry
from states.imported import KNOWN
from states.moments import local_day
from states.procedure import DEPUTY, LEAD, Procedure
from states.roles import KEEPERS
from states.words import counted, first_up, linked_as, spoken
from workflows.views.answer_words import in_words


@dataclass(frozen=True)
class Marks:
    """How an interface marks the pieces of a sentence: a name, the reference of a case, a date, and any other words.

    The terminal marks nothing. A web page escapes them all, and makes a link of a reference. `numbered` says whether
    what has a number of the record's own, by which others decide on it (E1), is shown with it.
    """

    name: Callable[[str], str] = str
    ref: Callable[[str], str] = str
    day: Callable[[date | str | None], str] = spoken
    words: Callable[[str], str] = str
    numbered: bool = True


PLAIN = Marks()
UNNUMBERED = Marks(numbered=False)
"""For somebody who never meets those numbers: an agency at its page."""


@dataclass(frozen=True)
class Telling:
    """An entry to be told: the edition it happened under, what the case was before and after, and the marks."""

    procedure: Procedure
    entry: Entry
    marks: Marks
    after: Dossier | None
    before: Dossier | None

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """What the entry says."""
        return self.entry.data

    def label(self, kind: str, name: str, *, small: bool = False) -> str:
        """The words for a name of the edition, marked."""
        return self.marks.words((self.procedure.said if small else self.procedure.label_of)(kind, name))

    def asked(self) -> str:
        """What the entry says was asked, with the item it was asked about, marked."""
        return self.marks.words(self.procedure.label_of_asked(self.data["request"], self.data.get("item", "")))

    def agency(self, key: str = "agency") -> str:
        """An agency that the entry names, marked."""
        return self.marks.name(self.data[key])

    def words(self, key: str) -> str:
        """Words that the entry has, marked."""
        return self.marks.words(str(self.data[key]))

    def date_owed(self) -> str:
        """The date that the entry is about, with the agency that owes it where that is known."""
        deadline = self.after.deadlines.get(self.data["key"]) if self.after else None
        label = self.marks.words(date_label(self.procedure, self.data["key"]))
        return f"{label} ({self.marks.name(deadline.agency)})" if deadline and deadline.agency else label


Teller = Callable[[Telling], str]


def sentence(
    procedure: Procedure,
    entry: Entry,
    after: Dossier | None = None,
    before: Dossier | None = None,
    marks: Marks = PLAIN,
) -> str:
    """What an entry says happened, in the words of the edition it happened under.

    With what the case was after it, the agency that owes a date is named beside it; with what it was before, a
    correction says what stood there.
    """
    tell = TELLERS.get(entry.kind)
    if tell is None:
        return marks.words(entry.kind.replace("_", " ").capitalize())
    return tell(Telling(procedure, entry, marks, after, before))


def by_whom(procedure: Procedure, entry: Entry, marks: Marks = PLAIN) -> str:
    """Who did it, in what role, and of which agency; whoever has a role of the committee's own speaks for it only."""
    actor = entry.actor
    if actor.role == "system":
        return marks.name(actor.name)
    role = procedure.said("roles", actor.role)
    role += f", for the {procedure.said('roles', actor.acting_for)}" if actor.acting_for else ""
    speaks = ", for " if actor.role in KEEPERS else ", "
    agency = f"{speaks}{marks.name(actor.agency)}" if actor.agency else ""
    program = f", by program {actor.program}" if actor.program else ""
    return f"{marks.name(actor.name)} ({marks.words(role)}{agency}{marks.words(program)})"


def date_label(procedure: Procedure, key: str) -> str:
    """A date by the words of its time limit, from its key such as "report/R1#2"."""
    timescale, _, subject = key.partition("#")[0].partition("/")
    return procedure.label_of_date(timescale, subject)


def owed_date(procedure: Procedure, deadline: Deadline) -> str:
    """A date by the words of its time limit, with the agency that owes it."""
    return procedure.label_of_date(deadline.timescale, deadline.subject, deadline.agency, deadline.item)


def more_time(procedure: Procedure, key: str, count: int) -> str:
    """So much more time for a date, in what an extension of it counts."""
    rule = procedure.timescales.get(key.partition("#")[0].partition("/")[0])
    unit = UNITS[rule.unit if rule and rule.unit in {"working_days", "clear_days", "hours"} else "calendar_days"]
    return counted(count, f"more {unit}")


def _step(told: Telling) -> str:
    procedure, entry = told.procedure, told.entry
    move = procedure.moves.get((entry.source, entry.trigger)) or procedure.transition(entry.trigger)
    said = told.marks.words(move.label if move else entry.trigger.replace("_", " "))
    return said if entry.source == entry.dest else f"{said}: {told.label('states', entry.dest)}"


def _requested(told: Telling) -> str:
    asked = ", ".join(told.marks.name(one["agency"]) for one in told.data["asked"])
    return f"{told.asked()} asked of {asked}{_leaving(told)}"


def _leaving(told: Telling) -> str:
    """From which day the clock of a request counts, where that is the day its letter may leave, after it was asked."""
    leaving = [one for one in told.data["asked"] if "leaves_at" in one]
    days = {date.fromisoformat(one["leaves_on"]) for one in leaving if "leaves_on" in one}
    days |= {local_day(datetime.fromisoformat(one["leaves_at"])) for one in leaving if "leaves_on" not in one}
    later = sorted(days - {told.entry.happened_on})
    return f" (its letter may leave on {' and '.join(map(told.marks.day, later))})" if later else ""


def _answered(told: Telling) -> str:
    return f"{told.agency()} answered: {told.asked()}"


def _declined(told: Telling) -> str:
    return f"{told.agency()} said that no answer comes from them: {told.asked()}"


def _redirected(told: Telling) -> str:
    return f"{told.agency()} says it is for {told.agency('to')}, which is asked instead"


def _request_withdrawn(told: Telling) -> str:
    return f"{told.agency()} is no longer asked: {told.asked()}"


def _promised(told: Telling) -> str:
    whose = told.agency() if "agency" in told.data else "Whoever owes it"
    if "until" not in told.data:
        return f"{whose} acknowledged the request"
    says = "acknowledged the request: no reminder until" if told.data.get("acknowledged") else "promises it for"
    return f"{whose} {says} {told.marks.day(told.data['until'])}"


def _sent_back(told: Telling) -> str:
    return f"The answer of {told.agency()} was sent back; it is asked again"


def _paused(told: Telling) -> str:
    pause, words = told.data["pause"], told.marks.words
    until = f"until {told.marks.day(pause['ends'])}" if pause["ends"] else "until further notice"
    if pause["event"]:
        until = f"until {told.label('events', pause['event'], small=True)}"
    stopped = ", ".join(f"“{words(date_label(told.procedure, name))}”" for name in pause["stops"])
    clocks = f"meanwhile no day is counted for {stopped}" if stopped else "no clock stands still"
    authority = words(told.procedure.authorities.get(told.entry.authority, told.entry.authority))
    return f"{words(pause['label'])} ({words(pause['id'])}), on the authority of {authority}, {until}: {clocks}"


def _reviewed(told: Telling) -> str:
    ends = f"it ends on {told.marks.day(told.data['ends'])}" if "ends" in told.data else "it stays"
    return f"The hold {told.words('id')} was looked at again: {ends}"


def _extension_asked(told: Telling) -> str:
    asked, words = told.data["extension"], told.marks.words
    more = more_time(told.procedure, asked["deadline"], asked["count"])
    number = f" ({words(asked['id'])})" if told.marks.numbered else ""
    return f"{words(more)} asked for {words(date_label(told.procedure, asked['deadline']))}{number}"


def _people(told: Telling) -> str:
    name, data = told.marks.name, told.data
    named = [(role, data[part]) for part, role in (("lead", LEAD), ("deputy", DEPUTY)) if part in data]
    said = [f"{told.procedure.said('roles', role)}: {name(who) if who else 'nobody'}" for role, who in named]
    said += [f"{name(agency)} joined" for agency in data.get("agencies_joined", ())]
    said += [f"{name(agency)} left" for agency in data.get("agencies_left", ())]
    for role, people in data.get("named", {}).items():
        said.append(f"{told.label('roles', role)}: {', '.join(map(name, people)) or 'nobody named'}")
    return first_up(said[0]) if named and len(said) == 1 else "; ".join(said)


def _corrected(told: Telling) -> str:
    number, fields = told.words("sequence"), told.data.get("fields", {})
    right = [_put_right(told, name, value) for name, value in fields.items()]
    right += [_left_empty(told, name) for name in told.data.get("emptied", ())]
    right += [f"{told.marks.words(name)} is no file of this case" for name in told.data.get("taken_back", {}).values()]
    if "happened_on" in told.data:
        was = f" (it was {told.marks.day(told.data['was'])})" if told.data.get("was") else ""
        right.append(f"it happened on {told.marks.day(told.data['happened_on'])}{was}")
    return f"Entry {number} put right: {'; '.join(right)}"


def _put_right(told: Telling, name: str, value: Any) -> str:
    """What is right, and what stood there before."""
    label, was = _as_it_was(told, name)
    return f"“{label}” is {told.marks.words(in_words(told.procedure.recordable.get(name), value))}{was}"


def _left_empty(told: Telling, name: str) -> str:
    """What should not have been recorded at all, and what stood there."""
    label, was = _as_it_was(told, name)
    return f"“{label}” should have been left empty{was}"


def _as_it_was(told: Telling, name: str) -> tuple[str, str]:
    """What a field is called, and in brackets what stood in it; the latter empty where nothing did."""
    words, old = told.marks.words, told.before.fields.get(name) if told.before else None
    field = told.procedure.recordable.get(name)
    was = f" (it was {words(in_words(field, old))})" if not is_empty(old) else ""
    return words(field.label if field else name), was


def _event(told: Telling) -> str:
    return f"Recorded: {told.label('events', told.data['event'], small=True)}"


def _asked_after(told: Telling) -> str:
    return f"Asked after: {told.label('events', told.data['event'], small=True)}; it has not come yet"


def _chased(told: Telling) -> str:
    data = told.data
    message = told.marks.words(first_up(_rung(told.procedure, data["key"], data["rung"]).replace("_", " ")))
    if "promise" in data:
        message = f"Promise for {told.marks.day(data['promise'])} not kept"
    late = "; late" if data.get("late") else ""
    over = f"; {counted(len(data['passed']), 'earlier one')} passed over" if data.get("passed") else ""
    return f"{message}: {told.date_owed()}{late}{over}"


def _rung(procedure: Procedure, key: str, number: int | None) -> str:
    """The message of a rung of the ladder that a date has."""
    rule = procedure.timescales.get(key.partition("#")[0].partition("/")[0])
    ladder = procedure.ladders.get(rule.ladder or "") if rule else None
    known = ladder is not None and number is not None and number < len(ladder.rungs)
    return ladder.rungs[number].message if known and ladder is not None and number is not None else "reminder"


def _item(what: str) -> Teller:
    return lambda told: f"{told.label('registers', told.data['register'])}: {told.words('id')} {what}"


def _plain(words: str, *keys: str) -> Teller:
    return lambda told: words.format(*(told.words(key) for key in keys))


def _drafts(words: str) -> Teller:
    return lambda told: words.format(counted(len(told.data["messages"]), "drafted message"))


def _message_to(told: Telling, *kinds: str) -> str:
    """Messages by what they are called, and whose place they are owed to."""
    agency, place = told.data["agency"], told.data["place"].replace("_", " ")
    whom = f"the {place} contact of {told.agency()}" if agency else f"the {place}" if place else "its reader"
    return f"{', '.join(kind.replace('_', ' ') for kind in kinds)}, to {whom}"


def _task_done(told: Telling) -> str:
    """What a person saw to, and how many messages it stood for."""
    stood_for = told.data.get("told", ())
    return f"A task was closed, for {counted(len(stood_for), 'message')}" if stood_for else "A task was closed"


def _imported(told: Telling) -> str:
    """From which row of which file it came, what that row knows of this day, and what else it says."""
    data, source = told.data, told.data["source"]
    said = f"Imported from {told.marks.words(source['file'])}, {told.marks.words(source['row'])}"
    if "item" in data:
        said += (
            f": {told.marks.words(data['item']['id'])} entered in {told.label('registers', data['item']['register'])}"
        )
    elif data.get("known"):
        said += f": {KNOWN[data['known']]} on this day"
    elif told.entry.dest:
        said += f": {told.label('states', told.entry.dest)} when it was imported"
    besides = "; ".join(f"{told.marks.words(head)}: {told.marks.words(words)}" for head, words in _besides(data))
    return f"{said} (the sheet says besides: {besides})" if besides else said


def _besides(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(head, " / ".join(str(words).splitlines())) for head, words in data.get("said", {}).items()]


def _taken_back(told: Telling) -> str:
    return f"The import of {told.words('file')} was taken back, and this with it"


TELLERS: dict[str, Teller] = {
    "opened": _step,
    "advanced": _step,
    "requested": _requested,
    "answered": _answered,
    "declined": _declined,
    "redirected": _redirected,
    "promised": _promised,
    "sent_back": _sent_back,
    "paused": _paused,
    "pause_reviewed": _reviewed,
    "pause_ended": _plain("The hold {} was ended", "id"),
    "extension_asked": _extension_asked,
    "extension_granted": _plain("More time was granted ({})", "id"),
    "extension_refused": _plain("More time was refused ({})", "id"),
    "extension_withdrawn": _plain("The extension {} was taken back", "id"),
    "missed": lambda told: f"Why a date was missed: {told.date_owed()}",
    "linked": lambda told: (
        f"Linked with {told.marks.ref(told.data['ref'])} ({linked_as(told.words('link'), told.procedure.subject)})"
    ),
    "unlinked": lambda told: f"No longer linked with {told.marks.ref(told.data['ref'])}",
    "corrected": _corrected,
    "moved_edition": _plain("Moved to the edition {}", "edition"),
    "people_changed": _people,
    "event_recorded": _event,
    "asked_after": _asked_after,
    "calendar_changed": _plain("Dates are counted by the changed calendar {}", "calendar"),
    "item_added": _item("entered"),
    "item_answered": _item("answered"),
    "item_updated": _item("brought up to date"),
    "child_added": lambda told: f"{first_up(told.procedure.subject)} {told.words('child')} entered",
    "personal_data_erased": _plain("The personal data was erased"),
    "key_exchanged": _plain("The key of the personal data is kept under a new master key"),
    "chased": _chased,
    "reminded": lambda told: f"Reminded by hand: {told.date_owed()}",
    "confirmed": _drafts("Yes to {}"),
    "withdrawn": lambda told: f"{_drafts('{} withdrawn')(told)}: {told.date_owed()}",
    "withheld": _drafts("{} kept back"),
    "task_done": _task_done,
    "sent_again": lambda told: f"Sent again: {_message_to(told, told.data['kind'])}",
    "bounced": lambda told: f"A letter came back: {_message_to(told, *told.data['kinds'])}",
    "request_reached": _plain("The request reached {} on this day, and counts from it", "agency"),
    "request_withdrawn": _request_withdrawn,
    "imported": _imported,
    "import_taken_back": _taken_back,
    "rebuilt": lambda told: f"Made again from the history: {', '.join(told.data['columns']).replace('_', ' ')}",
}
"""One teller for each kind of entry there is."""
