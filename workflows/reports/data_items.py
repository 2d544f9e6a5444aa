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
from typing import Any, Literal, get_args

from states.errors import NotSetUp
from states.words import long_day, many
from workflows.reports.case_figures import Considered
from workflows.reports.case_files import Facts, File
from workflows.reports.recommendation_figures import Followed

FOLDER = Path(__file__).parents[2] / "config" / "papers"
NOT_RECORDED = "not recorded"
FINISHED = frozenset({"recommendation", "follow_through", "closed"})
"""The phases in which the report of a review is there."""


class DaysAnswer(int):
    """A number of days."""


class ShortAnswers(tuple[str, ...]):
    """Several answers of a few words each."""

    __slots__ = ()
    between = ", "


class SentenceAnswers(ShortAnswers):
    """Several answers that are sentences."""

    __slots__ = ()
    between = "; "


Answer = str | int | date | ShortAnswers | None
"""What is recorded for an item, as what it is; None where nothing is."""

Kind = Literal["text", "date", "number", "days", "list"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class DataItem:
    """A data item: its words, where it is taken from, and whether a paper is incomplete without it.

    `key` is its name for machines, which stays when the words change; `kind` says what its answers are, `about` what it
    means.
    """

    label: str
    takes: tuple[str, ...]
    needed: bool = True
    key: str = ""
    kind: Kind = "text"
    about: str = ""


@dataclass(frozen=True)
class KnownCase:
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
def items_of(name: str, part: str) -> tuple[DataItem, ...]:
    """The data items of a part of a file in config/papers. Raises NotSetUp where the file is faulty."""
    try:
        found = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))[part]
        items = tuple(map(_item, found))
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as trouble:
        raise NotSetUp(f"config/papers/{name}.toml cannot be used ({trouble}): correct it.") from None
    for source in (source for item in items for source in item.takes):
        kind, _, what = source.partition(":")
        if kind not in SOURCES or (kind == "about" and what not in ABOUT):
            raise NotSetUp(f"config/papers/{name}.toml takes {source!r}, which Cairn does not know: correct it.")
    return items


def _item(one: dict[str, Any]) -> DataItem:
    kind = one.get("is", "text")
    if kind not in KINDS:
        raise KeyError(f"is = {kind!r} is none of {', '.join(KINDS)}")
    key = one.get("key", "")
    return DataItem(one["label"], tuple(one["takes"]), one.get("needed", True), key, kind, one.get("about", ""))


def value(known: KnownCase, item: DataItem) -> str | None:
    """What is recorded for an item, in words; None where nothing is."""
    return in_words(recorded(known, item))


def in_words(answer: Answer) -> str | None:
    """An answer as it is read; None where there is none."""
    match answer:
        case None:
            return None
        case ShortAnswers():
            return answer.between.join(answer)
        case DaysAnswer():
            return f"{answer} {many('day', answer)}"
        case date():
            return long_day(answer)
        case _:
            return str(answer)


def recorded(known: KnownCase, item: DataItem) -> Answer:
    """What is recorded for an item: a day as a date, a number as a number, several answers as a list."""
    found = (_from(known, source) for source in item.takes)
    return next((one for one in found if one not in (None, "", ())), None)


def typed(known: KnownCase, item: DataItem) -> Answer:
    """What is recorded for an item, as the kind of answer the item says it is; None where nothing is."""
    answer = recorded(known, item)
    if item.kind == "list":
        return answer if answer is None or isinstance(answer, ShortAnswers) else ShortAnswers((str(in_words(answer)),))
    if item.kind == "text":
        return in_words(answer)
    return answer if isinstance(answer, date if item.kind == "date" else int) else None


def _from(known: KnownCase, source: str) -> Answer:
    kind, _, what = source.partition(":")
    return SOURCES[kind](known, what)


def _field(known: KnownCase, name: str) -> Answer:
    field = known.file.reading.fields.get(name)
    given = known.recorded.get(name)
    if field is not None and field.kind == "date" and isinstance(given, str) and given:
        return date.fromisoformat(given)
    if isinstance(given, list):
        return ShortAnswers(filter(None, (known.file.spoken(name, one) for one in given)))
    return given if type(given) is int else known.file.spoken(name, given)


def _items(known: KnownCase, what: str) -> Answer:
    register, _, name = what.partition(".")
    told = (known.file.spoken(name, item["fields"].get(name), register) for item in known.file.items(register))
    return SentenceAnswers(dict.fromkeys(filter(None, told)))


def _count(known: KnownCase, register: str) -> Answer:
    return sum(1 for _ in known.file.items(register)) or None


def _done(known: KnownCase, trigger: str) -> Answer:
    return known.file.done(trigger)


def _about(known: KnownCase, what: str) -> Answer:
    return ABOUT[what](known)


def _decision(known: KnownCase) -> str:
    return known.decided.decision if known.decided and known.decided.decided_on else ""


def _decided_on(known: KnownCase) -> Answer:
    return known.decided.decided_on if known.decided else None


def _grounds(known: KnownCase) -> Answer:
    return ShortAnswers(known.decided.grounds) if known.decided else None


def _reasons(known: KnownCase) -> str:
    return " ".join(known.decided.reasons) if known.decided else ""


def themes(known: KnownCase) -> ShortAnswers:
    """The themes of what was found, learned and recommended in a case, each once."""
    kept = [(register, item) for register in ("finding", "learning_point") for item in known.file.items(register)]
    found = [
        known.file.spoken("themes", theme, register)
        for register, item in kept
        for theme in item["fields"].get("themes") or ()
    ]
    return ShortAnswers(dict.fromkeys([*found, *(theme for one in known.recommendations for theme in one.themes)]))


def _parallel(known: KnownCase) -> Answer:
    holds = known.file.dossier.get("pauses", {}).values()
    labels = (known.file.procedure.label_of("pauses", one["kind"]) for one in holds)
    return ShortAnswers(dict.fromkeys(labels))


def _recommended(known: KnownCase) -> Answer:
    return SentenceAnswers(f"{one.ref} ({one.level_label}): {one.text}" for one in known.recommendations)


def _impact(known: KnownCase) -> Answer:
    return SentenceAnswers(f"{one.ref}: {one.practice}" for one in known.recommendations if one.practice)


def completed_on(file: File) -> date | None:
    """The day the report of a review, or of learning in another way, was complete: when it first left the review."""
    found = completed_with(file)
    return found[1] if found else None


def completed_with(file: File) -> tuple[int, date] | None:
    """The entry with which a report was first complete, and its day; of what was imported the day the sheet gave."""
    told = file.dossier.get("known", {}).get("completed")
    if told is not None:
        return told["sequence"], date.fromisoformat(told["on"])
    phases = {name: state.phase for name, state in file.procedure.states.items()}
    marks: dict[str, Any] = file.dossier.get("entered", {})
    entered = [(one["sequence"], date.fromisoformat(one["on"]), phases.get(state)) for state, one in marks.items()]
    entered += [(number, day, phases.get(one.dest)) for number, day, one in file.went() if one.dest != one.source]
    began = min((sequence for sequence, _, phase in entered if phase == "review"), default=None)
    after = ((sequence, day) for sequence, day, phase in entered if phase in FINISHED)
    return min((one for one in after if began is not None and one[0] > began), default=None)


def _taken(known: KnownCase) -> Answer:
    done, file = completed_on(known.file), known.file
    return DaysAnswer((done - file.opened_on).days) if done and _began(file) else None


def _began(file: File) -> bool:
    """Whether the day on which a case began is known: a sheet that was imported may not have it."""
    return not file.dossier.get("imported") or "notified" in file.dossier.get("known", {})


ABOUT: dict[str, Callable[[KnownCase], Answer]] = {
    "ref": lambda known: known.file.ref,
    "committee": lambda known: known.file.procedure.committee,
    "edition": lambda known: known.file.procedure.title,
    "review": lambda known: known.file.procedure.review,
    "opened_on": lambda known: known.file.opened_on if _began(known.file) else None,
    "completed_on": lambda known: completed_on(known.file),
    "children": lambda known: known.file.dossier.get("children") or None,
    "agencies": lambda known: ShortAnswers(known.file.dossier.get("agencies", ())),
    "lead": lambda known: str(known.file.dossier.get("lead", "")),
    "stands": lambda known: known.file.stands,
    "decision": _decision,
    "decided_on": _decided_on,
    "grounds": _grounds,
    "reasons": _reasons,
    "themes": themes,
    "parallel": _parallel,
    "recommendations": _recommended,
    "number_of_recommendations": lambda known: len(known.recommendations) or None,
    "impact_on_practice": _impact,
    "time_taken": _taken,
}
SOURCES: dict[str, Callable[[KnownCase, str], Answer]] = {
    "field": _field,
    "items": _items,
    "count": _count,
    "done": _done,
    "about": _about,
}


def answers(known: KnownCase, wanted: Sequence[DataItem]) -> list[tuple[DataItem, str | None]]:
    """Every item with what is recorded for it."""
    return [(item, value(known, item)) for item in wanted]
