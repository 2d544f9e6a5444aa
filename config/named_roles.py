"""Which recorded fields of a case name the holder of a role on it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from states.procedure import Procedure

FILE = Path(__file__).parent / "named_roles.toml"


def named_on(
    procedure: Procedure, named: Mapping[str, Iterable[str]], fields: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Who is named on a case, by role: as somebody said of the role itself, or else in the fields that name it."""
    naming: dict[str, Sequence[str]] = {**_published().get(procedure.name, {}), **procedure.naming}
    found = {}
    for role in {**naming, **named}:
        names = named.get(role) or [name for field in naming.get(role, ()) for name in _names(fields.get(field))]
        if names and role in procedure.roles:
            found[role] = list(dict.fromkeys(names))
    return found


def _names(value: object) -> list[str]:
    given = value if isinstance(value, list | tuple) else [value]
    return [one for one in given if isinstance(one, str) and one.strip()]


@lru_cache(maxsize=1)
def _published() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
