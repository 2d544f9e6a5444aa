"""The roles and bodies of a committee that somebody can be written to as, those that are written to first first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from config import procedures
from config.succession import outdated
from records import contacts
from records.cases import CASES
from records.contacts import PLACES
from records.editions import EditionLibrary
from records.role_holders import keeping, reached
from states.audiences import LATER, place_kind, written_to
from states.errors import Refused
from states.procedure import Procedure
from states.words import first_up
from workflows.views.ways_to_open import NATION, home_regime, nations_here

Guidance = Callable[[str], Procedure]
NATIONS_OWN = "scotland"
"""The calendar of the nation that most committees are of."""


@dataclass(frozen=True)
class ContactPlace:
    """A role or body by its name and label, whether somebody there can be reached (`held`), and how soon one has to be.

    `edition` is the name of the edition that writes to it, "" where none does that a case is under or would be opened
    under today; `at_times` says that it does so in some cases only.
    """

    name: str
    label: str
    held: bool
    edition: str = ""
    at_times: bool = False


def contact_places(tx: Connection, guidance: Guidance, today: date) -> tuple[ContactPlace, ...]:
    """Every role and body that an edition of the nations here names, in the order in which they are written to first.

    Before those of other editions come those of the editions that open cases are under, then those that a case would be
    opened under today; last what no edition writes to that is in use.
    """
    current = _current(guidance, today)
    told = written_to_first(tx, (*_of_open_cases(tx), *current), today)
    home = nations_here(tx, guidance)
    others = [one for one in readable(guidance) if one.nation in home]
    more = {name: one for one in reversed(others) for name in (*one.roles, *one.bodies)}
    known = {one.name for one in told}
    rest = [ContactPlace(name, _label(one, name), held=False) for name, one in more.items() if name not in known]
    return (*told, *sorted(rest, key=lambda one: one.label))


def editions_in_use(tx: Connection, guidance: Guidance, today: date) -> tuple[Procedure, ...]:
    """The editions open cases go by; before the first case, the newest of each regime of Scotland's."""
    return _in_order(_of_open_cases(tx) or _current(guidance, today))


def national_calendar(tx: Connection, guidance: Guidance, today: date, role: str = "") -> str:
    """The working days of a contact of whom none are named: those of the nation whose law is kept to here.

    A role is somebody under the editions that name it: those in use here, or else any.
    """
    in_use = editions_in_use(tx, guidance, today)
    naming = (one for one in (*in_use, *readable(guidance)) if role in {*one.roles, *one.bodies})
    found = next(naming, None) if role not in PLACES else next(iter(in_use), None)
    return NATIONS_OWN if found is None or found.nation == NATION else found.calendar


def _in_order(editions: Iterable[Procedure]) -> tuple[Procedure, ...]:
    """Those of cases before others, and those of the committee's own regime first."""
    every = tuple(editions)
    own = (NATION, home_regime(every))
    return tuple(sorted(every, key=lambda one: (one.kind != "case", (one.nation, one.regime) != own)))


def written_to_first(tx: Connection, editions: Iterable[Procedure], today: date) -> tuple[ContactPlace, ...]:
    """Whom these editions write to, each once: the first ones first, those written to in some cases only last."""
    reachable, found = contacts.reachable(tx, today), dict[str, ContactPlace]()
    for one in _in_order(editions):
        for name, steps in written_to(one).items():
            known = found.get(name)
            if known is None or (known.at_times and steps < LATER):
                held = reached(reachable, "", name, keeping=keeping(one)) is not None
                found.pop(name, None)
                found[name] = ContactPlace(name, _label(one, name), held, one.name, at_times=steps == LATER)
    return tuple(sorted(found.values(), key=lambda one: one.at_times))


def _of_open_cases(tx: Connection) -> tuple[Procedure, ...]:
    used = select(CASES.c.digest).where(CASES.c.closed_on.is_(None)).distinct().order_by(CASES.c.digest)
    library = EditionLibrary(tx)
    return tuple(map(library.procedure, tx.execute(used).scalars().all()))


def _current(guidance: Guidance, today: date) -> tuple[Procedure, ...]:
    return tuple(one for one in readable(guidance) if one.nation == NATION and not outdated(one, today))


def readable(guidance: Guidance) -> tuple[Procedure, ...]:
    """Every edition that can be used; none where the committee's own file is at fault."""
    with suppress(Refused):  # that a file is faulty is said elsewhere
        return tuple(procedures.in_order(guidance))
    return ()


def _label(procedure: Procedure, name: str) -> str:
    return first_up(procedure.label_of(place_kind(procedure, name), name))
