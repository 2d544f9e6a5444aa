"""Remedies for the obstacles of a step: for each obstacle the next step that removes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from records.cases import Case
from states.asking import unasked
from states.machine import Obstacle
from states.next_step import NextStep
from states.steps import Guard
from workflows.views.viewer import Viewer


def remedies(case: Case, viewer: Viewer, standing: Iterable[Obstacle]) -> tuple[NextStep, ...]:
    """The next steps that remove the obstacles of a step, where there are any; each once."""
    viewer = viewer.in_days_of(case.procedure)
    found = [step for one in standing if one.guard for step in _mending(case, viewer, one.guard)]
    return tuple(step for place, step in enumerate(found) if step not in found[:place])


def _mending(case: Case, viewer: Viewer, guard: Guard) -> Iterator[NextStep]:
    ref = {"ref": (case.ref,)}
    if guard.name == "answers_in":
        yield from _asking(case, guard)
    elif guard.name == "agencies_named":
        yield NextStep("case people", {**ref, "joined": ()})
    elif guard.name == "lead_named":
        yield NextStep("case people", {**ref, "lead": ()})
    elif guard.name == "children_known":
        yield NextStep("case child add", ref)
    elif guard.name == "event_recorded" and guard.event:
        yield NextStep("case event", {**ref, "what": (guard.event,)})
    elif guard.name == "not_held":
        running = (one.id for one in case.dossier.pauses.values() if one.runs_on(viewer.today))
        yield from (NextStep("pause end", {**ref, "what": (number,), "reason": ()}) for number in running)
    elif guard.name == "items_entered" and guard.items:
        yield NextStep("item add", {**ref, "what": (guard.items,), "field": ()})
    elif guard.name == "items_ended" and guard.items:
        yield from _ending(case, guard.items)


def _asking(case: Case, guard: Guard) -> Iterator[NextStep]:
    """Recording what those who are still asked answer; where nobody is, asking."""
    requests = case.dossier.requests.values()
    waiting = tuple(
        one.id if one.item else one.agency for one in requests if one.request == guard.request and one.status == "open"
    )
    if waiting:
        yield NextStep("request answer", {"ref": (case.ref,), "agency": tuple(dict.fromkeys(waiting))})
    elif about := tuple(item.id for item, _ in unasked(case.procedure, case.dossier, guard.request or "")):
        named = {"ref": (case.ref,), "what": (guard.request or "",), "agencies": ("all",), "about": about}
        yield NextStep("request send", named)
    else:
        yield NextStep("request send", {"ref": (case.ref,), "what": (guard.request or "",), "agencies": ()})


def _ending(case: Case, kept_in: str) -> Iterator[NextStep]:
    rule = case.procedure.registers.get(kept_in)
    left = tuple(one.id for one in case.dossier.items.values() if one.kept_in == kept_in and not one.ended)
    if rule is not None and left:
        verb, fields = ("respond", rule.answer) if rule.answer else ("update", rule.update)
        yield NextStep(f"item {verb}", {"ref": (case.ref,), "item": left}, fields)
