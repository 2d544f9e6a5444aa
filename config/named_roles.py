"""Which recorded fields of a case name the holder of a role on it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from states.procedure import Procedure

FILE = Path(__file__).parent / "named_roles.toml"


def named_on(
    procedure: Procedure, named: Mapping[str, Iterable[str]], fields: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Who is named on a case, by role: as somebody said of the role itself, or else in the fields that name it."""
    published = _published().get(procedure.name, {})
    found = {}
    for role, rule in procedure.roles.items():
        names, inside = named.get(role, ()), rule.named_in or published.get(role, ())
        if inside and not names:
            names = [name for field in inside for name in _names(fields.get(field))]
        if names:
            found[role] = list(dict.fromkeys(names))
    return found


def _names(value: object) -> list[str]:
    given = value if isinstance(value, list | tuple) else [value]
    return [one for one in given if isinstance(one, str) and one.strip()]


@lru_cache(maxsize=1)
def _published() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
