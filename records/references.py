"""Short references: `2` is LR-2026-0002 where one case only ends so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from sqlalchemy import Connection, select

from records.cases import CASES
from records.imports import called_before
from records.schema import NUMBERS
from states.errors import NotFound
from states.identity import folded

SHORT = re.compile(r"(?:([a-z]+)-?)?(?:(\d{4})-)?0*([1-9]\d{0,8})", re.IGNORECASE | re.ASCII)
WHOLE = re.compile(r"[a-z]+-\d{4}-\d{4,}", re.IGNORECASE | re.ASCII)
MOST_NAMED = 8
LEAST_DIGITS = 4
MOST_HELD, MOST_FREE = 500, 2
"""So many references are looked up one by one, and so many digits of a number may be any."""
Among = Literal["all", "cases", "recommendations"]


def given(tx: Connection) -> dict[str, int]:
    """The series of which references were given, such as LR-2026, and the last number of each."""
    rows = tx.execute(select(NUMBERS.c.series, NUMBERS.c.last).order_by(NUMBERS.c.series))
    return {series: last for series, last in rows if " " not in series}


def among(given: Mapping[str, int], fragment: str) -> list[str] | None:
    """The references among those given that hold a fragment in capitals, worked out and not looked for.

    None where a series holds it, or so many numbers do that the newest of them are soon found by looking.
    """
    found: list[str] = []
    for series, last in given.items():
        text = f"{series}-"
        if fragment in text:
            return None
        for at in range(len(fragment)):
            head, digits = fragment[:at], fragment[at:]
            if not (digits.isascii() and digits.isdecimal() and text.endswith(head)):
                continue
            if len(str(last)) - len(digits) > MOST_FREE:
                return None
            found += [f"{text}{number:04}" for number in sorted(_numbers(digits, last, anywhere=not head))]
        if len(found) > MOST_HELD:
            return None
    return found


def _numbers(digits: str, last: int, *, anywhere: bool) -> set[int]:
    """The numbers up to the last, of four digits or more, that begin with some digits or hold them anywhere."""
    found: set[int] = set()
    for length in range(max(LEAST_DIGITS, len(digits)), max(LEAST_DIGITS, len(str(last))) + 1):
        free = length - len(digits)
        for before in range(free + 1 if anywhere else 1):
            rest = 10 ** (free - before)
            parts = (part * 10 ** (length - before) + int(digits) * rest for part in range(10**before))
            numbers = (number for part in parts for number in range(part, part + rest))
            found.update(one for one in numbers if 1 <= one <= last and len(f"{one:04}") == length)
    return found


def whole_reference(tx: Connection, typed: str, among: Among, hidden: frozenset[str]) -> str:
    """The reference that is meant by a short one (`2`, `lr-2`, `2025-2`), or by one of before an import (`SCR/12/3`).

    What was typed where there is none like that.
    What is `hidden` from whoever asks is as if it were not there. Raises NotFound, with the references there are,
    where several end so.
    """
    if WHOLE.fullmatch(typed.strip()):
        return typed if _was_given(tx, typed.strip().upper()) else _before(tx, typed, hidden)
    parts = SHORT.fullmatch(typed.strip())
    if parts is None:
        return _before(tx, typed, hidden)
    prefix, year, number = parts.groups()
    ends = f"-{int(number):04}"
    may_be = [f"{one}{ends}" for one in given(tx)]
    wanted = select(CASES.c.ref).where(CASES.c.ref.in_(may_be)).order_by(CASES.c.id)
    if among != "all":
        is_one = CASES.c.kind == "recommendation"
        wanted = wanted.where(is_one if among == "recommendations" else ~is_one)
    like = re.compile(rf"{prefix or '[A-Z]+'}-{year or '[0-9]+'}{ends}", re.IGNORECASE)
    found = [ref for ref in tx.execute(wanted).scalars() if like.fullmatch(ref) and ref not in hidden]
    before = _before(tx, typed, hidden)
    found += [before] if before not in {typed, *found} else []
    if len(found) > 1:
        more = " ..." if len(found) > MOST_NAMED else ""
        raise NotFound(f"{typed.strip()!r} may be {' or '.join(found[:MOST_NAMED])}{more}: write more of it.")
    return found[0] if found else typed


def _was_given(tx: Connection, ref: str) -> bool:
    """Whether a whole reference was ever given here: a committee's own, of before an import, may look like one."""
    series, _, number = ref.rpartition("-")
    return int(number) <= given(tx).get(series, 0)


def _before(tx: Connection, typed: str, hidden: frozenset[str]) -> str:
    """The reference of the one case that a sheet it came out of called so; what was typed where there is none."""
    before = called_before(tx, typed.strip())
    same = [ref for ref, one in before.items() if folded(one) == folded(typed) and ref not in hidden]
    return same[0] if len(same) == 1 else typed
