"""The step that records a data item, for whoever prepares a pack and finds something missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from states.next_step import Advice, NextStep, advice
from states.procedure import Procedure
from states.steps import Transition
from workflows.reports.case_files import File

ABOUT = {
    "committee": ("the setting CAIRN_COMMITTEE; then {}, for a case opened without it", "case move", {"edition": ()}),
    "children": ("{}", "case child add", {}),
    "agencies": ("{}", "case people", {"joined": ()}),
    "lead": ("{}", "case people", {"lead": ()}),
    "recommendations": ("{}", "recommendation propose", {}),
    "number_of_recommendations": ("{}", "recommendation propose", {}),
}
"""What records the facts that every case has; a decision and what hangs on it are recorded by deciding."""

UNKNOWN = advice("Nothing in the edition of this case records it.")


def holds_any(procedure: Procedure, sources: Iterable[str]) -> bool:
    """Whether an edition has a place for one of these sources at all."""
    return any(_has(procedure, source) for source in sources)


def _has(procedure: Procedure, source: str) -> bool:
    kind, _, what = source.partition(":")
    if kind in {"field", "done"}:
        return bool(_moves(procedure, kind, what))
    return kind not in {"items", "count"} or what.partition(".")[0] in procedure.registers


def where(file: File, sources: Iterable[str]) -> Advice:
    """What records one of these sources, in words: first what can be done now, then what was or will be a step."""
    found = [place for source in sources for place in _places(file, source)]
    return min(found, default=(0, UNKNOWN), key=lambda place: place[0])[1]


def _places(file: File, source: str) -> Iterator[tuple[int, Advice]]:
    kind, _, what = source.partition(":")
    if kind in {"items", "count"}:
        register = file.procedure.registers.get(what.partition(".")[0])
        if register is not None:
            now = not register.states or file.state in register.states
            yield (0 if now else 3), _by("item add", file, what=(what.partition(".")[0],))
    if kind == "about" and what in ABOUT:
        words, verb, more = ABOUT[what]
        yield 2, advice(words, NextStep(verb, {"ref": (file.ref,), **more}))
    if kind in {"field", "done"}:
        yield from (_step(file, move, what if kind == "field" else "") for move in _moves(file.procedure, kind, what))


def _moves(procedure: Procedure, kind: str, what: str) -> list[Transition]:
    if kind == "done":
        return [move for move in procedure.transitions if move.trigger == what]
    return [move for move in procedure.transitions if any(field.name == what for field in move.fields)]


def _step(file: File, move: Transition, field: str) -> tuple[int, Advice]:
    told = {"field": (f"{field}=...",)} if field else {}
    if file.state in move.source:
        stays = move.dest == file.state
        return (0 if stays else 1), _by("advance", file, step=(move.trigger,), **told)
    mark = file.dossier.get("done", {}).get(move.trigger)
    if mark and field:
        return 1, _by("case correct", file, entry=(str(mark["sequence"]),), **told, reason=("...",))
    return 4, advice(f"the step “{move.label}” ({move.trigger}), when the case comes to it")


def _by(verb: str, file: File, **given: tuple[str, ...]) -> Advice:
    return advice("{}", NextStep(verb, {"ref": (file.ref,), **given}))
