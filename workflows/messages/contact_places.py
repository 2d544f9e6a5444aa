"""The roles and bodies of a committee that somebody can be written to as, with what the editions call them."""

from __future__ import annotations

from config import procedures
from config.settings import Settings, edition
from states.procedure import Procedure
from states.words import first_up
from workflows.messages.channel_check import ROLE


def committee_places(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Every role and body that an edition of Scotland's names, the most used first, and the check of the channels."""
    editions = [one for one in _editions(settings) if one.nation == "Scotland"]
    found: dict[str, str] = {}
    counts: dict[str, int] = {}
    for one in editions:
        for kind in ("roles", "bodies"):
            for name in getattr(one, kind):
                found.setdefault(name, first_up(one.label_of(kind, name)))
                counts[name] = counts.get(name, 0) + 1
    ordered = sorted(found.items(), key=lambda pair: (-counts[pair[0]], pair[1]))
    return (*ordered, (ROLE, "Test address of a channel, which gets its weekly check"))


def _editions(settings: Settings) -> list[Procedure]:
    cache = settings.edition_cache()
    return [*procedures.in_order(lambda name: edition(name, settings.local_file, cache))]
