"""Where a data item is recorded: the command that does it, for whoever gathers a pack and finds something missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from states.procedure import Procedure
from states.steps import Transition
from workflows.reports.case_files import File

ABOUT = {
    "committee": "the setting CAIRN_COMMITTEE; then cairn case move {ref} EDITION, for a case opened without it",
    "children": "cairn case child add {ref}",
    "agencies": "cairn case people {ref} --joined NAME",
    "lead": "cairn case people {ref} --lead NAME",
    "recommendations": "cairn recommendation propose {ref}",
    "number_of_recommendations": "cairn recommendation propose {ref}",
}
"""What records the facts that every case has; a decision and what hangs on it are recorded by deciding."""

UNKNOWN = "Nothing in the edition of this case records it."


def holds_any(procedure: Procedure, sources: Iterable[str]) -> bool:
    """Whether an edition has a place for one of these sources at all."""
    return any(_has(procedure, source) for source in sources)


def _has(procedure: Procedure, source: str) -> bool:
    kind, _, what = source.partition(":")
    if kind in {"field", "done"}:
        return bool(_moves(procedure, kind, what))
    return kind not in {"items", "count"} or what.partition(".")[0] in procedure.registers


def where(file: File, sources: Iterable[str]) -> str:
    """What records one of these sources, in words: first what can be done now, then what was or will be a step."""
    found = [place for source in sources for place in _places(file, source)]
    return min(found, default=(0, UNKNOWN), key=lambda place: place[0])[1]


def _places(file: File, source: str) -> Iterator[tuple[int, str]]:
    kind, _, what = source.partition(":")
    if kind in {"items", "count"}:
        register = file.procedure.registers.get(what.partition(".")[0])
        if register is not None:
            now = not register.states or file.state in register.states
            yield (0 if now else 3), f"cairn item add {file.ref} {what.partition('.')[0]}"
    if kind == "about" and what in ABOUT:
        yield 2, ABOUT[what].format(ref=file.ref)
    if kind in {"field", "done"}:
        yield from (_step(file, move, what if kind == "field" else "") for move in _moves(file.procedure, kind, what))


def _moves(procedure: Procedure, kind: str, what: str) -> list[Transition]:
    if kind == "done":
        return [move for move in procedure.transitions if move.trigger == what]
    return [move for move in procedure.transitions if any(field.name == what for field in move.fields)]


def _step(file: File, move: Transition, field: str) -> tuple[int, str]:
    told = f" --field {field}=..." if field else ""
    if file.state in move.source:
        stays = move.dest == file.state
        return (0 if stays else 1), f"cairn advance {file.ref} {move.trigger}{told}"
    mark = file.dossier.get("done", {}).get(move.trigger)
    if mark and field:
        return 1, f"cairn case correct {file.ref} {mark['sequence']}{told} --reason ..."
    return 4, f"the step “{move.label}” ({move.trigger}), when the case comes to it"
