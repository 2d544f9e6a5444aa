"""The history of a case narrowed down: to what was done, who did it, and from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from states.words import first_up
from workflows.views.history import HistoryLine


@dataclass(frozen=True)
class HistoryWanted:
    """Which entries are asked for; what is empty does not matter. The days are those on which things happened."""

    kind: str = ""
    who: str = ""
    first: date | None = None
    last: date | None = None

    def takes(self, line: HistoryLine) -> bool:
        """Whether an entry is asked for."""
        entry = line.entry
        named = self.kind in {"", entry.kind} and self.who in {"", entry.actor.name}
        since = self.first is None or entry.happened_on >= self.first
        return named and since and (self.last is None or entry.happened_on <= self.last)


@dataclass(frozen=True)
class HistoryShown:
    """The entries asked for, the newest first, out of how many; and what can be asked for on this case."""

    entries: tuple[HistoryLine, ...]
    whole: int
    kinds: tuple[tuple[str, str], ...]
    people: tuple[str, ...]


def narrowed(entries: Sequence[HistoryLine], wanted: HistoryWanted) -> HistoryShown:
    """The entries of a history that are asked for."""
    kinds = sorted({line.entry.kind for line in entries})
    return HistoryShown(
        entries=tuple(line for line in reversed(entries) if wanted.takes(line)),
        whole=len(entries),
        kinds=tuple((kind, first_up(kind.replace("_", " "))) for kind in kinds),
        people=tuple(sorted({line.entry.actor.name for line in entries})),
    )
