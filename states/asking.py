"""Whom an item of a register addresses, and who of them was not asked about it yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from states.dossier import Asked, Dossier, Item
from states.entry import ENDED_BY_WORD
from states.procedure import Procedure
from states.words import full_weekday

AGENCY_KINDS = ("agency", "agencies")
"""The kinds of field that name whom an item addresses."""


REPLIED = ENDED_BY_WORD
"""How a request stands to which its agency has replied: it is called as the entry by which it ended."""


def reply_words(asked: Asked) -> str:
    """What an agency replied, and when: "answered on Friday 6 March 2026"."""
    day = full_weekday(asked.ended_on)
    if asked.status == "redirected":
        return f"passed it on to {asked.redirected_to} on {day}"
    return f"said on {day} that no answer comes" if asked.status == "declined" else f"answered on {day}"


def addressees(procedure: Procedure, item: Item) -> tuple[str, ...]:
    """The agencies an item of a register names, each once."""
    kept = procedure.registers.get(item.kept_in)
    named: dict[str, None] = {}
    for field in kept.all_fields if kept is not None else ():
        said = item.fields.get(field.name) if field.kind in AGENCY_KINDS else None
        named |= dict.fromkeys(said if isinstance(said, list) else [said] if said else [])
    return tuple(named)


def rests_until(due: date | None, promised: date | None) -> date | None:
    """Until when an agency that has a request in hand is left in peace; None where its request has no date."""
    return max((one for one in (due, promised) if one), default=None)


def may_acknowledge(due: date | None, promised: date | None, today: date) -> bool:
    """Whether an agency can still say that it has a request in hand: once its date has gone by, a day is wanted."""
    day = rests_until(due, promised)
    return due is None or day is None or day >= today


def asked_about(dossier: Dossier, request: str, item: str) -> tuple[Asked, ...]:
    """What was asked about one item, of each of its agencies; what was withdrawn is left out."""
    mine = (one for one in dossier.requests.values() if (one.request, one.item) == (request, item))
    return tuple(one for one in mine if not one.unwanted)


def unasked(procedure: Procedure, dossier: Dossier, request: str) -> Iterator[tuple[Item, tuple[str, ...]]]:
    """The items that have not ended of whose agencies some were not asked about them yet, with those agencies.

    An agency that was asked in the place of another counts as that one.
    """
    rule = procedure.requests.get(request)
    for item in dossier.items.values():
        if rule is None or item.ended or item.kept_in != rule.per_item:
            continue
        asked, named = asked_about(dossier, request, item.id), addressees(procedure, item)
        whom = tuple(one for one in named if one not in {each.agency for each in asked})
        if whom and len(asked) < len(named):
            yield item, whom
