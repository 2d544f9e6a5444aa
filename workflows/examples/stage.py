"""The state of an example as far as it was played: the case, what was told, and what the ladders do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from records.cases import Case
from states.calendars import Calendar
from states.dossier import Deadline, Dossier
from states.entry import Entry
from states.escalation import next_action, owed
from states.fold import fold
from states.moments import local_day, local_moment
from states.procedure import Procedure
from states.timescales import Ladder, Rung
from workflows.messages.chase import chased
from workflows.messages.owe import About, addressees, owed_by, with_facts_of_today

SENIOR = "senior"
DAY = timedelta(days=1)
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class InMemoryLibrary:
    """Where the entries of a story find its one edition, and its calendars by their digest."""

    edition: Procedure
    calendars: Mapping[str, Calendar]

    def procedure(self, _: str) -> Procedure:
        """The edition of the story, whatever digest is asked for."""
        return self.edition

    def calendar(self, digest: str) -> Calendar:
        """A calendar of the story by its digest."""
        return self.calendars[digest]


@dataclass(frozen=True)
class StageDraft:
    """A message that waits for somebody's yes: to whom, about which date, and when it goes without one (UTC)."""

    message: str
    who: str
    key: str
    goes_at: datetime | None


@dataclass
class Stage:
    """A story as it stands. `told` and `drafted` hold what came since the line before: pairs of message and who."""

    procedure: Procedure
    calendars: Mapping[str, Calendar]
    case: Case = field(init=False)
    now: datetime = LONG_AGO
    by_line: dict[int, int] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    drafted: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[StageDraft] = field(default_factory=list)

    def __post_init__(self) -> None:
        blank = Dossier(ref=f"{self.procedure.prefix}-0000-0001", edition=self.procedure.name, digest="")
        self.case = Case(0, "", blank, self.procedure, {})

    @property
    def dossier(self) -> Dossier:
        """What the story adds up to so far."""
        return self.case.dossier

    @property
    def today(self) -> date:
        """The day it is in the story."""
        return local_day(self.now, self.procedure.time_zone)

    def record(self, entry: Entry) -> Entry:
        """Put an entry on the record of the case, and note whom it tells."""
        numbered = entry.model_copy(update={"sequence": self.dossier.sequence + 1})
        library = InMemoryLibrary(self.procedure, {one.digest: one for one in self.calendars.values()})
        self.case = replace(self.case, dossier=fold(self.dossier, numbered, library), calendars=self.calendars)
        self.entries.append(numbered)
        for about, this, audience in owed_by(self.case, numbered):
            for who in map(called, addressees(about, audience)):
                self._tell(about, this, who)
        return numbered

    def _tell(self, about: About, this: Rung | str, who: str) -> None:
        message = this if isinstance(this, str) else this.message
        if isinstance(this, str) or not this.confirm:
            self.told.append((message, who))
            return
        assert about.deadline is not None
        goes_at = with_facts_of_today(about, this, {}, self.now).confirm_by
        self.drafted.append((message, who))
        self.waiting.append(StageDraft(message, who, about.deadline.key, goes_at))

    def wait_until(self, then: datetime) -> None:
        """Let the time pass: every rung that falls due by then is climbed, every draft that may goes."""
        while moments := [moment for moment in self._moments() if moment <= then]:
            self.now = max(self.now, min(moments))
            if not (self._release() | self._climb()):
                self.now = min(then, self.now + DAY)
                if self.now == then:
                    break
        self.now = max(self.now, then)

    def _moments(self) -> list[datetime]:
        wakes = [self._wakes(one) for one in self.dossier.open_deadlines()]
        goes = [one.goes_at for one in self.waiting]
        return [moment for moment in (*wakes, *goes) if moment is not None]

    def _ladder(self, deadline: Deadline) -> tuple[Ladder | None, Calendar]:
        ladder = self.procedure.ladders.get(self.procedure.timescales[deadline.timescale].ladder or "")
        name = ladder.calendar if ladder is not None and ladder.calendar else self.procedure.calendar
        return ladder, self.calendars[name]

    def _wakes(self, deadline: Deadline) -> datetime | None:
        return next_action(self.dossier, deadline, *self._ladder(deadline), self.now)

    def _release(self) -> bool:
        """Let the drafts go whose time to be confirmed has run out; what is not owed any more is not told."""
        going = [one for one in self.waiting if one.goes_at is not None and one.goes_at <= self.now]
        self.waiting = [one for one in self.waiting if one not in going]
        self.told += [(one.message, one.who) for one in going if self.dossier.deadlines[one.key].open]
        return bool(going)

    def _climb(self) -> bool:
        climbed = False
        for deadline in self.dossier.open_deadlines():
            wakes = self._wakes(deadline)
            ladder, calendar = self._ladder(deadline)
            if ladder is None or wakes is None or wakes > self.now:
                continue
            this = owed(deadline, ladder, calendar, self.now)
            if this.due:
                self.record(chased(self.case, deadline, this, self.now))
                climbed = True
        return climbed


def called(place: tuple[str, str]) -> str:
    """Who stands at a place, as an example names them: a role, a body, an agency, or its senior contact."""
    agency, role = place
    return (f"{agency} (senior contact)" if role == SENIOR else agency) if agency else role


def moment_of(day: str, clock: str, zone: str) -> datetime:
    """The instant (UTC) of a time of day on a day in a time zone."""
    return local_moment(date.fromisoformat(day), clock, zone)
