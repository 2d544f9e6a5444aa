"""Checks of a condition: some answer of its field's kind must make it true."""

from __future__ import annotations

from collections.abc import Iterator

from config.part_checks import CheckedPart, fields_about
from config.toml_places import Fault, Place
from states.steps import Condition, Field, Guard, as_day

LISTS = frozenset({"choices", "people", "agencies", "files", "measures"})
"""Kinds of field whose answer is a list."""

NEVER_IN = frozenset({"number", "measures"})
"""Kinds of field whose answer holds no word that could stand in a list of words."""


def agreement(part: CheckedPart) -> Iterator[Fault]:
    """The parts of a condition do not contradict one another."""
    one: Condition = part.value
    if one.equals is not None and one.one_of and one.equals not in one.one_of:
        yield part.at("in"), f"is and in contradict each other: {one.equals!r} is not among them. Keep one of the two."
    if one.given is False and (one.equals is not None or one.one_of or one.within is not None):
        yield part.at("given"), "what was not given has no answer to ask about. Remove given, or the rest."


def kinds(part: CheckedPart) -> Iterator[Fault]:
    """What is asked for is an answer of the kind that the field takes."""
    one: Condition = part.value
    found: set[str] = {each.kind for each in _known(part, one)}
    if found and one.equals is not None:
        yield from _is(part, one.equals, found)
    if found and one.one_of and found <= NEVER_IN:
        yield part.at("in"), f"the answer is a {_shown(found)} and stands in no list of words. Ask with given."
    listed = ((part.at("in", index), each) for index, each in enumerate(one.one_of))
    for place, answer in ((part.at("is"), one.equals), *listed):
        if answer == "":
            yield place, "an answer is never empty. Ask with given = false whether there is none."
        elif found == {"date"} and isinstance(answer, str) and as_day(answer) is None:
            yield place, f"{answer[:40]!r} is no date, so it is never the answer. Write it as 2026-03-02."


def _is(part: CheckedPart, answer: object, found: set[str]) -> Iterator[Fault]:
    if found <= LISTS:
        yield part.at("is"), f"the answer is a list ({_shown(found)}) and never one word. Ask with in = [...]."
    elif isinstance(answer, bool) and found != {"yes_no"}:
        yield part.at("is"), f"an answer is never {str(answer).lower()}. Write what is answered, as a word or a number."
    elif found == {"number"} and not isinstance(answer, int):
        yield part.at("is"), f"the answer is a number, and never {answer!r}. Write it without quotation marks."
    elif "number" not in found and isinstance(answer, int) and not isinstance(answer, bool):
        yield part.at("is"), f"the answer is words, and never the number {answer}. Write it in quotation marks."


def together(part: CheckedPart) -> Iterator[Fault]:
    """Some item can be as all the conditions of a guard say."""
    one: Guard = part.value
    wanted: dict[str, set[object]] = {}
    for index, asked in enumerate(one.where):
        answers: set[object] = {asked.equals} if asked.equals is not None else set(asked.one_of)
        known = _known(part, asked, ("where", index))
        if not answers or not known or any(each.kind in LISTS for each in known):
            continue
        before = wanted.setdefault(asked.field, answers)
        if not before & answers:
            yield part.at("where", index), f"no item has both this and another answer to {asked.field!r}. Keep one."
        wanted[asked.field] = before & answers


def itself(part: CheckedPart) -> Iterator[Fault]:
    """Whether a field must be filled in does not depend on its own answer."""
    one: Field = part.value
    if one.when is not None and one.when.field == one.name:
        yield part.at("when", "field"), "the field asks about its own answer. Name another field."


def _known(part: CheckedPart, one: Condition, within: Place = ()) -> list[Field]:
    place = (*part.place, *within)
    own = (each for each in fields_about(part.procedure, place) if each.name == one.field)
    return [*own, *part.procedure.recordings.get(one.field, ())]


def _shown(found: set[str]) -> str:
    return " or ".join(sorted(found))


CONDITION_CHECKS = ((Condition, agreement), (Condition, kinds), (Guard, together), (Field, itself))
"""What is asked of conditions, and of the fields that have one."""
