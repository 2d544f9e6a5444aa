"""Whom to ask, and about what: who is still asked, which item of a register is meant and whom it addresses."""

from __future__ import annotations

from records.agencies import read
from records.cases import Case
from states.asking import addressees
from states.dossier import Asked, Item
from states.errors import NotFound, NotPossible
from states.identity import folded
from workflows.unit_of_work import UnitOfWork


def item_asked_about(case: Case, kind: str, about: str) -> Item | None:
    """The item of a register that something is asked about, where the edition has it asked about each; else None.

    Raises NotFound or NotPossible for an item that is none of that register, has ended, or is not named.
    """
    kept = case.procedure.requests[kind].per_item
    label = case.procedure.label_of("requests", kind)
    if kept is None:
        if about:
            raise NotPossible(f"{label} is not asked about an item of a list: leave {about[:20]} out.")
        return None
    mine = ", ".join(one.id for one in case.dossier.items.values() if one.kept_in == kept and not one.ended)
    named = case.procedure.label_of("registers", kept)
    if not about:
        raise NotPossible(
            f"{label} is asked about each item of “{named}”: name one of {mine or 'them, once it is entered'}."
        )
    item = case.dossier.item_called(about)
    if item is None or item.kept_in != kept:
        raise NotFound(f"{case.ref} has no item {about[:20]!r} in “{named}”: those open are {mine or 'none'}.")
    if item.ended:
        raise NotPossible(f"{item.id} has ended: nothing is asked about it any more.")
    return item


def not_yet_asked(uow: UnitOfWork, case: Case, kind: str, item: Item | None = None) -> tuple[str, ...]:
    """The agencies on a case (or of an item) that are not still asked for something. Raises NotPossible for none."""
    waiting = still_asked(uow, case, kind, item.id if item else "")
    whom = addressees(case.procedure, item) if item is not None else case.dossier.agencies
    found = tuple(one for one in whom if folded(read(uow.tx).name_of(one)) not in waiting)
    if not found and item is not None:
        raise NotPossible(f"{item.id} names no agency that is not asked about it already: name the agency in the item.")
    if not found:
        raise NotPossible("There is no agency on the case that is not asked already: name the agencies to ask.")
    return found


def still_asked(uow: UnitOfWork, case: Case, kind: str, about: str = "") -> set[str]:
    """The agencies that are asked for something on a case (about an item) and have not answered, as names compare."""
    still = [one for one in case.dossier.requests.values() if one.status == "open"]
    register = read(uow.tx)
    return {folded(register.name_of(one.agency)) for one in still if (one.request, one.item) == (kind, about)}


def not_addressed(uow: UnitOfWork, case: Case, item: Item | None, agencies: tuple[str, ...]) -> list[str]:
    """That an agency is asked about an item which does not address it."""
    if item is None:
        return []
    register, named = read(uow.tx), addressees(case.procedure, item)
    known = {folded(register.name_of(one)) for one in named}
    strangers = (one for one in agencies if folded(register.name_of(one)) not in known)
    whom = ", ".join(named) or "nobody"
    return [f"{item.id} does not address {one}: it addresses {whom}. Ask one of those." for one in strangers]


def of_several_items(uow: UnitOfWork, case: Case, agency: str, newest: Asked) -> str:
    """The requests an agency may mean that is given by its name and asked about several items: "R1 (F1), R2 (F2)"."""
    if not newest.item or folded(agency) == folded(newest.id):
        return ""
    alike = (newest.request, newest.status)
    every = (one for one in case.dossier.requests.values() if (one.request, one.status) == alike)
    mine = [one for one in every if read(uow.tx).is_same(one.agency, newest.agency)]
    return ", ".join(f"{one.id} ({one.item})" for one in mine) if len(mine) > 1 else ""
