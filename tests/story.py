"""A case told entry by entry, with the fold and nothing else: no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from config.calendar_files import load_calendar
from states.dossier import Dossier
from states.entry import COUNTING, Actor, Entry
from states.fold import fold, replay

if TYPE_CHECKING:
    from states.calendars import Calendar
    from states.dossier import Deadline
    from states.entry import EntryKind
    from states.procedure import Procedure

SCOTLAND = load_calendar("scotland")
LEAD = Actor(name="Robin Example", role="lead_officer")
CHAIR = Actor(name="Ann Example", role="chair")


@dataclass
class Papers:
    """The editions and calendars a story goes by."""

    procedures: dict[str, Procedure] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=lambda: {SCOTLAND.digest: SCOTLAND})

    def procedure(self, digest: str) -> Procedure:
        return self.procedures[digest]

    def calendar(self, digest: str) -> Calendar:
        return self.calendars[digest]


class Story:
    """Tell what happened, day by day; `dossier` is what it adds up to."""

    def __init__(self, procedure: Procedure, counting: int = COUNTING) -> None:
        self.counting = counting
        self.papers = Papers({procedure.digest: procedure})
        self.blank = Dossier(ref="TST-2026-0001", edition=procedure.name, digest=procedure.digest)
        self.dossier = self.blank
        self.entries: list[Entry] = []

    def tell(
        self,
        kind: EntryKind,
        day: str,
        *,
        at: str = "",
        actor: Actor = LEAD,
        reason: str = "",
        trigger: str = "",
        source: str = "",
        dest: str = "",
        **data: Any,
    ) -> Dossier:
        """One more entry, on a day and perhaps at a time (UTC)."""
        on = date.fromisoformat(day)
        moment = datetime.fromisoformat(f"{day}T{at or '12:00'}:00+00:00")
        entry = Entry(
            kind=kind,
            actor=actor,
            happened_on=on,
            happened_at=moment if at else None,
            recorded_at=moment.astimezone(UTC),
            sequence=self.dossier.sequence + 1,
            counting=self.counting,
            reason=reason,
            trigger=trigger,
            source=source,
            dest=dest,
            data=data,
        )
        self.entries.append(entry)
        self.dossier = fold(self.dossier, entry, self.papers)
        return self.dossier

    def open(self, day: str = "2026-03-02", **fields: Any) -> Dossier:
        """Open the case, told of on the day before unless said."""
        given = {"informed_on": "2026-03-01", **fields}
        return self.tell(
            "opened",
            day,
            trigger="notify",
            dest="notified",
            fields=given,
            calendars={"scotland": SCOTLAND.digest},
            agencies=["NHS Fife"],
        )

    def step(self, trigger: str, dest: str, day: str, **more: Any) -> Dossier:
        """Take a step."""
        return self.tell("advanced", day, trigger=trigger, source=self.dossier.state, dest=dest, **more)

    def ask(self, day: str, agency: str = "NHS Fife", **more: Any) -> Dossier:
        """Ask an agency for its report."""
        number = f"R{len(self.dossier.requests) + 1}"
        return self.tell("requested", day, request="report", asked=[{"id": number, "agency": agency}], **more)

    def answer(self, day: str, number: str = "R1", **more: Any) -> Dossier:
        """Its answer is in."""
        return self.tell("answered", day, id=number, request="report", agency="NHS Fife", fields={}, **more)

    def hold(
        self, day: str, *stops: str, ends: str | None = None, event: str = "", authority: str = "Fiscal"
    ) -> Dossier:
        """Hold clocks."""
        number = f"P{len(self.dossier.pauses) + 1}"
        pause = {"id": number, "kind": "proceedings", "authority": authority, "ends": ends, "event": event}
        return self.tell("paused", day, pause={**pause, "stops": list(stops), "label": "criminal proceedings"})

    def date(self, key: str) -> Deadline:
        """One date of the case."""
        return self.dossier.deadlines[key]

    def again(self) -> Dossier:
        """What the entries add up to when they are read from the beginning."""
        return replay(self.blank, self.entries, self.papers)
