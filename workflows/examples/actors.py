"""Who acts in a line of an example, and what they fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from states.answers import faults
from states.entry import Actor, Entry, EntryKind
from states.errors import BadAnswer, NotPossible
from states.examples import ExampleStep
from states.roles import KEEPERS, capacity, role_obstacle
from states.steps import Field
from workflows.examples.filling_in import filled_in
from workflows.examples.stage import Stage


def actor_of(stage: Stage, line: ExampleStep, roles: tuple[str, ...], doing: str = "This") -> Actor:
    """Who acts in a line: in the role it names, or in the first that may. Raises NotPossible for one that may not."""
    actor = person_of(stage, line, roles)
    obstacle = role_obstacle(stage.procedure, actor, roles, doing)
    if obstacle:
        raise NotPossible(obstacle)
    return actor.model_copy(update={"acting_for": capacity(stage.procedure, actor, roles) or ""})


def person_of(stage: Stage, line: ExampleStep, roles: tuple[str, ...]) -> Actor:
    """Whoever a line says acts, whether or not they may; whoever keeps the case is no member of an agency by that."""
    role = line.by or first_of(stage, roles)
    own = role in (*KEEPERS, stage.procedure.keeper)
    name = line.person or stage.procedure.label_of("roles", role)
    return Actor(name=name, role=role, agency="" if own else line.agency)


def entry(stage: Stage, actor: Actor, kind: EntryKind, **parts: Any) -> Entry:
    """An entry made on the day of the line."""
    at = {"happened_on": stage.today, "happened_at": stage.now, "recorded_at": stage.now}
    return Entry(kind=kind, actor=actor, **{**at, **parts})


def first_of(stage: Stage, roles: tuple[str, ...]) -> str:
    """Who does what is for these roles, where a line names nobody: the first, or who enters it for an outside role."""
    role = next(iter(roles), "lead_officer")
    outside = stage.procedure.roles.get(role)
    return outside.recorded_by[0] if outside is not None and outside.external and outside.recorded_by else role


def keeper(line: ExampleStep) -> Actor:
    """Whoever keeps the case."""
    return Actor(name=line.person or "Lead officer", role="lead_officer")


def answers_of(
    stage: Stage, line: ExampleStep, fields: tuple[Field, ...], recorded: Mapping[str, Any]
) -> dict[str, Any]:
    """What is filled in, whether or not it is right."""
    return filled_in(line, fields, recorded, stage.today, stage.dossier.agencies or line.agencies)


def checked_answers(
    stage: Stage, line: ExampleStep, fields: tuple[Field, ...], recorded: Mapping[str, Any]
) -> dict[str, Any]:
    """What is filled in. Raises BadAnswer where it is not right."""
    answers = answers_of(stage, line, fields, recorded)
    if wrong := faults(fields, answers, recorded, stage.today):
        raise BadAnswer(*wrong)
    return answers
