"""Verifies one case against its history: its chain, every entry replayed, and the rows beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from records import cases, chain, snapshots
from records.bulk_reading import CaseKept, ClimbRow, Dated, EntryRow, MessageTold
from records.cases import Case
from records.editions import EditionLibrary
from records.seen_ends import Ends
from records.unreadable_values import UNREAD
from states.calendars import Calendar
from states.chase_grounds import lost_ground
from states.dossier import Dossier
from states.entry import Entry
from states.errors import DAMAGED, Refused
from states.escalation import times_withdrawn
from states.expected import SETTLED, Missed, MissedRungs, SweepTimes, first_due, named, wrongly_climbed
from states.fold import fold
from states.words import utc_day_and_time
from workflows.verification.names import names_faults
from workflows.verification.reconcile import TELLS, Contacts, Obligation, delivery_fault, messages_owed


@dataclass(frozen=True)
class Discrepancy:
    """A place where something does not add up: the case (empty: the whole), the entry (0: none) and what is wrong.

    `cause` says what is wrong without naming what is wrong here alone, where the sentence names more than numbers.
    """

    ref: str
    sequence: int
    what: str
    cause: str = field(default="", compare=False)

    @property
    def where(self) -> str:
        """The case and the entry; empty for the whole."""
        return f"{self.ref}{f', entry {self.sequence}' if self.sequence else ''}" if self.ref else ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}." if self.ref else f"{self.what}."


@dataclass(frozen=True)
class ReplayContext:
    """What every case is held against: editions and calendars, the sweeps there were, who the contacts are."""

    library: EditionLibrary
    sweeps: SweepTimes
    contacts: Contacts


BLANK = Dossier(ref="", edition="", digest="")
DRAFTS = {"withdrawn": "withdrawn", "withheld": "kept back", "confirmed": "let go"}
"""The kinds of entry that say what became of messages drafted for somebody's yes, in words."""


def faults(ground: ReplayContext, kept: CaseKept, seen: Ends) -> Iterator[Discrepancy]:
    """Every place where a case is not what its history makes it, or not what checkpoints have `seen` of it."""
    ref = str(kept.row["ref"])
    for broken in chain.breaks(ref, kept.lines, kept.row["head"], kept.row["sequence"]):
        yield Discrepancy(broken.ref, broken.sequence, broken.what)
    yield from lost_heads(ref, {line.sequence: line.seal for line in kept.lines}, seen)
    replay = Replay(ground, kept)
    for line in kept.lines:
        try:
            replay.add(line)
        except DAMAGED as fault:
            said = fault if isinstance(fault, Refused) else f"{type(fault).__name__}: {str(fault)[:80]}"
            yield from replay.found
            yield Discrepancy(ref, line.sequence, f"entry {line.sequence} cannot be replayed ({said})")
            return
    yield from replay.found
    yield from replay.end()


def lost_heads(ref: str, seals: Mapping[int, str], heads: Ends) -> Iterator[Discrepancy]:
    """The places where a checkpoint saw another history than there is now."""
    for (sequence, seal), where in sorted(heads.items()):
        if sequence not in seals:
            yield Discrepancy(ref, sequence, f"entry {sequence} is gone: {where} saw it")
        elif seals[sequence] != seal:
            yield Discrepancy(ref, sequence, f"the history up to entry {sequence} is not the one that {where} saw")


class Replay:
    """The replay of one case: entries are added in order, and what does not fit is given back."""

    def __init__(self, ground: ReplayContext, kept: CaseKept) -> None:
        self.ground, self.kept = ground, kept
        self.ref = str(kept.row["ref"])
        self.vigil = MissedRungs(ground.sweeps)
        self.climbs: list[ClimbRow] = []
        self.drafts: dict[str, set[str]] = {kind: set() for kind in DRAFTS}
        self.owed: list[Obligation] = []
        self.closed: set[str] = set()
        self.told: dict[int, list[Any]] = {}
        for message in kept.told:
            self.told.setdefault(message.sequence, []).append(message)
        self.case: Case | None = None
        self.last_at: datetime | None = None
        self.found: list[Discrepancy] = []

    def add(self, line: EntryRow) -> None:
        """The next entry; what does not fit is `found`."""
        entry, found = chain.kept_of(line.body), self.found
        if (entry.sequence, entry.kind, entry.recorded_at, entry.happened_on) != line[:4] or entry.case != self.ref:
            what = f"the columns of entry {line.sequence} do not say what its text says"
            found.append(self._place(line.sequence, what))
        if entry.kind == "chased" and self.case is not None:
            self._climbed(self.case, entry)
        if entry.kind == "withdrawn" and self.case is not None:
            found.extend(self._place(entry.sequence, what) for what in self._withdrawn(self.case, entry))
        if entry.kind in DRAFTS:
            self.drafts[entry.kind].update(entry.data["messages"])
        self.case = case = self._folded(entry)
        self.last_at = entry.recorded_at
        found += [self._missed(missed) for missed in self.vigil.turn(case, entry.recorded_at)]
        if entry.kind in TELLS:
            self.owed.extend(messages_owed(case, entry))
        if entry.kind == "task_done":
            self.closed.add(entry.data["task"])

    def end(self) -> Iterator[Discrepancy]:
        """The case as it now stands against its rows."""
        if self.case is None:
            yield self._place(0, "the case has no history")
            return
        for missed in self.vigil.end():
            yield self._missed(missed)
        yield from self._columns(self.case)
        yield from self._dates(self.case)
        yield from self._rungs()
        yield from self._drafts(self.case)
        yield from self._unpaid()
        subject = self.case.procedure.subject
        yield from (self._place(0, what) for what in names_faults(self.case.dossier, self.kept, subject))

    def _unpaid(self) -> Iterator[Discrepancy]:
        """Everything an entry owed to a place is waiting, accepted, withdrawn with the reason, or a person's task."""
        for owed in self.owed:
            told = self.told.get(owed.sequence, ())
            wrong = delivery_fault(self.ground.contacts, owed, told, self.kept.unreached, self.closed)
            if wrong:
                yield self._place(owed.sequence, wrong, f"a message {wrong.partition(' is missing: ')[2]}")

    def _folded(self, entry: Entry) -> Case:
        before, row = self.case, self.kept.row
        was = before.dossier if before else BLANK.but(ref=self.ref)
        dossier = fold(was, entry, self.ground.library)
        procedure = self.ground.library.procedure(dossier.digest)
        same = before is not None and dossier.calendars is was.calendars
        calendars = before.calendars if before and same else self._calendars(dossier)
        return Case(row["id"], row["head"], dossier, procedure, calendars)

    def _calendars(self, dossier: Dossier) -> dict[str, Calendar]:
        return {name: self.ground.library.calendar(digest) for name, digest in dossier.calendars.items()}

    def _climbed(self, case: Case, entry: Entry) -> None:
        wrong = wrongly_climbed(case, entry)
        if wrong:
            self.found.append(self._place(entry.sequence, wrong))
        data, due_on = entry.data, date.fromisoformat(entry.data["due_on"])
        deadline = case.dossier.deadlines.get(data["key"])
        own = () if data["rung"] is None else ((data["rung"], False),)
        for rung, passed in (*((one, True) for one in data["passed"]), *own):
            again = times_withdrawn(deadline, rung) if deadline else 0
            climb = ClimbRow(data["key"], due_on, rung, again, passed, data["late"], entry.recorded_at, entry.sequence)
            self.climbs.append(climb)

    def _withdrawn(self, case: Case, entry: Entry) -> Iterator[str]:
        """What is wrong with a draft that was withdrawn: it was never drafted, or was still wanted."""
        data, due_on = entry.data, date.fromisoformat(entry.data["due_on"])
        wanted = (data["key"], due_on, data["rung"], False)
        climb = next((one for one in reversed(self.climbs) if (*one[:3], one.passed) == wanted), None)
        if climb is None:
            yield "a draft was withdrawn that nobody had drafted"
        elif not lost_ground(case.dossier, data["key"], due_on, climb.at, entry.recorded_at):
            yield "a draft was withdrawn that was still wanted"

    def _drafts(self, case: Case) -> Iterator[Discrepancy]:
        """Drafts that ended in the outbox alone, or in the history alone, or that wait though unwanted."""
        swept = self.ground.sweeps.finished
        late = swept is not None and self.last_at is not None and self.last_at + SETTLED <= swept
        for one in self.kept.told:
            for became in ("withdrawn", "withheld"):
                if (one.status == became) != (one.id in self.drafts[became]):
                    what = f"the history and the outbox differ on whether {one.kind!r} was {DRAFTS[became]}"
                    yield self._place(one.sequence, what)
            if self._went_unasked(one):
                yield self._place(one.sequence, f"the draft {one.kind!r} waits for a yes no more, and nobody said yes")
            if one.status == "held" and late and swept is not None:
                why = lost_ground(case.dossier, one.deadline_key, one.deadline_due_on, one.created_at, swept)
                if why:
                    yield self._place(one.sequence, f"the draft {one.kind!r} still waits for a yes ({why[:-1]})")

    def _went_unasked(self, one: MessageTold) -> bool:
        """Whether what somebody had to say yes to first waits no more, without a yes and before its time ran out."""
        if (
            not one.confirm_role
            or one.status in {"held", "withdrawn", "withheld"}
            or one.id in self.drafts["confirmed"]
        ):
            return False
        swept = self.ground.sweeps.finished
        return one.confirm_by is None or (swept is not None and swept < one.confirm_by)

    def _columns(self, case: Case) -> Iterator[Discrepancy]:
        row, wanted = self.kept.row, cases.columns_of(case.dossier, case.procedure)
        for name, value in wanted.items():
            if row[name] != value:
                yield self._place(row["sequence"], f"the case's {name} is not what its history adds up to")
        yield from self._adds_up(case)
        first = case.dossier.opened_on
        if (row["opened_on"], row["kind"]) != (first, case.procedure.kind):
            yield self._place(1, "the day the case was opened, or its kind, is not what its history says")

    def _adds_up(self, case: Case) -> Iterator[Discrepancy]:
        """The dossier with the snapshot it goes on from, which is to be the one that the row names."""
        row, body = self.kept.row, self.kept.snapshot
        if row["snapshot"] and (body is None or snapshots.fingerprint(body) != row["snapshot"]):
            what = "gone" if body is None else "not as it was taken"
            yield self._place(row["sequence"], f"the snapshot that the case goes on from is {what}")
        elif not snapshots.says(row, body, case.dossier):
            yield self._place(row["sequence"], "the case's dossier is not what its history adds up to")

    def _dates(self, case: Case) -> Iterator[Discrepancy]:
        rows = {row.key: row for row in self.kept.dates}
        dates = case.dossier.deadlines
        for key in rows.keys() - dates.keys():
            what = f"the diary has a date {key} that the history does not give"
            yield self._place(0, what, what.replace(f" {key}", ""))
        for key, deadline in dates.items():
            row = rows.get(key)
            if row is None:
                what = f"the date {key} is missing from the diary"
                yield self._place(deadline.since, what, what.replace(f"the date {key}", "a date"))
            elif row[:5] != (key, deadline.timescale, deadline.agency, deadline.row_status, deadline.due_on):
                what = f"the date {key} is not in the diary as the history gives it"
                yield self._place(deadline.since, what, what.replace(f"the date {key}", "a date"))
            else:
                yield from self._wakes(case, row)

    def _wakes(self, case: Case, row: Dated) -> Iterator[Discrepancy]:
        due = None
        if row.status == "running" and self.last_at is not None:
            due = first_due(case, case.dossier.deadlines[row.key], self.last_at)
        at = row.next_action_at
        if due is not None and (at is None or at is UNREAD or at > due[1]):
            what = f"the date {row.key} would not be looked at when {named(due[0])} of its ladder is due"
            yield self._place(0, what, "a date would not be looked at when its ladder is due")

    def _rungs(self) -> Iterator[Discrepancy]:
        climbed, rows = set(self.climbs), set(self.kept.climbs)
        for one in sorted(climbed - rows, key=str):
            what = f"the row of rung {one.rung} of {one.key} ({one.due_on}) is missing or changed"
            yield self._place(one.sequence, what, "the row of a rung is missing or changed")
        for one in sorted(rows - climbed, key=str):
            what = f"rung {one.rung} of {one.key} ({one.due_on}) has a row that no entry answers for"
            yield self._place(one.sequence, what, "a rung has a row that no entry answers for")
        if len(climbed) != len(self.climbs):
            yield self._place(0, "a rung was climbed twice")

    def _missed(self, missed: Missed) -> Discrepancy:
        what = f"{missed.what} was due from {utc_day_and_time(missed.since)} and was not climbed"
        return self._place(0, what, "a rung was due and was not climbed")

    def _place(self, sequence: int, what: str, cause: str = "") -> Discrepancy:
        return Discrepancy(self.ref, sequence, what, cause)
