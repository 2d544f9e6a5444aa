"""Help beside a form: what the guidance says about what is being done, on what standing, and where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from config.phrases import whole_limit
from records.cases import Case
from states.procedure import Procedure
from states.timescales import Timescale
from states.values import Cited, Source
from workflows.views.forms import newest_asked, opening_of
from workflows.views.question import SaidSoFar

STANDING = {
    "statute": "The law says so.",
    "guidance": "The national guidance says so.",
    "local": "It is set locally.",
    "assumption": "An assumption, which the guidance does not say: confirm it with your {office}.",
}
LIMITS = "extend ask", "extend grant", "extend refuse", "case missed"
"""What is done about a date, whose time limit the help is about."""


@dataclass(frozen=True)
class Help:
    """What is to be known of one thing: its standing in a sentence, what there is to note, where it is written."""

    label: str
    standing: str
    note: str
    sources: tuple[tuple[str, Source], ...]


def help_for(look: SaidSoFar, verb: str) -> tuple[Help, ...]:
    """What the guidance says about what a verb does, with the dates that begin with it; nothing where it is silent."""
    procedure = _procedure(look)
    if procedure is None:
        return ()
    return tuple(_help(procedure, label, rule) for label, rule in _rules(look, procedure, verb))


def _procedure(look: SaidSoFar) -> Procedure | None:
    if look.said.get("ref"):
        return look.case.procedure
    return look.guidance(look.said["edition"]) if look.said.get("edition") else None


def _rules(look: SaidSoFar, procedure: Procedure, verb: str) -> Iterator[tuple[str, Cited]]:
    if verb in {"open", "advance"}:
        yield from _of_step(look, procedure, str(look.said.get("step") or ""))
    elif verb.startswith("request "):
        yield from _of_request(look, procedure)
    elif verb == "pause order" and look.said.get("hold") in procedure.pauses:
        hold = procedure.pauses[str(look.said["hold"])]
        yield hold.label, hold
    elif verb in LIMITS:
        yield from _of_date(look.case)


def _of_step(look: SaidSoFar, procedure: Procedure, step: str) -> Iterator[tuple[str, Cited]]:
    here = procedure.moves.get((look.case.dossier.state, step)) if look.said.get("ref") else None
    move = here or (procedure.transition(step) if step else opening_of(procedure, step))
    if move is None:
        return
    yield move.label, move
    for rule in procedure.timescales.values():
        if any(part.trigger == move.trigger or part.state == move.dest != "" for part in rule.anchor.parts):
            yield _limit(rule), rule


def _of_request(look: SaidSoFar, procedure: Procedure) -> Iterator[tuple[str, Cited]]:
    kind = str(look.said.get("what") or "")
    if look.said.get("agency") and not kind:
        asked = newest_asked(look.tx, look.case, str(look.said["agency"]), "")
        kind = asked.request if asked else ""
    rule = procedure.requests.get(kind)
    if rule is None:
        return
    yield rule.label, rule
    for name, limit in procedure.timescales.items():
        if procedure.belonging.get(name) == ("request", kind):
            yield _limit(limit), limit


def _of_date(case: Case) -> Iterator[tuple[str, Cited]]:
    names = dict.fromkeys(one.timescale for one in case.dossier.open_deadlines())
    rules = (case.procedure.timescales[name] for name in names if name in case.procedure.timescales)
    yield from ((_limit(rule), rule) for rule in rules)


def _limit(rule: Timescale) -> str:
    return f"{rule.label}: {whole_limit(rule)}"


def _help(procedure: Procedure, label: str, rule: Cited) -> Help:
    known = ((name, procedure.sources[name]) for name in rule.cite if name in procedure.sources)
    return Help(label, STANDING[rule.basis].format(office=procedure.office), rule.note, tuple(known))
