"""Where a checkpoint saw each history end, read from its text on demand, for there may be a million.

In the canonical text of a checkpoint they stand one after another, in the order of their references.
"""

from __future__ import annotations

import json
import re
from collections.abc import ItemsView, Iterator, Mapping
from typing import Any

End = tuple[int, str]
"""The number of an entry, and its seal."""

BEGINNING = re.compile(r'\{"at":"[^"\\]*","heads":\{')
HEAD = re.compile(r'"([^"\\\x00-\x1f]*)":\[(0|[1-9][0-9]{0,17}),"([^"\\\x00-\x1f]*)"\]([,}])')


class Heads(Mapping[str, End]):
    """The ends of histories by reference, as a text has them from one place in it to another."""

    def __init__(self, text: str, start: int, count: int) -> None:
        self._text, self._start, self._count = text, start, count

    def __getitem__(self, ref: str) -> End:
        for one, end in self.each():
            if one == ref:
                return end
        raise KeyError(ref)

    def __iter__(self) -> Iterator[str]:
        return (ref for ref, _ in self.each())

    def __len__(self) -> int:
        return self._count

    def items(self) -> ItemsView[str, End]:
        """Each reference with its end, in one pass."""
        return _Items(self)

    def each(self) -> Iterator[tuple[str, End]]:
        """Each reference with its end, as the text has them."""
        at = self._start
        for _ in range(self._count):
            head = HEAD.match(self._text, at)
            assert head is not None, "was looked at when the text was read"
            yield head[1], (int(head[2]), head[3])
            at = head.end()


class _Items(ItemsView[str, End]):
    def __init__(self, heads: Heads) -> None:
        super().__init__(heads)
        self._heads = heads

    def __iter__(self) -> Iterator[tuple[str, End]]:
        return self._heads.each()


def read(body: str) -> tuple[dict[str, Any], Mapping[str, End]]:
    """What a checkpoint's text says, and the ends of the histories apart from that.

    One that is not in its canonical form is read as any JSON. Raises ValueError, KeyError, TypeError or AttributeError
    when it is none.
    """
    begins = BEGINNING.match(body)
    ends = _count(body, begins.end()) if begins is not None else None
    if begins is not None and ends is not None:
        count, after = ends
        rest = body[after:]
        if '"heads"' not in rest and "\\" not in rest:  # a name said again would take the place of the first
            return json.loads(f"{begins[0]}}}{rest}"), Heads(body, begins.end(), count)
    data = json.loads(body)
    return data, plain(data["heads"])


def plain(told: dict[str, Any]) -> dict[str, End]:
    """Ends by name, as JSON has them. Raises ValueError, TypeError or AttributeError where they are none."""
    return {str(name): (int(end), str(seal)) for name, (end, seal) in told.items()}


def _count(text: str, start: int) -> tuple[int, int] | None:
    """How many ends stand there, each reference after the one before it, and where they are over; None otherwise."""
    if text.startswith("}", start):
        return 0, start + 1
    count, at, before = 0, start, ""
    while head := HEAD.match(text, at):
        if count and head[1] <= before:
            return None
        count, at, before = count + 1, head.end(), head[1]
        if head[4] == "}":
            return count, at
    return None
