"""The dates of a case in its bundle: what was due when, how it was counted, whether it was met, who gave more time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from config.phrases import limit_words
from records.cases import Case
from states import due_dates, grounds
from states.dossier import Deadline, Extension, Paused
from states.entry import Entry
from states.moments import UNITED_KINGDOM, local_day
from states.receipts import Day
from states.timescales import Timescale
from states.words import spoken, time_of_day
from workflows.bundle.pieces import LeftOut, Piece, pieces_of
from workflows.views.counted_from import counted_from
from workflows.views.due_date import citation
from workflows.views.history import HistoryLine
from workflows.views.sentences import more_time, owed_date

DECIDED = ("extension_granted", "extension_refused", "extension_withdrawn")
DECISION_WORDS = {"granted": "Granted", "refused": "Refused", "withdrawn": "Withdrawn", "asked": "Not decided"}
BASES = {"guidance": "The guidance", "statute": "The law", "local": "The committee's own file"}
NUMBER = re.compile(r"\d+(st|nd|rd|th)?")

Text = tuple[Piece, ...]


@dataclass(frozen=True)
class CountedDays:
    """Days on end that were counted, or not, and why."""

    first: date
    last: date
    days: int
    counted: bool
    why: Text


@dataclass(frozen=True)
class MoreTime:
    """More time: how much was asked for and why, by whom, what became of it, and who decided, with the entries."""

    asked: Text
    why: Text
    by: Text
    entry: int
    fate: str
    decided_by: Text
    decided: int


@dataclass(frozen=True)
class HoldOnIt:
    """A hold that stopped the clock of a date: from when, until when, and the entry it began by."""

    says: Text
    starts: date
    until: Text
    entry: int


@dataclass(frozen=True)
class DateInBundle:
    """A date: since which entry it was owed, by what rule, when it was due and what became of it.

    With a `ground` all but the entry it began with is left out. `days` say how it was counted, `ended_by` is the entry
    that ended it (0: none).
    """

    since: int
    ground: str
    name: Text = ()
    rule: tuple[tuple[str, Text], ...] = ()
    due: Text = ()
    fate: str = ""
    ended_on: date | None = None
    ended_by: int = 0
    why_late: Text = ()
    more_time: tuple[MoreTime, ...] = ()
    holds: tuple[HoldOnIt, ...] = ()
    days: tuple[CountedDays, ...] = ()

    @property
    def gap(self) -> Text:
        """The gap that stands for all of it."""
        return (Piece("", self.ground),)

    @property
    def pieces(self) -> Text:
        """Every piece of it that is read."""
        if self.ground:
            return self.gap
        said = [self.name, self.due, self.why_late, *(words for _, words in self.rule), *(one.why for one in self.days)]
        said += [text for one in self.more_time for text in (one.asked, one.why, one.by, one.decided_by)]
        said += [text for one in self.holds for text in (one.says, one.until)]
        return tuple(piece for text in said for piece in text)


def dates_of(case: Case, told: Sequence[HistoryLine], left: LeftOut, now: datetime) -> tuple[DateInBundle, ...]:
    """The dates of a case in the order in which they began, with what is left out of them.

    What is left out of an entry is so here, too: a date that began with it, more time, a hold and a reason.
    """
    known = _CaseTold(case, told, left, local_day(now))
    every = sorted(case.dossier.deadlines.values(), key=lambda one: (one.since, one.key))
    return tuple(known.date(one) for one in every if one.timescale in case.procedure.timescales)


class _CaseTold:
    """A case while its dates are told: its entries, and which of them are left out on which ground."""

    def __init__(self, case: Case, told: Sequence[HistoryLine], left: LeftOut, today: date) -> None:
        self.case, self.left, self.today = case, left, today
        self.lines = {one.entry.sequence: one for one in told}
        self.entries = [one.entry for one in told]

    def read(self, text: str) -> Text:
        """A text with its gaps; nothing for no text."""
        return pieces_of(text, self.left.spans(text)) if text else ()

    def of(self, belongs: Callable[[Entry], bool]) -> tuple[int, ...]:
        """The entries that are of something, and those that put one of them right."""
        found = {one.sequence for one in self.entries if belongs(one)}
        right = {one.sequence for one in self.entries if one.kind == "corrected" and one.data["sequence"] in found}
        return tuple(sorted(found | right))

    def ground(self, numbers: Sequence[int]) -> str:
        """On which ground one of some entries is left out; empty where none is."""
        return next((self.left.entries[one] for one in numbers if one in self.left.entries), "")

    def unless(self, ground: str, text: str) -> Text:
        """A text with its gaps, or one gap for all of it."""
        return (Piece("", ground),) if ground and text else self.read(text)

    def began(self, one: Deadline) -> str:
        """On which ground the entry is left out with which a date began, or the date it hangs on."""
        own = self.ground(self.of(lambda entry: entry.sequence == one.since))
        return own or next(filter(None, map(self.began, self.hangs_on(one))), "")

    def moved(self, one: Deadline) -> str:
        """On which ground an entry is left out that moved a date, or the date it hangs on: more time, or a hold."""
        of_both = (*map(self._of_more, self.granted(one)), *map(self._of_hold, self.holds(one)))
        return next(filter(None, map(self.ground, of_both)), "") or self.counted_from(one)

    def counted_from(self, one: Deadline) -> str:
        """On which ground it is left out from which day a date counts: what was recorded of it, or moved its base."""
        behind = grounds.entries_behind(self.case.procedure, self.case.dossier, one)
        own = self.ground(self.of(lambda entry: entry.sequence in behind))
        return own or next(filter(None, map(self.moved, self.hangs_on(one))), "")

    def hangs_on(self, one: Deadline) -> tuple[Deadline, ...]:
        """The dates from which another is counted; none for one that is counted from something else."""
        return grounds.bases(self.case.procedure, self.case.dossier, one)

    def granted(self, one: Deadline) -> list[Extension]:
        """The more time that was asked for on a date."""
        return [more for more in self.case.dossier.extensions.values() if more.deadline == one.key]

    def holds(self, one: Deadline) -> list[Paused]:
        """The holds that stopped the clock of a date."""
        return [hold for hold in self.case.dossier.pauses.values() if self._stopped(hold, one)]

    def date(self, one: Deadline) -> DateInBundle:
        """A date with everything that is to be said of it."""
        rule = self.case.procedure.timescales[one.timescale]
        if ground := self.began(one):
            return DateInBundle(one.since, ground)
        moved, from_where = self.moved(one), self.counted_from(one)
        late = self.of(lambda entry: _says_why(entry, one))
        return DateInBundle(
            since=one.since,
            ground="",
            name=self.read(owed_date(self.case.procedure, one)),
            rule=tuple(self._rule(rule, one, from_where)),
            due=self.unless(moved, _due(one)),
            fate=_fate(one, self.today),
            ended_on=one.ended_on,
            ended_by=one.ended_by,
            why_late=self.unless(self.ground(late), one.late_reason),
            more_time=tuple(map(self._more, self.granted(one))),
            holds=tuple(map(self._hold, self.holds(one))),
            days=() if from_where else tuple(self._days(one, moved)),
        )

    def _rule(self, rule: Timescale, one: Deadline, from_where: str) -> Iterator[tuple[str, Text]]:
        """The rule of a date; with a ground `from_where`, the day it is counted from would tell what is left out."""
        procedure = self.case.procedure
        calendar = self.case.calendars[procedure.calendar_of(rule, one.agency)].label
        basis = BASES.get(rule.basis, "An assumption, not yet confirmed by the committee")
        said = (
            ("Limit", self.read(limit_words(rule))),
            ("Counted from", self.unless(from_where, counted_from(self.case, one))),
            ("Calendar", self.read(calendar)),
            ("Days begin at midnight in", self.read(one.zone if one.zone != UNITED_KINGDOM else "")),
            ("Rests on", self.read(basis)),
            ("Written in", self.read(citation(procedure, rule))),
        )
        yield from ((label, words) for label, words in said if words)

    def _stopped(self, hold: Paused, one: Deadline) -> bool:
        ended = one.ended_on is None or hold.starts < one.ended_on
        return one.timescale in hold.stops and ended and (hold.ends is None or hold.ends > one.anchor_on)

    def _of_hold(self, hold: Paused) -> tuple[int, ...]:
        return self.of(
            lambda one: (
                (one.kind == "paused" and one.data["pause"]["id"] == hold.id)
                or (one.kind in {"pause_ended", "pause_reviewed"} and one.data["id"] == hold.id)
                or (one.kind == "event_recorded" and bool(hold.event) and one.data["event"] == hold.event)
            )
        )

    def _of_more(self, more: Extension) -> tuple[int, ...]:
        return self.of(
            lambda one: (
                (one.kind == "extension_asked" and one.data["extension"]["id"] == more.id)
                or (one.kind in DECIDED and one.data["id"] == more.id)
            )
        )

    def _hold(self, hold: Paused) -> HoldOnIt:
        numbers = self._of_hold(hold)
        authority = self.case.procedure.authorities.get(hold.authority, hold.authority)
        says = f"{self.case.procedure.label_of('pauses', hold.kind)}, on the authority of {authority}: {hold.reason}"
        ground, until = self.ground(numbers), spoken(hold.ends) or "It still runs"
        return HoldOnIt(self.unless(ground, says), hold.starts, self.unless(ground, until), min(numbers))

    def _more(self, more: Extension) -> MoreTime:
        numbers = self._of_more(more)
        decided = max((one for one in numbers if self.lines[one].entry.kind in DECIDED), default=0)
        ground = self.ground(numbers)
        return MoreTime(
            asked=self.unless(ground, more_time(self.case.procedure, more.deadline, more.count)),
            why=self.unless(ground, more.reason),
            by=self.read(self.lines[min(numbers)].by),
            entry=min(numbers),
            fate=DECISION_WORDS[more.status],
            decided_by=self.read(self.lines[decided].by) if decided else (),
            decided=decided,
        )

    def _days(self, one: Deadline, ground: str) -> Iterator[CountedDays]:
        """How a date was counted; with a ground, on which an entry that bears on it is left out, one gap."""
        if ground:
            yield CountedDays(one.anchor_on, one.anchor_on, 1, counted=False, why=(Piece("", ground),))
            return
        case = self.case
        found = due_dates.receipt(case.procedure, case.calendars, case.dossier, one, self.today)
        for _, several in groupby(found.receipt if found is not None else (), key=_alike):
            run = list(several)
            yield CountedDays(run[0].day, run[-1].day, len(run), run[0].counted, self.read(_why(run[0], run[-1])))


def _due(one: Deadline) -> str:
    """When a date was due, and at first where that was another day."""
    due = (
        f"{spoken(one.due_on)}, {time_of_day(one.due_at, one.zone)}" if one.due_at else spoken(one.due_on) or "No date"
    )
    first = one.original_on
    return f"{due} (at first {spoken(first)})" if first and first != one.due_on else due


def _alike(day: Day) -> tuple[bool, str]:
    """What days on end have in common: that they were counted, and in what way; or why they were not."""
    return day.counted, NUMBER.sub("", day.why) if day.counted else day.why


def _why(first: Day, last: Day) -> str:
    """Why days on end were counted, or not: what the first and the last have in common is said once."""
    (one, _, rest), (other, _, _) = first.why.partition(":"), last.why.partition(":")
    return first.why if one == other else f"{one} to {other}" + (f":{rest}" if rest else "")


def _says_why(entry: Entry, one: Deadline) -> bool:
    """Whether an entry says why a date was missed."""
    if entry.kind == "missed":
        return bool(entry.data["key"] == one.key)
    return entry.sequence == one.ended_by and bool(entry.data.get("late_reason"))


def _fate(one: Deadline, today: date) -> str:
    if not one.open:
        return _how_met(one) if one.status == "met" else "No longer owed"
    if one.status in {"held", "unset"}:
        return "Owed; its clock stands still" if one.status == "held" else "Owed; no date is known"
    gone = one.due_on is not None and one.due_on < today
    if one.lapses:
        return f"A right; it lapsed at the end of {spoken(one.due_on)}" if gone else "A right; it may still be used"
    return "Owed and late" if gone else "Owed"


def _how_met(one: Deadline) -> str:
    if one.lapses:
        return "Used"
    if one.late:
        return "Met late"
    return "Met in time" if one.due_on else "Met; no limit is set"
