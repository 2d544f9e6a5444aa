"""Cases that belong together: both histories say so."""

from __future__ import annotations

from typing import Any

from records import cases, history, need_to_know
from records.cases import Case
from records.recommendations import CAME_FROM, KIND
from states.dossier import DUPLICATE_OF
from states.entry import Entry
from states.errors import BadAnswer, NotPossible
from workflows.messages.owe import tell
from workflows.unit_of_work import UnitOfWork, check_words, find
from workflows.verbs.people import check_keeper

KINDS = {
    "same_child": "same_child",
    "sibling": "sibling",
    "same_incident": "same_incident",
    "follows": "followed_by",
    "followed_by": "follows",
    "other_regime": "other_regime",
    "related": "related",
    "duplicate_of": "has_duplicate",
    "has_duplicate": "duplicate_of",
    "recommendation_of": "has_recommendation",
    "has_recommendation": "recommendation_of",
}
"""How one case is linked to another, and how the other then is to it."""


def link(
    uow: UnitOfWork, ref: str, other_ref: str, kind: str = "related", why: str = "", *, seen: int | None = None
) -> tuple[Case, Case]:
    """Link two cases; each history records it. `seen` is the version of the first that the person had before them."""
    if kind not in KINDS:
        raise BadAnswer(f"A link is one of {', '.join(KINDS)}, not {kind[:40]!r}.")
    case, other = _both(uow, ref, other_ref, why, seen)
    _check_kind(case, other, kind)
    if other.ref in case.dossier.links:
        raise NotPossible(f"{case.ref} and {other.ref} are linked already.")
    ours = uow.in_days_of(case.procedure).entry("linked", reason=why, data=_linking(case, other, kind))
    theirs = uow.in_days_of(other.procedure).entry("linked", reason=why, data=_linking(other, case, KINDS[kind]))
    return _linked(uow, case, ours), _linked(uow, other, theirs)


def _linking(case: Case, other: Case, kind: str) -> dict[str, Any]:
    """What the entry says; that of a duplicate also which requests wait for no answer any more."""
    waiting = [one.id for one in case.dossier.requests.values() if one.status == "open"]
    withdrawn = {"withdrawn": waiting} if kind == DUPLICATE_OF and waiting else {}
    return {"ref": other.ref, "link": kind, **withdrawn}


def _linked(uow: UnitOfWork, case: Case, entry: Entry) -> Case:
    case = cases.record(uow.tx, case, entry, uow.now)
    newest = entry.model_copy(update={"sequence": case.dossier.sequence})
    tell(uow.tx, case, newest, uow.now)
    return case


def unlink(uow: UnitOfWork, ref: str, other_ref: str, why: str, *, seen: int | None = None) -> tuple[Case, Case]:
    """Take a link away, with the reason; each history records it, and that it once was."""
    case, other = _both(uow, ref, other_ref, why, seen)
    if not why.strip():
        raise BadAnswer("Say why the link is taken away.")
    if other.ref not in case.dossier.links:
        raise NotPossible(f"{case.ref} and {other.ref} are not linked.")
    data, mirrored = ({"ref": two.ref, **_closed_by(uow, one, two)} for one, two in ((case, other), (other, case)))
    ours = uow.in_days_of(case.procedure).entry("unlinked", reason=why, data=data)
    theirs = uow.in_days_of(other.procedure).entry("unlinked", reason=why, data=mirrored)
    return cases.record(uow.tx, case, ours, uow.now), cases.record(uow.tx, other, theirs, uow.now)


def _closed_by(uow: UnitOfWork, case: Case, other: Case) -> dict[str, int]:
    """The entry that closed a case as a duplicate of another; nothing where none did."""
    if case.dossier.duplicate_of != other.ref:
        return {}
    links = (one for one in history.of_kinds(uow.tx, case.id, ("linked",)) if one.data["ref"] == other.ref)
    return {"closed_by": max(one.sequence for one in links)}


def _check_duplicate(duplicate: Case, kept: Case) -> None:
    """A case is a duplicate of one that goes on being worked on, under guidance of the same kind, while it is open."""
    if duplicate.procedure.kind != kept.procedure.kind or duplicate.procedure.kind != "case":
        raise NotPossible("Only a case is a duplicate, and of a case.")
    if duplicate.dossier.closed_on is not None:
        raise NotPossible(f"{duplicate.ref} is closed already.")
    if kept.dossier.duplicate_of:
        raise NotPossible(f"{kept.ref} is itself a duplicate of {kept.dossier.duplicate_of}: name that one.")


def _check_kind(case: Case, other: Case, kind: str) -> None:
    """Only a recommendation comes from a case, and only once; only an open case is a duplicate of another."""
    if DUPLICATE_OF in {kind, KINDS[kind]}:
        _check_duplicate(*((case, other) if kind == DUPLICATE_OF else (other, case)))
    if CAME_FROM not in {kind, KINDS[kind]}:
        return
    proposed, source = (case, other) if kind == CAME_FROM else (other, case)
    if proposed.procedure.kind != KIND or source.procedure.kind == KIND:
        raise NotPossible(f"{proposed.ref} is not a recommendation that came from {source.ref}.")
    if CAME_FROM in proposed.dossier.links.values():
        raise NotPossible(f"{proposed.ref} is linked already with the case it came from.")


def _both(uow: UnitOfWork, ref: str, other_ref: str, why: str, seen: int | None) -> tuple[Case, Case]:
    ours, theirs = ref.strip().upper(), other_ref.strip().upper()
    if not theirs:
        raise BadAnswer("Say which case the other is: its reference, such as LR-2026-0007.")
    need_to_know.check_named(uow.tx, theirs, uow.actor.account)
    found = {one: find(uow, one, seen if one == ours else None) for one in sorted({ours, theirs})}
    if len(found) == 1:
        raise NotPossible("A case cannot be linked to itself.")
    case, other = found[ours], found[theirs]
    check_keeper(uow, case, "Linking cases")
    check_words(uow, case, why)
    check_words(uow, other, why)
    return case, other
