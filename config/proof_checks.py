"""What is proven of an edition: its clocks start and can be met, its guards can pass, its holds begin and end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from config.toml_places import Fault, Place
from config.ways import DEEPEST, Ways, some
from states.procedure import Procedure
from states.steps import Guard, Transition
from states.timescales import Ending, Start, Timescale


def clocks(procedure: Procedure) -> Iterator[Fault]:
    """Every clock can start, can be met while it runs, and is not ended by what starts it."""
    ways = Ways(procedure)
    for name, rule in procedure.timescales.items():
        place = ("timescales", name)
        begun = ways.starts_in(rule)
        if begun is None:
            continue
        running = {state for state in begun if ways.may_run_in(rule, state)}
        if not running:
            yield (*place, "anchor"), _never_starts(rule, begun)
        elif own := _ended_by_its_start(ways, rule):
            yield (
                (*place, own),
                "what starts this clock ends it at once. Name another move or event, or another anchor.",
            )
        elif rule.kind != "chase" and _only_moves(rule.met_by) and not _is_met(ways, rule, running):
            yield (
                (*place, "met_by", "triggers"),
                "none of these moves can be made while the clock runs. Name one that leaves a state it runs in.",
            )
        yield from _of_its_own(procedure, rule, place)


def _never_starts(rule: Timescale, begun: set[str]) -> str:
    where = ", ".join(sorted(begun)[:3])
    if rule.while_in and begun.isdisjoint(rule.while_in):
        return f"the clock never starts: it would in {where}, and while_in leaves that out. Change one of the two."
    return f"the clock never starts: the case is closed by then ({where}). Write outlives_closing = true, or change it."


def _ended_by_its_start(ways: Ways, rule: Timescale) -> str:
    """Which key has what starts a clock end it at once, whenever it starts; none, "", where it does not."""
    anchor = rule.anchor
    if anchor.later_of or anchor.earlier_of or anchor.each:
        return ""
    if anchor.event is not None:
        return next((key for key in ("met_by", "cancelled_by") if anchor.event in getattr(rule, key).events), "")
    if anchor.trigger is not None and anchor.trigger in rule.met_by.triggers and rule.repeat is None:
        return "met_by"
    begins = _moves_that_start(ways, rule)
    if begins and all(move.trigger in rule.cancelled_by.triggers for move in begins):
        return "cancelled_by"
    ahead = all(field.future for move in begins for field in move.fields if field.name == anchor.field)
    at_once = (
        anchor.field is not None and ahead
    )  # a day gone by may be met in the step that records it, in time or late
    return "met_by" if at_once and begins and all(move.trigger in rule.met_by.triggers for move in begins) else ""


def _moves_that_start(ways: Ways, rule: Timescale) -> tuple[Transition, ...]:
    anchor = rule.anchor
    if anchor.field is not None:
        return ways.recording.get(anchor.field, ())
    if anchor.trigger is not None:
        return ways.by_trigger.get(anchor.trigger, ())
    return tuple(move for move in ways.moves if move.dest == anchor.state and anchor.state not in move.source)


def _only_moves(ending: Ending) -> bool:
    """Whether nothing but a move ends a clock."""
    return bool(ending.triggers) and not (ending.requests or ending.events or ending.items or ending.updates)


def _is_met(ways: Ways, rule: Timescale, running: set[str]) -> bool:
    if any(name not in ways.by_trigger for name in rule.met_by.triggers):
        return True  # a name that leads nowhere is told elsewhere
    ending = [move for name in rule.met_by.triggers for move in ways.by_trigger[name]]
    at_once = rule.anchor.field is not None and any(
        move.trigger in rule.met_by.triggers for move in ways.recording.get(rule.anchor.field, ())
    )
    return at_once or some(ending, ways.runs_in(rule, running))


def _of_its_own(procedure: Procedure, rule: Timescale, place: Place) -> Iterator[Fault]:
    """A request or an item ends its own clock, and no other's."""
    anchor, met_by = rule.anchor, rule.met_by
    requests = {anchor.each, *(part.request for part in anchor.parts)} - {None}
    registers = {part.register for part in anchor.parts} - {None}
    for key, own in (("requests", requests), ("items", registers), ("updates", registers)):
        for ending in ("met_by", "cancelled_by"):
            named = getattr(getattr(rule, ending), key)
            if named and own.isdisjoint(named):
                hangs = " and ".join(map(repr, own)) or "none of these"
                what = f"the clock hangs on {hangs}, and only what it hangs on ends it. Name that, or leave it out."
                yield (*place, ending, key), what
    if rule.limit is not None and rule.limit < 0 and all(_is_over(procedure, part) for part in anchor.parts):
        yield (*place, "limit"), "it runs out before it begins. Count back from a date that may lie ahead, or forward."
    kept = procedure.registers.get(anchor.register or "")
    if kept is not None and anchor.register in met_by.items and not kept.answer and kept.ended_when is None:
        yield (*place, "met_by", "items"), "its items never end. Give that register answer or ended_when."
    if kept is not None and anchor.register in met_by.updates and not kept.answer and not kept.update:
        yield (*place, "met_by", "updates"), "nothing is recorded about its items. Give that register update."


def _is_over(procedure: Procedure, part: Start) -> bool:
    """Whether what a clock starts from has happened by the day it is known."""
    if part.field is not None:
        return not any(field.future for field in procedure.recordings.get(part.field, ()))
    return not part.given().keys().isdisjoint({"state", "trigger", "pause", "event", "entered"})


def guards(procedure: Procedure) -> Iterator[Fault]:
    """Every guard can pass: what it waits for can come before the move it stands in the way of."""
    ways = Ways(procedure)
    for index, move in enumerate(ways.moves):
        if not ways.is_whole or (move.source and not some([move], ways.reached)):
            continue  # where the way itself is wrong, that is told
        for number, guard in enumerate(move.guards):
            prove = PASSES.get(guard.name)
            wrong = prove(ways, move, guard) if prove else ""
            if wrong:
                yield ("transitions", index, "guards", number), wrong


def _recorded(ways: Ways, move: Transition, guard: Guard) -> str:
    made = ways.by_trigger.get(guard.trigger or "", ())
    if made and not move.source:
        return f"nothing comes before a move that opens a case, so {guard.trigger!r} cannot. Remove the guard."
    if not made or guard.when is not None:
        return ""
    if not _comes_after(ways, move, guard, made):
        what = f"{guard.trigger!r} can never have been made before it."
        return f"{what} Name a move that comes before, or remove the guard."
    of_this_round = guard.whole_case or any(not one.source for one in made) or some([move], ways.until_closed(made))
    return "" if of_this_round else OF_AN_EARLIER_ROUND.format(trigger=guard.trigger)


OF_AN_EARLIER_ROUND = (
    "between {trigger!r} and this the case is closed and opened again, so it never passes. "
    "Write scope = 'case', or name another move."
)


def _comes_after(ways: Ways, move: Transition, guard: Guard, made: Iterable[Transition]) -> bool:
    """Whether a move can follow one of those that were made, where a guard keeps every move that has it waiting."""
    there = ways.without(lambda one: guard in one.guards)
    free = [one for one in made if guard not in one.guards and (not one.source or some([one], there))]
    return some([move], ways.after(free))


def _comes_from(ways: Ways, move: Transition, guard: Guard, states: Iterable[str]) -> bool:
    """Whether a move can follow on some states, where a guard keeps every move that has it waiting."""
    there = ways.without(lambda one: guard in one.guards)
    return some([move], ways.from_states(there.intersection(states)))


def _not_recorded(ways: Ways, move: Transition, guard: Guard) -> str:
    shut = guard.trigger or ""
    if guard.when is not None or shut not in ways.by_trigger or not move.source:
        return ""
    if some([move], ways.without(lambda one: one.trigger == shut)):
        return ""
    return f"every way here goes through {shut!r}, so it never passes. Name another move, or remove the guard."


def _answers_in(ways: Ways, move: Transition, guard: Guard) -> str:
    asked = ways.procedure.requests.get(guard.request or "")
    if asked is None or not guard.least or guard.when is not None or _comes_from(ways, move, guard, asked.states):
        return ""
    return f"{guard.request!r} can never be asked before it. Ask for it in an earlier state, or remove the guard."


def _items_entered(ways: Ways, move: Transition, guard: Guard) -> str:
    kept = ways.procedure.registers.get(guard.items or "")
    if kept is None or not guard.least or guard.when is not None:
        return ""
    if _comes_from(ways, move, guard, kept.states or ways.procedure.states):
        return ""
    return f"no item of {guard.items!r} can be entered before it. Let items be entered in an earlier state."


def _condition(ways: Ways, move: Transition, guard: Guard) -> str:
    asked = guard.condition
    if asked is None or guard.when is not None or asked.given is False or asked.field not in ways.recording:
        return ""
    recording = ways.recording[asked.field]
    if move in recording or _comes_after(ways, move, guard, recording):
        return ""
    return f"{asked.field!r} is never recorded before it. Record it in this move or in an earlier one."


def _date_met(ways: Ways, move: Transition, guard: Guard) -> str:
    rule = ways.procedure.timescales.get(guard.timescale or "")
    if rule is None or guard.when is not None or not _only_moves(rule.met_by) or rule.met_by.contact:
        return ""
    if set(rule.met_by.triggers) != {move.trigger}:
        return ""
    return f"only this move meets {guard.timescale!r}, so it waits for itself. Name another time limit."


def _later_than(_: Ways, __: Transition, guard: Guard) -> str:
    if guard.field is None or guard.field != guard.than:
        return ""
    return f"{guard.field!r} is never later than itself. Name another date in than."


PASSES: dict[str, Callable[[Ways, Transition, Guard], str]] = {
    "recorded": _recorded,
    "not_recorded": _not_recorded,
    "answers_in": _answers_in,
    "items_entered": _items_entered,
    "condition": _condition,
    "date_met": _date_met,
    "later_than": _later_than,
}
"""What is proven of a guard, by its name: why it can never pass, or nothing."""


def outsiders(procedure: Procedure) -> Iterator[Fault]:
    """What an outside role does is entered by somebody of the committee."""
    for name, role in procedure.roles.items():
        known = [procedure.roles[one] for one in role.recorded_by if one in procedure.roles]
        inside = any(not one.external for one in known)
        if role.external and len(known) == len(role.recorded_by) and not inside:
            yield (
                ("roles", name, "recorded_by"),
                "nobody of the committee enters what this outside role does. Name a role that is not external.",
            )


def holds(procedure: Procedure) -> Iterator[Fault]:
    """A hold can be ordered, and ends as it says."""
    for name, hold in procedure.pauses.items():
        if set(hold.until) == {"event"} and not procedure.events:
            yield ("pauses", name, "until"), "there is no event it could end by. Define one, or let it end otherwise."
        if hold.events and hold.until and "event" not in hold.until:
            yield ("pauses", name, "events"), 'it does not end by an event. Add "event" to until, or remove these.'


def rows(procedure: Procedure) -> Iterator[Fault]:
    """No time limits hang on one another in a row that nobody could follow."""
    for name in procedure.timescales:
        here, steps = {name}, 0
        while here and steps <= DEEPEST:
            here = {base for one in here for base in procedure.timescales[one].anchor.bases}
            here &= procedure.timescales.keys() - {name}
            steps += 1
        if here:
            yield ("timescales", name, "anchor"), f"it hangs on more than {DEEPEST} others in a row. Anchor it nearer."
            return


PROOFS: tuple[Callable[[Procedure], Iterator[Fault]], ...] = (clocks, rows, guards, outsiders, holds)
"""What is proven of an edition as a whole."""
