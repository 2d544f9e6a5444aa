"""What goes to the Care Inspectorate: of each decided case, which forms were sent, and which still want something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, or_

from records.cases import CASES
from states.errors import DamagedRecord, NotPossible
from workflows.reports.file_reading import files_of
from workflows.reports.inspectorate_pack import INSPECTORATE, Pack, Part, pack

PARTS: tuple[tuple[Part, str], ...] = (
    ("decision", "Decision"),
    ("outcome", "Outcome"),
    ("alternative", "Learning in another way"),
)
"""The forms, each with what it is called."""
LOOKED_BACK = timedelta(days=366)
"""How long a closed case stays in the list."""


@dataclass(frozen=True)
class PacksOfCase:
    """The forms about one case: where it stands, and a pack for each form its decision asks for."""

    ref: str
    stands: str
    packs: tuple[tuple[Part, str, Pack], ...]


@dataclass(frozen=True)
class PackList:
    """The forms of every decided case, and for each case that cannot be read why, and what mends it."""

    cases: tuple[PacksOfCase, ...]
    damaged: tuple[DamagedRecord, ...]


def pack_list(tx: Connection, today: date, hidden: frozenset[str]) -> PackList:
    """Every decided case that is open, or was closed within a year, the newest first.

    `hidden` are the cases that are kept to others.
    """
    damaged: list[DamagedRecord] = []
    lately = or_(CASES.c.closed_on.is_(None), CASES.c.closed_on >= today - LOOKED_BACK)
    wanted = files_of(tx, CASES.c.kind == "case", lately, CASES.c.ref.not_in(hidden), aside=damaged.append)
    known = [file for file in wanted if INSPECTORATE in file.procedure.bodies]
    found = (PacksOfCase(file.ref, file.stands, packs_of(tx, file.ref, today)) for file in reversed(known))
    return PackList(tuple(one for one in found if one.packs), tuple(damaged))


def packs_of(tx: Connection, ref: str, today: date) -> tuple[tuple[Part, str, Pack], ...]:
    """A pack for the decision on a case, and for each other form that is due or was sent; none before it is decided."""
    try:
        found = [(part, words, pack(tx, ref, part, today)) for part, words in PARTS]
    except NotPossible:
        return ()
    return tuple(one for one in found if one[0] == "decision" or one[2].due_on or one[2].submitted_on)
