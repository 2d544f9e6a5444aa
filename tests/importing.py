"""Registers to import for tests: a few rows as a table in text, planned and made as the terminal and the desk do."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from workflows.importing.files import read_file
from workflows.importing.questions_asked import Mapped
from workflows.importing.register_plan import planned
from workflows.verbs.import_register import (
    begin_import,
    finish_import,
    import_reviews,
    kept_mapping,
    what_is_known,
)

if TYPE_CHECKING:
    from tests.office import Office
    from workflows.importing.register_plan import ImportPlan
    from workflows.unit_of_work import UnitOfWork

HEADS = (
    "Ref",
    "Notified",
    "Completed",
    "Recommendation No",
    "Recommendation",
    "Action",
    "Lead agency",
    "Due",
    "Status",
)
ROWS = (
    ("LR-1", "2024-11-04", "2025-05-02", "1", "Hear the child", "A form for views", "NHS Fife", "2026-06-30", "open"),
    ("LR-1", "", "", "1", "Hear the child", "Train staff", "Police Scotland", "2025-12-01", "open"),
    ("LR-1", "", "", "2", "Share what is known", "Agree a protocol", "NHS Fife", "2025-10-01", "done"),
    ("SCR-9", "", "2013-03-14", "1", "Keep chronologies", "", "", "", ""),
)


def table(*rows: tuple[str, ...], heads: tuple[str, ...] = HEADS) -> bytes:
    """A register as a table in text."""
    return "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in (heads, *rows)).encode()


def plan_of(uow: UnitOfWork, content: bytes, **given: Any) -> ImportPlan:
    """What would be made of a register; what is proposed is taken for what is asked."""
    book = read_file(content)
    mapped = Mapped(**given).over(kept_mapping(uow, book))
    return planned(book, mapped, what_is_known(uow, hidden=frozenset()), as_proposed=True)


def brought_in(office: Office, content: bytes, name: str = "register.csv", **given: Any) -> ImportPlan:
    """Import a register, review by review."""
    plan = office.do(plan_of, content, **given)
    run = office.do(begin_import, plan, name, hashlib.sha256(content).hexdigest())
    office.do(import_reviews, run, plan.reviews)
    office.do(finish_import, run, plan)
    return plan
