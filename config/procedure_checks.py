"""Everything an edition is refused for: names that lead nowhere, rules that cannot be kept; all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from config.clock_checks import CLOCK_CHECKS
from config.condition_checks import CONDITION_CHECKS
from config.example_checks import EXAMPLE_CHECKS
from config.graph_checks import GRAPH_CHECKS
from config.part_checks import PART_CHECKS, CheckedPart, fields_about
from config.procedure_names import AUDIENCES, EMPTY, REFERENCES, Vocabulary
from config.proof_checks import PROOFS
from config.repair import PartlyRead, UnreadName
from config.telling_checks import TELLING_CHECKS
from config.toml_places import Fault, Place, hint
from config.value_checks import VALUE_CHECKS
from states.answers import line_fault, text_fault
from states.procedure import Procedure
from states.values import Cited, Value

TEMPLATES = Path(__file__).parent.parent / "notifications" / "templates"

MOST_TOLD = 500
"""Faults of one file that are told at once: whoever has more begins with these."""


def faults(
    procedure: Procedure, *, calendars: frozenset[str], messages: frozenset[str] | None = None
) -> tuple[Fault, ...]:
    """Everything that is wrong with an edition, each with its place and its remedy; empty when nothing is.

    `messages` are the messages there is wording for, by default those in notifications/templates; with none given and
    none there, messages are not checked.
    """
    found = (fault for check in checks(procedure, calendars, messages) for fault in check)
    return tuple(dict.fromkeys(islice(found, MOST_TOLD)))


def faults_so_far(procedure: Procedure, *, calendars: frozenset[str]) -> tuple[tuple[Fault, ...], bool]:
    """What is wrong with as much of an edition as could be read, and whether that left anything unchecked."""
    found: dict[Fault, None] = {}
    whole = True
    for check in checks(procedure, calendars, None):
        if len(found) >= MOST_TOLD:
            return tuple(found), False
        try:
            found |= dict.fromkeys(check)
        except AttributeError:  # it asks about what could not be read
            whole = False
    return tuple(found), whole


def checks(
    procedure: Procedure, calendars: frozenset[str], messages: frozenset[str] | None
) -> Iterator[Iterable[Fault]]:
    """Every question that is asked of an edition, each with its own faults, none asked before it is gone through."""
    vocabulary = Vocabulary(procedure, calendars, known_messages() if messages is None else messages)
    for part in parts(procedure, ()):
        yield from _part_checks(part, vocabulary)
    yield from (check(procedure) for check in (*GRAPH_CHECKS, *PROOFS))


def known_messages(folder: Path = TEMPLATES) -> frozenset[str]:
    """The messages there is wording for: the names of the files `*.txt.j2`."""
    return frozenset(path.name.removesuffix(".txt.j2") for path in folder.glob("[!_]*.txt.j2"))


def parts(value: Value, place: Place) -> Iterator[tuple[Place, Value]]:
    """An edition and every part within it, each with its place in the file."""
    yield place, value
    for key, inner in entries(value):
        for path, one in _members(inner):
            if isinstance(one, Value):
                yield from parts(one, (*place, key, *path))


def entries(value: Value) -> list[tuple[str, Any]]:
    """The keys of a part as they are written in the file, with what they hold."""
    held = vars(value)  # what could not be read of a faulty edition is not there
    return [(key, held[name]) for name, key in _keys(type(value)) if name in held]


@cache
def _keys(kind: type[Value]) -> tuple[tuple[str, str], ...]:
    """The names of a kind of part, each with the key it has in the file."""
    return tuple((name, setting.alias or name) for name, setting in kind.model_fields.items())


def _members(inner: object) -> list[tuple[Place, Any]]:
    if inner is None:
        return []
    if isinstance(inner, tuple):
        return [((index,), one) for index, one in enumerate(inner)]
    if isinstance(inner, PartlyRead):
        return [((key,), one) for key, one in inner.read()]
    if isinstance(inner, dict):
        return [((key,), one) for key, one in inner.items()]
    return [((), inner)]


def _part_checks(part: tuple[Place, Value], vocabulary: Vocabulary) -> Iterator[Iterable[Fault]]:
    place, value = part
    yield _unreadable(place, value)
    references = REFERENCES.get(type(value), {})
    cited = {"cite": "source"} if isinstance(value, Cited) else {}
    hollow = EMPTY.get(type(value), {})
    for key, inner in entries(value):
        if key in hollow and not inner:
            yield [((*place, key), hollow[key])]
        if what := {**references, **cited}.get(key):
            yield _unknown((*place, key), what, inner, vocabulary)
    for check in _checks_of(type(value)):
        yield check(CheckedPart(place, value, vocabulary.procedure))


@cache
def _checks_of(kind: type[Value]) -> tuple[Callable[[CheckedPart], Iterable[Fault]], ...]:
    """The questions that are asked of a kind of part."""
    every = (*PART_CHECKS, *CLOCK_CHECKS, *VALUE_CHECKS, *CONDITION_CHECKS, *EXAMPLE_CHECKS, *TELLING_CHECKS)
    return tuple(check for asked, check in every if issubclass(kind, asked))


ON_ONE_LINE = frozenset({"title", "review", "subject", "committee", "label", "outcome", "says"})
"""What is written on one line, such as the subject of a letter; other words may go over several."""


def _unreadable(place: Place, value: Value) -> Iterator[Fault]:
    """Signs that nobody sees or reads, in the words of a part and in the names it gives (a line break among them)."""
    for key, inner in entries(value):
        for path, one in _members(inner):
            name = path[0] if path else None
            fault = line_fault("the name", name) if isinstance(name, str) else None
            if fault is None and isinstance(one, str):
                fault = (line_fault if key in ON_ONE_LINE else text_fault)("the text", one) or _blank(one)
            if fault is not None:
                yield (*place, key, *path), fault


def _blank(text: str) -> str | None:
    return None if text.strip() or not text else "it holds blanks and nothing else. Write a few words, or leave it out."


def _unknown(place: Place, what: str, inner: object, vocabulary: Vocabulary) -> Iterator[Fault]:
    known = vocabulary.names(what)
    if what == "message" and not known:
        return
    strangers = [(p, name) for p, name in _members(inner) if not isinstance(name, UnreadName) and name not in known]
    if strangers and what in ("field", "date field"):
        known = {*known, *_names(vocabulary.procedure, place, dates=what == "date field")}
    for path, name in strangers:
        if name not in known:
            yield (*place, *path), _no_such(place, what, name, known, vocabulary)


def _names(procedure: Procedure, place: Place, *, dates: bool = False) -> Iterator[str]:
    return (each.name for each in fields_about(procedure, place) if each.kind == "date" or not dates)


def _no_such(place: Place, what: str, name: str, known: Collection[str], vocabulary: Vocabulary) -> str:
    if what == "message":
        return f"there is no wording for the message {name!r} in notifications/templates. {hint(name, known)}"
    if what == "owner":
        return f"nobody owns it: {name!r} is neither a role nor agency. {hint(name, known)}"
    if what == "audience":
        return f"{name!r} is neither a role, a body nor one of {', '.join(sorted(AUDIENCES))}. {hint(name, known)}"
    if what == "date field" and name in {*vocabulary.names("field"), *_names(vocabulary.procedure, place)}:
        return f"the field {name!r} is not a date. Name a field of kind date, or make it one."
    return f"there is no {what} {name!r}. {hint(name, known)}"
