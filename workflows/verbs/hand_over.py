"""Handing over: several cases to another officer at once, all of them or none, each with its entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from records import cases
from records.cases import Case
from records.need_to_know import check_named
from states.answers import tidy
from states.errors import BadAnswer, Refused
from states.identity import folded
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.contacts import check_lead
from workflows.verbs.people import change_people
from workflows.views.outcome import Outcome, outcome

NO_CASE = "Choose the cases to hand over."
NOBODY = "Say who leads them from now on."
NO_REASON = "Say why they are handed over, such as “On leave until May”: it stays on record."
MOST = 200
TOO_MANY = "Hand over {most} cases at a time: choose fewer, then the others."


@dataclass(frozen=True)
class HandedOver:
    """What handing over did to each case; `skipped` are those that were the new lead officer's already."""

    outcomes: tuple[Outcome, ...]
    versions: Mapping[str, int]
    skipped: tuple[str, ...]


def hand_over(
    uow: UnitOfWork, refs: Sequence[str], to: str, why: str, seen: Mapping[str, int] | None = None, *, of: str = ""
) -> HandedOver:
    """Name another lead officer on several cases. Raises what changing the people of any of them is refused with.

    Where `of`, whose cases they are, is the deputy and not the lead officer, another deputy is named. `seen` are the
    versions of the cases that the person had before them: StaleVersion where one changed since.
    """
    to, why = tidy(to), tidy(why)
    wrong = [said for said, missing in ((NO_CASE, not refs), (NOBODY, not to), (NO_REASON, not why)) if missing]
    if wrong:
        raise BadAnswer(*wrong)
    if len(refs) > MOST:
        raise BadAnswer(TOO_MANY.format(most=MOST))
    check_lead(uow, to)
    found: list[Outcome] = []
    versions, skipped = dict[str, int](), list[str]()
    for ref in dict.fromkeys(refs):
        check_named(uow.tx, ref, uow.actor.account)
        before = cases.find(uow.tx, ref, to_change=False)
        versions[before.ref] = before.dossier.version
        place = _place(before, of)
        if folded(getattr(before.dossier, place)) == folded(to):
            skipped.append(before.ref)
        else:
            lead, deputy = (to, None) if place == "lead" else (None, to)
            case, _ = change_people(
                uow, before.ref, why=why, seen=(seen or {}).get(before.ref), lead=lead, deputy=deputy
            )
            found.append(outcome(uow, before, case))
    if not found:
        raise BadAnswer(f"{to} has all of these cases already: choose others, or somebody else.")
    return HandedOver(tuple(found), versions, tuple(skipped))


def try_to_hand_over(uow: UnitOfWork, refs: Sequence[str], to: str, why: str, *, of: str = "") -> HandedOver | Refused:
    """What handing over would do, or be refused with: done in a transaction that is rolled back."""
    try:
        return hand_over(uow, refs, to, why, of=of)
    except Refused as refused:
        return refused
    finally:
        uow.tx.rollback()


def _place(case: Case, of: str) -> Literal["lead", "deputy"]:
    """What somebody is on a case, whose place is taken: the deputy, or else the lead officer."""
    dossier = case.dossier
    is_deputy = of and folded(dossier.deputy) == folded(of) and folded(dossier.lead) != folded(of)
    return "deputy" if is_deputy else "lead"
