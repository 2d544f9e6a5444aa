"""The time limits and ladders of an edition in words, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from config.phrases import UNSET, anchor_words, every_words, limit_words, rung_words
from config.printing_blocks import bullets, each, table
from config.printing_steps import audience, escaped, field_label, named, only_where, standing
from states.procedure import Procedure
from states.timescales import Ladder, Timescale
from states.words import counted

MORE = {False: "", "perhaps": "; this may be longer than that", True: "; more time than that"}


def timescales(procedure: Procedure) -> Iterator[str]:
    """The time limits as a table, with the words of the sources below it."""
    yield "## Time limits"
    if not procedure.timescales:
        yield "None."
        return
    yield table(
        ("What", "Kind", "Limit", "From", "Who owes it", "Met by", "Rests on"),
        (_timescale(procedure, rule) for rule in procedure.timescales.values()),
    )
    notes = [
        f"**{escaped(rule.label)}**: {escaped(text)}"
        for rule in procedure.timescales.values()
        if (text := " ".join(filter(None, (rule.wording and f"“{rule.wording}”.", rule.note))))
    ]
    if notes:
        yield bullets(notes)


def _timescale(procedure: Procedure, rule: Timescale) -> tuple[str, ...]:
    limit = limit_words(rule) if limit_words(rule) != UNSET else f"*{UNSET}*"
    local = f" ({rule.national}{MORE[rule.loosened]})" if rule.national else ""
    again = f", then {every_words(rule.repeat)}" if rule.repeat else ""
    owner = "the agency asked" if rule.owner == "agency" else procedure.label_of("roles", rule.owner)
    more = rule.extension
    extension = f"; more time up to {_times(more.most)} from {named(procedure, more.granted_by)}" if more else ""
    extension += only_where(procedure, more.when) if more else ""
    extension += (
        f", until “{procedure.label_of('timescales', more.not_after)}” has gone by" if more and more.not_after else ""
    )
    return (
        escaped(rule.label),
        rule.kind,
        f"{limit}{again}{local}{extension}",
        escaped(anchor_words(procedure, rule) + only_where(procedure, rule.when)),
        escaped(owner),
        escaped(_met_by(procedure, rule)) or "-",
        standing(rule)[1:-1],
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _met_by(procedure: Procedure, rule: Timescale) -> str:
    moves = ((procedure.transition(trigger), trigger) for trigger in rule.met_by.triggers)
    words = [move.label if move else trigger for move, trigger in moves]
    words += [f"the answer to “{procedure.label_of('requests', name)}”" for name in rule.met_by.requests]
    words += [procedure.label_of("events", name) for name in rule.met_by.events]
    words += [f"the end of the item in “{procedure.label_of('registers', name)}”" for name in rule.met_by.items]
    words += [f"news of the item in “{procedure.label_of('registers', name)}”" for name in rule.met_by.updates]
    words += ["asking after it"] if rule.met_by.contact else []
    on = f", on the date recorded as “{field_label(procedure, rule.met_on)}”" if rule.met_on else ""
    return "; ".join(words) + only_where(procedure, rule.met_by.when) + on


def ladders(procedure: Procedure) -> Iterator[str]:
    """The ladders, rung by rung."""
    yield from each("Reminders and escalation", procedure.ladders, lambda ladder: _ladder(procedure, ladder))


def _ladder(procedure: Procedure, ladder: Ladder) -> str:
    rows = (
        (
            rung_words(rung, ladder.unit),
            audience(procedure, rung.tell),
            rung.message.replace("_", " "),
            "-" if rung.confirm is None else _confirmed(procedure, rung.confirm, rung.confirm_within),
        )
        for rung in ladder.rungs
    )
    return f"At {ladder.at}.\n\n" + table(("When", "Who is told", "Message", "Confirmed first by"), rows)


def _confirmed(procedure: Procedure, role: str, within: int | None) -> str:
    waits = "" if within is None else f", or goes by itself after {counted(within, 'day')}"
    return named(procedure, (role,)) + waits
