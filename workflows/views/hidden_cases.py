"""Findings about all cases, filtered for a reader from whom some cases are hidden."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from states.errors import NotPossible

if TYPE_CHECKING:
    from workflows.reports.annual_summary import Summary
    from workflows.reports.extract import Extract

KEPT = "Something of a case that is kept to named people does not add up: whoever keeps the installation sees what."
KEPT_YEAR = (
    "Cases of this year are kept to named people, and you are none of them. The committee's own summary names every "
    "case: ask somebody who is named for them. What may be published names none."
)
KEPT_PERIOD = (
    "Reviews of this period are kept to named people, and you are none of them. An extract that leaves some out would "
    "say nothing of it: ask somebody who is named for them."
)
KEPT_PLACE = "a case kept to named people"
A_CASE = re.compile(r"\b([A-Z]+-\d{4}-\d{4,})\b(?:, entry \d+)?")
"""A case, and one of its entries, as what was found at night names them."""


def check_year(found: Summary, hidden: Collection[str]) -> None:
    """Raise NotPossible where a summary in full names a case that is hidden from whoever asks for it."""
    if any(one.ref in hidden for one in found.cases):
        raise NotPossible(KEPT_YEAR)


def check_extract(found: Extract, hidden: Collection[str]) -> frozenset[str]:
    """The cases of an extract. Raises NotPossible where one is hidden from whoever asks for it."""
    refs = frozenset(str(row[0]) for row in found.rows)
    if not refs.isdisjoint(hidden):
        raise NotPossible(KEPT_PERIOD)
    return refs


def without_hidden(said: Collection[str], hidden: Collection[str]) -> tuple[str, ...]:
    """What was found at night, as somebody may read it to whom some cases are hidden: it names none of those.

    What stands there of one such case alone is left out: it may tell more than its reference.
    """
    told = [KEPT if one.startswith(tuple(hidden)) else A_CASE.sub(partial(_named, hidden), one) for one in said]
    return tuple(dict.fromkeys(told))


def _named(hidden: Collection[str], found: re.Match[str]) -> str:
    return KEPT_PLACE if found[1] in hidden else found[0]
