"""Short references: `2` is LR-2026-0002 where one case only ends so."""

from __future__ import annotations

import re
from typing import Literal

from sqlalchemy import Connection, select

from records.cases import CASES
from states.errors import NotFound

SHORT = re.compile(r"(?:([a-z]+)-?)?(?:(\d{4})-)?0*([1-9]\d{0,8})", re.IGNORECASE | re.ASCII)
WHOLE = re.compile(r"[a-z]+-\d{4}-\d{4,}", re.IGNORECASE | re.ASCII)
MOST_NAMED = 8
Among = Literal["all", "cases", "recommendations"]


def whole_reference(tx: Connection, typed: str, among: Among = "all", hidden: frozenset[str] = frozenset()) -> str:
    """The reference that is meant by a short one (`2`, `lr-2`, `2025-2`); what was typed where none ends so.

    What is `hidden` from whoever asks is as if it were not there. Raises NotFound, with the references there are,
    where several end so.
    """
    parts = None if WHOLE.fullmatch(typed.strip()) else SHORT.fullmatch(typed.strip())
    if parts is None:
        return typed
    prefix, year, number = parts.groups()
    ends = f"-{int(number):04}"
    wanted = select(CASES.c.ref).where(CASES.c.ref.endswith(ends, autoescape=True)).order_by(CASES.c.id)
    if among != "all":
        is_one = CASES.c.kind == "recommendation"
        wanted = wanted.where(is_one if among == "recommendations" else ~is_one)
    like = re.compile(rf"{prefix or '[A-Z]+'}-{year or '[0-9]+'}{ends}", re.IGNORECASE)
    found = [ref for ref in tx.execute(wanted).scalars() if like.fullmatch(ref) and ref not in hidden]
    if len(found) > 1:
        more = " ..." if len(found) > MOST_NAMED else ""
        raise NotFound(f"{typed.strip()!r} may be {' or '.join(found[:MOST_NAMED])}{more}: write more of it.")
    return found[0] if found else typed
