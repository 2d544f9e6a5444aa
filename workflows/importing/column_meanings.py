"""What each column of a register means: as it was said, or by its heading; asked where that leaves it in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from workflows.importing.layout import Layout, RegisterColumn
from workflows.importing.questions_asked import Asker, ImportQuestion
from workflows.importing.sheet import address
from workflows.importing.targets import LEFT_OUT, TARGETS, WORDS, names_a_child, plain_heading, target_of

OF_AN_ACTION = {"review.completed": "action.done", "review.closed": "action.done", "review.started": ""}
"""What the day of a review may be instead, where it stands behind an action."""
OF_A_CHILD = (
    (LEFT_OUT, "left out"),
    ("review.child", "names of those it is about, kept apart and encrypted"),
    (WORDS, "kept as words: it tells of nobody whom a review is about"),
)
LATER = "latest"
AGAIN = re.compile(r" \([A-Z]{1,3}\)$")
"""How the second of two columns with one heading is told from the first."""
RATED = re.compile(r"\bb?rag\b|\brating\b", re.IGNORECASE)


def meanings(layout: Layout, given: Mapping[str, str], asker: Asker, fields: Mapping[str, str]) -> dict[str, str]:
    """What each column means, by its name: as it was given, or by its heading; what is not known is kept as words.

    `fields` are what describes a review in the words of the editions, by heading.

    A column that may name a child is asked about, and left out as long as nobody says otherwise.
    """
    meant = {one.name: given.get(one.name) or _by_heading(one, layout, asker, fields) for one in layout.columns}
    open_to_doubt = [one for one in layout.columns if one.name not in given]
    _of_what_there_is(meant, open_to_doubt)
    _behind_an_action(meant, open_to_doubt, layout, asker)
    return dict(_each_once(meant, layout, given, asker))


def _by_heading(column: RegisterColumn, layout: Layout, asker: Asker, fields: Mapping[str, str]) -> str:
    field_of = fields.get(plain_heading(column.heading), "")
    if names_a_child(column.heading) and not field_of:
        return _child_column(asker, column, layout)
    return field_of or target_of(AGAIN.sub("", column.heading), column.group) or WORDS


def _child_column(asker: Asker, column: RegisterColumn, layout: Layout) -> str:
    asks = (
        f"The column {column.name!r} may name whom a review is about, or tell who it is. "
        "No history holds that: what becomes of it?"
    )
    return asker.ask(f"child:{column.name}", asks, _head(layout, column), LEFT_OUT, OF_A_CHILD)


def _of_what_there_is(meant: dict[str, str], columns: Iterable[RegisterColumn]) -> None:
    """Where no column holds actions, how something stands is said of the recommendation, or else of the review."""
    if "action.text" in meant.values():
        return
    stands = "recommendation.status" if "recommendation.text" in meant.values() else "review.status"
    for column in columns:
        if meant[column.name] == "action.status" and stands not in meant.values():
            meant[column.name] = stands


def _behind_an_action(meant: dict[str, str], columns: Iterable[RegisterColumn], layout: Layout, asker: Asker) -> None:
    """A day such as "Completed" behind the columns of an action may be the action's: it is asked."""
    work = [one.number for one in layout.columns if meant[one.name] in {"recommendation.text", "action.text"}]
    for column in columns:
        target = meant[column.name]
        if column.group or target not in OF_AN_ACTION or not work or column.number < min(work):
            continue
        instead = OF_AN_ACTION[target] if "action.text" in meant.values() else ""
        choices = [(one, TARGETS[one].label) for one in (instead, target) if one] + [(WORDS, "kept as words")]
        asks = f"The column {column.name!r} stands behind what is to be done: which day is it?"
        proposal = instead if instead and instead not in meant.values() else WORDS
        meant[column.name] = asker.ask(f"day:{column.name}", asks, _head(layout, column), proposal, tuple(choices))


def _each_once(
    meant: Mapping[str, str], layout: Layout, given: Mapping[str, str], asker: Asker
) -> Iterator[tuple[str, str]]:
    """Of several columns that mean one thing the first does, the others are words; of days and statuses it is asked."""
    taken = {WORDS: "", LEFT_OUT: "", "review.child": ""}
    for column in layout.columns:
        target = meant[column.name]
        same = [one for one in layout.columns if meant[one.name] == target]
        kind = TARGETS[target].kind if target in TARGETS and len(same) > 1 else ""
        if kind in {"day", "status"} and not all(one.name in given for one in same):
            yield column.name, target if _counts(column, same, kind, layout, asker) else WORDS
        elif target in taken and kind != "day" and taken[target]:
            yield column.name, WORDS
        else:
            taken[target] = "" if target in {WORDS, LEFT_OUT, "review.child"} else column.name
            yield column.name, target


def _counts(column: RegisterColumn, same: list[RegisterColumn], kind: str, layout: Layout, asker: Asker) -> bool:
    """Whether a column counts of several that say the same: of days it may be the last that a row fills in."""
    names = " and ".join(repr(one.name) for one in same)
    places = ", ".join(_head(layout, one) for one in same)
    each = tuple((one.name, f"that of {one.name!r}") for one in same)
    if kind == "day":
        asks = f"The columns {names} both say by when, or on which day: which of them counts?"
        choices, proposal = ((LATER, "the last of them that a row fills in"), *each), LATER
    else:
        asks = f"The columns {names} both say how an action stands: which of them counts?"
        choices, proposal = each, next((one.name for one in same if not RATED.search(one.heading)), same[0].name)
    return asker.ask(f"which:{same[0].name}", asks, places, proposal, choices) in {LATER, column.name}


def in_doubt(columns: Mapping[str, str], questions: Iterable[ImportQuestion]) -> frozenset[str]:
    """The columns whose meaning waits for an answer, by name: what is proposed for them was said by nobody."""
    waiting = [one for one in questions if one.open and one.key.startswith(("child:", "day:", "which:"))]
    named = {name for one in waiting for name in (one.key.partition(":")[2], *dict(one.choices))}
    return frozenset(columns.keys() & named)


def _head(layout: Layout, column: RegisterColumn) -> str:
    return address((layout.header, column.number))
