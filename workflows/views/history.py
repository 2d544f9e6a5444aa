"""The history of a case: what was recorded, by whom and when, and what was known at the end of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from config.phrases import loosened_words
from records import history
from records.cases import Case
from records.editions import EditionLibrary
from states.dossier import Dossier
from states.entry import Entry
from states.fold import fold
from states.moments import start_of
from states.procedure import Procedure
from states.words import time_of_day
from workflows.views.answer_words import Recorded, by_name, form_of, recorded, shown
from workflows.views.json_names import FLAT, UNWRITTEN
from workflows.views.sentences import PLAIN, Marks, by_whom, owed_date, sentence

KEPT = 1000
"""So many lines of the histories that were shown last are kept in memory."""
LATER_WORDS = {"override": "Went on because", "late_reason": "Missed because"}
"""What an entry may say besides the answers to its form, each with its label."""


@dataclass(frozen=True)
class HistoryLine:
    """An entry of the history: what it says happened, who did it, and what was recorded with it.

    `time` is the time of day it happened, where that is known, `known` the day and time it was recorded, both as a
    clock in Scotland shows them. `recorded` are the answers to its form, and why somebody went on or was late.
    """

    entry: Entry = field(metadata=FLAT)
    says: str
    by: str
    time: str
    known: datetime
    recorded: tuple[Recorded, ...]
    put_right_by: tuple[int, ...] = field(default=(), metadata=UNWRITTEN)
    """The numbers of later entries that put this one right: what it says is no longer so."""

    @property
    def later(self) -> bool:
        """Whether it was recorded on a later day than the one it happened."""
        return self.known.date() > self.entry.happened_on


@dataclass(frozen=True)
class DateThen:
    """A date as it was owed then."""

    key: str
    label: str
    due: date | None
    status: str
    note: str


@dataclass(frozen=True)
class Then:
    """What a case added up to after the last of the entries shown."""

    state: str
    stands: str
    edition: str
    version: int
    lead: str
    agencies: tuple[str, ...]
    fields: Mapping[str, Any]
    dates: tuple[DateThen, ...]


@dataclass(frozen=True)
class HistoryPage:
    """The entries of a case, and what they add up to; none where nothing had been recorded by the day asked for."""

    ref: str
    as_at: date | None
    entries: tuple[HistoryLine, ...]
    then: Then | None


@dataclass(frozen=True)
class ReplayedEntry:
    """An entry with the edition it was made under, and what the case was before and after it."""

    entry: Entry
    procedure: Procedure
    before: Dossier
    after: Dossier


class ShownLast:
    """Histories that were shown last, under the seal each ends with: one that has not grown is not told again."""

    def __init__(self, most: int) -> None:
        self.most, self.lock = most, Lock()
        self.pages: dict[tuple[str, str, Marks], HistoryPage] = {}

    def page(self, end: tuple[str, str, Marks], tell: Callable[[], HistoryPage]) -> HistoryPage:
        """The history of a case that ends with a seal. Its lines are kept, and of all together only so many."""
        found = self.pages.get(end) or tell()
        with self.lock:
            self.pages.pop(end, None)
            self.pages[end] = found  # the newest stands last
            while sum(len(one.entries) for one in self.pages.values()) > self.most:
                self.pages.pop(next(iter(self.pages)))
        return found


_shown_last = ShownLast(KEPT)


def history_page(tx: Connection, case: Case, as_at: date | None = None, marks: Marks = PLAIN) -> HistoryPage:
    """What was recorded on a case; with `as_at` only what was known by the end of that day where the edition is."""
    if as_at is None:
        return _shown_last.page((case.ref, case.head, marks), lambda: _told(tx, case, None, marks))
    return _told(tx, case, as_at, marks)


def _told(tx: Connection, case: Case, as_at: date | None, marks: Marks) -> HistoryPage:
    lines, last = list[HistoryLine](), None
    known_at = _end_of(as_at, case.procedure.time_zone) if as_at else None
    for last in replayed(tx, case, known_at):  # what a case was at each entry is not held
        lines.append(line(last, marks))
    return HistoryPage(case.ref, as_at, tuple(_with_what_put_it_right(lines)), _then(last) if last else None)


def _with_what_put_it_right(lines: list[HistoryLine]) -> Iterator[HistoryLine]:
    right = corrections_of(one.entry for one in lines)
    return (replace(one, put_right_by=right[at]) if (at := one.entry.sequence) in right else one for one in lines)


def corrections_of(entries: Iterable[Entry]) -> dict[int, tuple[int, ...]]:
    """The numbers of the entries that put an entry right, by its number."""
    right: dict[int, tuple[int, ...]] = {}
    for entry in entries:
        if entry.kind == "corrected":
            wrong = entry.data["sequence"]
            right[wrong] = (*right.get(wrong, ()), entry.sequence)
    return right


def replayed(tx: Connection, case: Case, known_at: datetime | None = None) -> Iterator[ReplayedEntry]:
    """Each entry known at a moment, with the edition it was made under and what the case then added up to."""
    found = history.entries(tx, case.id, known_at=known_at)
    first = found[0].data if found else {}
    edition, digest = first.get("edition", case.dossier.edition), first.get("digest", case.dossier.digest)
    dossier, library = Dossier(ref=case.ref, edition=edition, digest=digest), EditionLibrary(tx)
    for entry in found:
        after = fold(dossier, entry, library)
        yield ReplayedEntry(entry, library.procedure(after.digest), dossier, after)
        dossier = after


def line(one: ReplayedEntry, marks: Marks = PLAIN) -> HistoryLine:
    """An entry as the history shows it."""
    entry = one.entry
    return HistoryLine(
        entry=entry,
        says=sentence(one.procedure, entry, one.after, one.before, marks),
        by=by_whom(one.procedure, entry, marks),
        time=time_of_day(entry.happened_at, one.procedure.time_zone) if entry.happened_at else "",
        known=entry.recorded_at.astimezone(ZoneInfo(one.procedure.time_zone)),
        recorded=tuple(_recorded(one)),
    )


def _recorded(one: ReplayedEntry) -> Iterator[Recorded]:
    data = one.entry.data
    if data.get("notifier"):
        yield Recorded("notifier", "Notified by", data["notifier"], data["notifier"])
    if one.entry.authority and one.entry.trigger:  # of a hold its sentence says it
        words = one.procedure.authorities.get(one.entry.authority, one.entry.authority)
        yield Recorded("authority", "On the authority of", one.entry.authority, words)
    yield from recorded(_form(one), data.get("fields", {}))
    if data.get("files"):
        yield Recorded("files", "Files that came with it", data["files"], shown(data["files"]))
    for name, label in LATER_WORDS.items():
        if data.get(name):
            yield Recorded(name, label, data[name], data[name])


def _form(one: ReplayedEntry) -> Mapping[str, Any]:
    """The fields that an entry may answer: of a list's item, of a request, or of the steps of the edition."""
    data, procedure = one.entry.data, one.procedure
    if "register" in data:
        return form_of(procedure.registers.get(data["register"]))
    if "request" in data:
        request = procedure.requests.get(data["request"])
        return by_name(request.fields) if request else {}
    return procedure.recordable


def _end_of(last: date, zone: str) -> datetime:
    return start_of(last + timedelta(days=1), zone) - timedelta(microseconds=1)


def _then(last: ReplayedEntry) -> Then:
    dossier, procedure = last.after, last.procedure
    return Then(
        state=dossier.state,
        stands=dossier.closed_as or procedure.label_of("states", dossier.state),
        edition=dossier.edition,
        version=dossier.version,
        lead=dossier.lead,
        agencies=dossier.agencies,
        fields=dossier.fields,
        dates=tuple(
            DateThen(
                one.key,
                owed_date(procedure, one),
                one.due_on,
                one.status,
                loosened_words(procedure.timescales.get(one.timescale)),
            )
            for one in dossier.open_deadlines()
        ),
    )
