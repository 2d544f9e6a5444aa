"""What was found of all cases, as somebody may read it to whom some of them are hidden."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial

KEPT = "Something of a case that is kept to named people does not add up: whoever keeps the installation sees what."
KEPT_PLACE = "a case kept to named people"
A_CASE = re.compile(r"\b([A-Z]+-\d{4}-\d{4,})\b(?:, entry \d+)?")
"""A case, and one of its entries, as what was found at night names them."""


def without_hidden(said: Collection[str], hidden: Collection[str]) -> tuple[str, ...]:
    """What was found at night, as somebody may read it to whom some cases are hidden: it names none of those.

    What stands there of one such case alone is left out: it may tell more than its reference.
    """
    told = [KEPT if one.startswith(tuple(hidden)) else A_CASE.sub(partial(_named, hidden), one) for one in said]
    return tuple(dict.fromkeys(told))


def _named(hidden: Collection[str], found: re.Match[str]) -> str:
    return KEPT_PLACE if found[1] in hidden else found[0]
