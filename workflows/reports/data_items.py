"""Data items of a case for those outside the committee, named in a file a committee can change (config/papers/*.toml).

What an item takes is one or more sources, the first that has an answer: `field:criteria` is a recorded answer,
`items:finding.statement` a field of the items of a list, `count:finding` how many it has, `done:publish` the day of a
step, and `about:ref` one of the facts every case has (see ABOUT). What is not recorded is None.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from states.errors import NotSetUp
from states.words import long_day
from workflows.reports.case_figures import Considered
from workflows.reports.case_files import Facts, File
from workflows.reports.recommendation_figures import Followed

FOLDER = Path(__file__).parents[2] / "config" / "papers"
NOT_RECORDED = "not recorded"
FINISHED = frozenset({"recommendation", "follow_through", "closed"})
"""The phases in which the report of a review is there."""


@dataclass(frozen=True)
class Item:
    """A data item: its words, where it is taken from, and whether a paper is incomplete without it."""

    label: str
    takes: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True)
class Known:
    """What is known of a case: its file, the decision it is told of, and the recommendations from it."""

    file: File
    decided: Considered | None
    recommendations: tuple[Followed, ...]

    @cached_property
    def recorded(self) -> Facts:
        """What was recorded on the case; what the decision recorded as it was recorded with it."""
        if self.decided is None:
            return self.file.fields
        return {**self.file.fields, **self.file.recorded_with(self.decided.sequence)}


@cache
def items_of(name: str, part: str) -> tuple[Item, ...]:
    """The data items of a part of a file in config/papers. Raises NotSetUp where the file is faulty."""
    try:
        found = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))[part]
        items = tuple(Item(one["label"], tuple(one["takes"]), one.get("needed", True)) for one in found)
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as trouble:
        raise NotSetUp(f"config/papers/{name}.toml cannot be used ({trouble}): correct it.") from None
    for source in (source for item in items for source in item.takes):
        kind, _, what = source.partition(":")
        if kind not in SOURCES or (kind == "about" and what not in ABOUT):
            raise NotSetUp(f"config/papers/{name}.toml takes {source!r}, which Cairn does not know: correct it.")
    return items


def value(known: Known, item: Item) -> str | None:
    """What is recorded for an item, in words; None where nothing is."""
    found = (_from(known, source) for source in item.takes)
    return next((one for one in found if one), None)


def _from(known: Known, source: str) -> str:
    kind, _, what = source.partition(":")
    return SOURCES[kind](known, what)


def _field(known: Known, name: str) -> str:
    field = known.file.reading.fields.get(name)
    given = known.recorded.get(name)
    if field is not None and field.kind == "date" and isinstance(given, str) and given:
        return long_day(date.fromisoformat(given))
    return known.file.spoken(name, given)


def _items(known: Known, what: str) -> str:
    register, _, name = what.partition(".")
    told = (known.file.spoken(name, item["fields"].get(name), register) for item in known.file.items(register))
    return "; ".join(dict.fromkeys(filter(None, told)))


def _count(known: Known, register: str) -> str:
    number = sum(1 for _ in known.file.items(register))
    return str(number) if number else ""


def _done(known: Known, trigger: str) -> str:
    return long_day(known.file.done(trigger))


def _about(known: Known, what: str) -> str:
    return ABOUT[what](known)


def _decision(known: Known) -> str:
    return known.decided.decision if known.decided and known.decided.decided_on else ""


def _decided_on(known: Known) -> str:
    return long_day(known.decided.decided_on) if known.decided else ""


def _grounds(known: Known) -> str:
    return ", ".join(known.decided.grounds) if known.decided else ""


def _reasons(known: Known) -> str:
    return " ".join(known.decided.reasons) if known.decided else ""


def _themes(known: Known) -> str:
    found = [_items(known, f"{register}.themes") for register in ("finding", "learning_point")]
    urged = [theme for one in known.recommendations for theme in one.themes]
    return ", ".join(dict.fromkeys([*"; ".join(filter(None, found)).replace("; ", ", ").split(", "), *urged])).strip(
        ", "
    )


def _parallel(known: Known) -> str:
    holds = known.file.dossier.get("pauses", {}).values()
    labels = (known.file.procedure.label_of("pauses", one["kind"]) for one in holds)
    return ", ".join(dict.fromkeys(labels))


def _recommended(known: Known) -> str:
    return "; ".join(f"{one.ref} ({one.level_label}): {one.text}" for one in known.recommendations)


def _impact(known: Known) -> str:
    return "; ".join(f"{one.ref}: {one.practice}" for one in known.recommendations if one.practice)


def completed_on(file: File) -> date | None:
    """The day the report of a review, or of learning in another way, was complete: when it first left the review."""
    found = completed_with(file)
    return found[1] if found else None


def completed_with(file: File) -> tuple[int, date] | None:
    """The entry with which a report was first complete, and its day."""
    phases = {name: state.phase for name, state in file.procedure.states.items()}
    marks: dict[str, Any] = file.dossier.get("entered", {})
    entered = [(one["sequence"], date.fromisoformat(one["on"]), phases.get(state)) for state, one in marks.items()]
    entered += [(number, day, phases.get(one.dest)) for number, day, one in file.went() if one.dest != one.source]
    began = min((sequence for sequence, _, phase in entered if phase == "review"), default=None)
    after = ((sequence, day) for sequence, day, phase in entered if phase in FINISHED)
    return min((one for one in after if began is not None and one[0] > began), default=None)


def _taken(known: Known) -> str:
    done = completed_on(known.file)
    return f"{(done - known.file.opened_on).days} days" if done else ""


ABOUT: dict[str, Callable[[Known], str]] = {
    "ref": lambda known: known.file.ref,
    "committee": lambda known: known.file.procedure.committee,
    "edition": lambda known: known.file.procedure.title,
    "review": lambda known: known.file.procedure.review,
    "opened_on": lambda known: long_day(known.file.opened_on),
    "completed_on": lambda known: long_day(completed_on(known.file)),
    "children": lambda known: str(known.file.dossier.get("children") or ""),
    "agencies": lambda known: ", ".join(known.file.dossier.get("agencies", ())),
    "lead": lambda known: str(known.file.dossier.get("lead", "")),
    "stands": lambda known: known.file.stands,
    "decision": _decision,
    "decided_on": _decided_on,
    "grounds": _grounds,
    "reasons": _reasons,
    "themes": _themes,
    "parallel": _parallel,
    "recommendations": _recommended,
    "number_of_recommendations": lambda known: str(len(known.recommendations) or ""),
    "impact_on_practice": _impact,
    "time_taken": _taken,
}
SOURCES: dict[str, Callable[[Known, str], str]] = {
    "field": _field,
    "items": _items,
    "count": _count,
    "done": _done,
    "about": _about,
}


def answers(known: Known, wanted: Sequence[Item]) -> list[tuple[Item, str | None]]:
    """Every item with what is recorded for it."""
    return [(item, value(known, item)) for item in wanted]
