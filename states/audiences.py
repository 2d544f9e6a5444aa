"""Who is told, in words: the audiences every edition may name, and the roles and bodies of its own by their labels."""

from __future__ import annotations

from collections.abc import Iterable

from states.procedure import Procedure

IN_WORDS = {
    "owner": "whoever owes it",
    "agency_contact": "the agency's first contact",
    "agency_senior": "the agency's senior contact",
    "agencies": "every agency on the case",
    "notifier": "whoever sent the notification",
}


def audience_words(procedure: Procedure, names: Iterable[str]) -> str:
    """Who is told: "the agency's senior contact, lead officer"."""
    return ", ".join(IN_WORDS.get(name) or procedure.said(place_kind(procedure, name), name) for name in names)


def place_kind(procedure: Procedure, name: str) -> str:
    """Among which names of an edition a role or a body stands."""
    return "bodies" if name in procedure.bodies else "roles"
