"""Which form something takes: the fields of a step, an opening, an item of a list or an answer, and where files go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import Connection

from records.agencies import Agencies, read
from records.cases import Case
from states.dossier import Asked
from states.entry import Entry
from states.errors import NotPossible
from states.identity import folded
from states.procedure import Procedure
from states.shared_labels import told_apart
from states.steps import Field, Transition

Form = tuple[Field, ...]


def opening_of(procedure: Procedure, step: str = "") -> Transition | None:
    """The step that opens a case under an edition: the one of that name, else the first; None where there is none."""
    first = procedure.openings[0] if procedure.openings else None
    return next((move for move in procedure.openings if move.trigger == step), first)


def opening_form(procedure: Procedure, step: str = "") -> Form:
    """What opening a case records."""
    move = opening_of(procedure, step)
    return move.fields if move else ()


def step_form(case: Case, step: str) -> Form:
    """What a step from where a case stands records; nothing where the verb will say that there is no such step."""
    move = case.procedure.moves.get((case.dossier.state, step))
    return move.fields if move else ()


def every_step_form(case: Case) -> Form:
    """What any step of a case records, by the last of each name: what a correction may put right."""
    return tuple(case.procedure.recordable.values())


def entry_form(case: Case, entry: Entry) -> Form:
    """The fields of the step that an entry recorded, each with a label of its own: what a correction may put right."""
    if entry.kind == "imported":  # what a sheet said is a field of whichever step records it
        return tuple(case.procedure.recordable[name] for name in entry.data.get("fields", {}))
    if entry.kind not in {"opened", "advanced"}:
        return ()
    move = case.procedure.moves.get((entry.source, entry.trigger))
    return told_apart(move.fields) if move else ()


def reopening_step(case: Case, wanted: str = "") -> str:
    """The step that opens a closed case again. Raises NotPossible where there is none, or which one is not said."""
    found = [move.trigger for move in case.procedure.moves_from(case.dossier.state) if move.reopens]
    if wanted or len(found) == 1:
        return wanted or found[0]
    known = f"say which step reopens it (--step): {', '.join(found)}" if found else "no step reopens it from here"
    raise NotPossible(f"{case.ref}: {known}.")


def list_form(case: Case, register: str) -> Form:
    """What entering an item in a list records."""
    rule = case.procedure.registers.get(register)
    return rule.fields if rule else ()


def item_form(case: Case, item: str, part: Literal["answer", "update"]) -> Form:
    """What answering an item records, or bringing it up to date."""
    found = case.dossier.item_called(item)
    rule = case.procedure.registers.get(found.kept_in) if found else None
    if rule is None:
        return ()
    return rule.answer if part == "answer" else rule.update


def answer_form(tx: Connection, case: Case, agency: str, kind: str = "") -> Form:
    """What an agency's answer records: to what it was asked last, of that kind where one is named."""
    newest = newest_asked(tx, case, agency, kind)
    rule = case.procedure.requests.get(newest.request) if newest else None
    return rule.fields if rule else ()


def newest_asked(tx: Connection, case: Case, agency: str, kind: str = "") -> Asked | None:
    """What an agency (by any of its names), or the request of that number, was asked last; an open one comes first."""
    numbered = case.dossier.requests.get(folded(agency).upper())
    if numbered is not None and kind in ("", numbered.request):
        return numbered
    asked = [one for one in case.dossier.requests.values() if kind in ("", one.request)]
    named = _asked_of(read(tx), agency, asked)
    return next((one for one in reversed(named) if one.status == "open"), named[-1] if named else None)


def _asked_of(register: Agencies, agency: str, asked: Sequence[Asked]) -> list[Asked]:
    names = {name for name in {one.agency for one in asked} if register.is_same(agency, name)}
    return [one for one in asked if one.agency in names]


def file_fields(form: Iterable[Field]) -> tuple[str, ...]:
    """The names of the fields of a form that take a file."""
    return tuple(field.name for field in form if field.kind == "files")
