"""Fields of one form that share a label: each is shown with what tells it apart; the edition stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from states.steps import Field

if TYPE_CHECKING:
    from states.procedure import Procedure

Form = tuple[Field, ...]


def told_apart(form: Iterable[Field]) -> Form:
    """The fields of a form, each with a label of its own.

    Of fields that share one, each is named with the question it comes after ("Evidence of that (Difference made to
    practice)"), or by its place among them where that does not tell them apart.
    """
    fields = tuple(form)
    shared = {label.casefold(): names for label, names in _by_label(fields) if len(names) > 1}
    if not shared:
        return fields
    apart = {label: dict(_apart(fields, names)) for label, names in shared.items()}
    words = (apart.get(one.label.casefold(), {}).get(one.name) for one in fields)
    return tuple(
        one.model_copy(update={"label": f"{one.label} ({said})"}) if said else one
        for one, said in zip(fields, words, strict=True)
    )


def shared_labels(procedure: Procedure) -> Iterator[str]:
    """Where fields of one form of an edition share a label, each as a sentence with how they are told apart."""
    for where, form in _forms(procedure):
        for label, names in _by_label(form):
            if len(names) > 1:
                apart = (f"{one.name!r} as “{one.label}”" for one in told_apart(form) if one.name in names)
                yield f"{where}: more than one field is called “{label}”. Forms show {', '.join(apart)}."


def _forms(procedure: Procedure) -> Iterator[tuple[str, Form]]:
    """The forms of an edition, each with what it is of; of steps with one form the first."""
    seen: list[Form] = []
    for move in procedure.transitions:
        if move.fields not in seen:
            seen.append(move.fields)
            yield f"The step {move.trigger!r}", move.fields
    yield from ((f"The request {name!r}", one.fields) for name, one in procedure.requests.items())
    yield from ((f"The list {name!r}", one.all_fields) for name, one in procedure.registers.items())


def _by_label(form: Form) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The labels of a form, each with the names of the fields that have it."""
    found: dict[str, tuple[str, dict[str, None]]] = {}
    for one in form:
        found.setdefault(one.label.casefold(), (one.label, {}))[1][one.name] = None
    return tuple((label, tuple(names)) for label, names in found.values())


def _apart(form: Form, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What tells fields of one label apart: the question before each, or how many of them there are."""
    labels = {one.name: one.label for one in form}
    places = {one.name: place for place, one in reversed(list(enumerate(form)))}
    before = [form[places[name] - 1].label if places[name] else "" for name in names]
    after_others = all(before) and len(set(map(str.casefold, before))) == len(names)
    if after_others and labels[names[0]].casefold() not in map(str.casefold, before):
        yield from zip(names, before, strict=True)
    else:
        yield from ((name, f"{place} of {len(names)}") for place, name in enumerate(names, 1))
