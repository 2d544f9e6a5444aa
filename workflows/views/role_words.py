"""The names of sign-in roles, in the words of the editions in use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from states.procedure import Procedure
from states.roles import OWN_NAMES
from states.words import first_up
from workflows.views.contact_places import Guidance, editions_in_use, readable


def role_words(tx: Connection, guidance: Guidance, today: date, roles: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Each of some roles with what it is called: as every edition in use says, or by its name where none has it."""
    editions = editions_in_use(tx, guidance, today)
    return tuple((role, words_of(editions, role)) for role in roles)


def roles_to_give(tx: Connection, guidance: Guidance, today: date, roles: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Some roles, and those inside the editions in use that are no other name for one, each with what it is called."""
    editions = editions_in_use(tx, guidance, today)
    known = ((one, name, role) for one in editions for name, role in one.roles.items())
    inside = (name for one, name, role in known if not role.external and one.office_role(name) == name)
    return tuple((role, words_of(editions, role)) for role in sorted({*roles, *inside}))


def called_in_lists(tx: Connection, guidance: Guidance, today: date, names: Iterable[str]) -> dict[str, str]:
    """What roles and bodies are called in a line of a list: as the editions in use say, or any other that knows them.

    The office's own, and what no edition knows, go by their names.
    """
    wanted = tuple(dict.fromkeys(names))
    of_editions = [name for name in wanted if name not in OWN_NAMES]
    editions = editions_in_use(tx, guidance, today) if of_editions else ()
    found = {name: _said(editions, name) for name in of_editions}
    if not all(found.values()):
        every = readable(guidance)
        found = {name: said or _said(every, name) for name, said in found.items()}
    return {name: found.get(name) or name.replace("_", " ") for name in wanted}


def _said(editions: Iterable[Procedure], name: str) -> str:
    """What editions call a role or a body in the middle of a line, each in its own words; "" where none knows it."""
    said = (
        one.said(kind, name)
        for one in editions
        for kind, known in (("roles", one.own_role(name) in one.roles), ("bodies", name in one.bodies))
        if known
    )
    return " or ".join(dict.fromkeys(said))


def words_of_editions(editions: Iterable[Procedure]) -> dict[str, str]:
    """What every role and body is called that some editions know, each in its own words."""
    said: dict[str, dict[str, None]] = {}
    for one in editions:
        for name, called in (*one.roles.items(), *one.bodies.items()):
            said.setdefault(name, {})[first_up(called.label)] = None
    return {name: " or ".join(labels) for name, labels in said.items()}


def words_of(editions: Iterable[Procedure], role: str) -> str:
    """What some editions call a role, each in its own words; the role's name where none of them has it."""
    said = (first_up(one.label_of("roles", role)) for one in editions if one.own_role(role) in one.roles)
    return " or ".join(dict.fromkeys(said)) or first_up(role.replace("_", " "))
