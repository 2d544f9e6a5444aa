"""Recording that a form went to the Care Inspectorate."""

from __future__ import annotations

from datetime import date

from records.cases import Case
from workflows.reports.inspectorate_pack import REGISTER, Part
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.register_items import add_item


def submitted(uow: UnitOfWork, ref: str, part: Part, on: date, reference: str, *, seen: int | None = None) -> Case:
    """Record that a form was submitted. Raises NotPossible where the edition of the case keeps no list of them."""
    given = {"kind": part, "submitted_on": on.isoformat(), "reference": reference}
    return add_item(uow, ref, REGISTER, given, seen=seen)[0]
