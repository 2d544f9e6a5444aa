"""Recommendations: each is a file of its own, linked with the review it came from, and outlives that review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from config.subject_words import in_words_of
from records import cases, need_to_know, recommendations
from records.cases import Case
from records.recommendations import CAME_FROM
from records.search import Similar, saying_the_same
from states.answers import tidy
from states.errors import NotFound, NotPossible
from states.procedure import Procedure
from states.roles import in_office
from workflows.unit_of_work import UnitOfWork, check_words, find
from workflows.verbs.link import KINDS
from workflows.verbs.open import open_case

EDITION = "recommendation-2026"
"""The edition recommendations are followed under, unless the settings name another."""

FINDINGS = "finding"
"""The register of findings on a review."""

TOO_OFTEN = 3
"""Proposed so many times, a recommendation comes with a warning: what was done about it before?"""


@dataclass(frozen=True)
class Proposed:
    """A recommendation that was proposed, the case it came from, and what the committee should know about it."""

    case: Case
    source: Case
    warnings: tuple[str, ...] = ()


def propose(
    uow: UnitOfWork,
    case_ref: str,
    answers: Mapping[str, Any],
    findings: tuple[str, ...] = (),
    *,
    edition: str = EDITION,
    trigger: str = "",
    agencies: tuple[str, ...] = (),
    reason: str = "",
    authority: str = "",
    on: date | None = None,
    seen: int | None = None,
    most: int | None = None,
) -> Proposed:
    """Propose a recommendation out of a case, whether that is open or closed; its lead officer has the lead of it.

    `findings` are the numbers of the findings it rests on. `agencies` are those it addresses; unless said, those of the
    case whom its addressee names. `most` is how many a review has before the committee is warned; a warning refuses
    nothing. Raises Refused with every obstacle.
    """
    source = find(uow, case_ref, seen)
    uow, own = speaking_of(uow, source), uow
    procedure = uow.guidance(edition)
    uow = replace(uow, actor=in_office(procedure, source.procedure, uow.actor))
    if source.procedure.kind == recommendations.KIND or procedure.kind != recommendations.KIND:
        raise NotPossible(f"{source.ref} and {edition[:60]} do not fit: a recommendation comes from a case.")
    given = tidy(answers)
    check_words(uow, source, reason, authority, answers=given)
    rests_on = _findings(source, findings)
    hidden = need_to_know.hidden_from(uow.tx, uow.actor.account)
    before = saying_the_same(uow.tx, str(given.get("text") or ""), hidden)
    warnings = (*_too_often(before), *_too_many(uow, source, most))
    case, _ = open_case(
        uow,
        edition,
        trigger,
        answers={**_known(procedure, trigger, source, rests_on, before), **given},
        reason=reason,
        authority=authority,
        agencies=agencies or _addressed(source, given),
        lead=source.dossier.lead,
        deputy=source.dossier.deputy,
        on=on,
    )
    source = _linked(own, source, case.ref, KINDS[CAME_FROM])
    return Proposed(_linked(uow, case, source.ref, CAME_FROM), source, warnings)


def speaking_of(uow: UnitOfWork, source: Case) -> UnitOfWork:
    """The same, with editions in the words of whom a case is about: what follows a review of an adult says adult."""
    return replace(uow, guidance=lambda name: in_words_of(uow.guidance(name), source.procedure.subject))


def _linked(uow: UnitOfWork, case: Case, other: str, kind: str) -> Case:
    entry = uow.in_days_of(case.procedure).entry("linked", data={"ref": other, "link": kind})
    return cases.record(uow.tx, case, entry, uow.now)


def _findings(source: Case, numbers: tuple[str, ...]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(number.strip().upper() for number in numbers))
    kept = [item.id for item in source.dossier.items.values() if item.kept_in == FINDINGS]
    strangers = [number[:20] for number in wanted if number not in kept]
    if strangers:
        known = ", ".join(kept) or "none"
        raise NotFound(f"{source.ref} has no finding {', '.join(strangers)}: its findings are {known}.")
    return wanted


def _known(
    procedure: Procedure, trigger: str, source: Case, findings: tuple[str, ...], before: tuple[Similar, ...]
) -> dict[str, str]:
    """What need not be typed, where the edition asks for it: the case, its findings, the earlier ones like it."""
    known = {
        "from_case": source.ref,
        "finding": ", ".join(findings),
        "similar_to": ", ".join(one.ref for one in before),
    }
    openings = (move for move in procedure.openings if trigger in {"", move.trigger})
    wanted = {field.name for move in openings for field in move.fields}
    return {name: words for name, words in known.items() if words and name in wanted}


def _addressed(source: Case, given: Mapping[str, Any]) -> tuple[str, ...]:
    addressee = str(given.get("addressee") or "").casefold()
    return tuple(agency for agency in source.dossier.agencies if agency.casefold() in addressee)


def _too_often(before: tuple[Similar, ...]) -> Iterator[str]:
    times = len(before) + 1
    if times >= TOO_OFTEN:
        told = " ".join(one.sentence for one in before)
        yield f"This is proposed for the {_ordinal(times)} time: ask what became of it before. {told}"


def _too_many(uow: UnitOfWork, source: Case, most: int | None) -> Iterator[str]:
    there = len(recommendations.of_case(uow.tx, source.ref)) if most is not None else 0
    if most is not None and there >= most:
        yield f"{source.ref} now has {there + 1} recommendations; the committee wants at most {most} from a review."


def _ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in {11, 12, 13} else endings.get(number % 10, 'th')}"
