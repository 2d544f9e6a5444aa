"""The commands an edition offers, listed at the end of `cairn procedure show`: each with the names the edition uses."""

from __future__ import annotations

from collections.abc import Iterator

from cli.command_lines import command, filled, maybe
from config.phrases import whole_limit
from states.next_step import NextStep
from states.procedure import Procedure
from states.steps import Transition
from workflows.views import next_steps

Line = tuple[str, str]
"""What a command does, and the command."""


def typed(procedure: Procedure) -> str:
    """What to type, as Markdown: each command with the names its edition gives to steps, fields, limits and roles."""
    parts = (
        ("Opening a case", _openings(procedure)),
        ("Steps", _steps(procedure)),
        ("Agencies", _agencies(procedure)),
        ("Holds and what happens outside", _outside(procedure)),
        ("Lists", _lists(procedure)),
        ("Time limits", _limits(procedure)),
        ("Roles", ((role.label, f"--as {name}") for name, role in procedure.roles.items())),
    )
    blocks = [(title, "\n".join(f"- {label}: `{command}`" for label, command in lines)) for title, lines in parts]
    return "\n## What to type\n" + "".join(f"\n### {title}\n\n{block}\n" for title, block in blocks if block)


def _openings(procedure: Procedure) -> Iterator[Line]:
    for move in procedure.openings:
        yield move.label, _with_more(next_steps.opening(procedure, move), move)


def _steps(procedure: Procedure) -> Iterator[Line]:
    told = set()
    for move in procedure.transitions:
        line = (move.label, _with_more(next_steps.taking("REF", move, move.fields, role=move.roles), move))
        if move.source and line not in told:
            told.add(line)
            yield line


def _with_more(step: NextStep, move: Transition) -> str:
    more = maybe(move.fields)
    return f"{command(step)} [{more}]" if more else command(step)


def _agencies(procedure: Procedure) -> Iterator[Line]:
    for name, request in procedure.requests.items():
        whom = "all --about ITEM" if request.per_item else "AGENCY..."
        yield request.label, f"cairn request send REF {name} {whom}"
        yield "What comes back", " ".join(("cairn request answer REF AGENCY", *filled(request.fields)))


def _outside(procedure: Procedure) -> Iterator[Line]:
    for name, pause in procedure.pauses.items():
        yield pause.label, command(next_steps.holding("REF", {name: pause}))
    for name, event in procedure.events.items():
        yield event.label, f"cairn case event REF {name}"


def _lists(procedure: Procedure) -> Iterator[Line]:
    for name, kept in procedure.registers.items():
        yield kept.label, " ".join((f"cairn item add REF {name}", *filled(kept.fields)))
        for verb, fields in (("respond", kept.answer), ("update", kept.update)):
            if fields:
                yield kept.label, " ".join((f"cairn item {verb} REF ITEM", *filled(fields)))


def _limits(procedure: Procedure) -> Iterator[Line]:
    for name, rule in procedure.timescales.items():
        yield f"{rule.label} ({whole_limit(rule)})", f"cairn due {procedure.name} {name} --from DATE"
