"""A subset of numbered rows, for reading a large table in portions: a range of numbers, or those named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, true


@dataclass(frozen=True)
class Subset:
    """From the first number on (None: the very first), before another (None: to the last); or `only` those named."""

    first: Any = None
    before: Any = None
    only: tuple[Any, ...] | None = None

    def has(self, number: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition on a column that holds the number."""
        if self.only is not None:
            return number.in_(self.only)
        bounds = [number >= self.first] if self.first is not None else []
        bounds += [number < self.before] if self.before is not None else []
        return and_(true(), *bounds)


ALL = Subset()
"""Everything there is."""
