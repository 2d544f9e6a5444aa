"""What can be done next on a case: each step with what stands in its way, and what else there is to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from records.cases import Case
from states.answers import holds
from states.asking import unasked
from states.entry import Actor
from states.errors import NotPossible, UnknownStep
from states.guards import Facts
from states.machine import Obstacle, obstacles
from states.next_step import UNSAID, Arguments, Besides, NextStep, advice, always
from states.procedure import Procedure
from states.rounds import steps_of_round
from states.steps import Choice, Condition, Field, PauseKind, Transition
from states.words import first_up
from workflows.views.json_names import UNWRITTEN, written_as
from workflows.views.obstacle_remedies import remedies
from workflows.views.viewer import Viewer

ASKS = "It asks:"
"""What comes before the question of a step whose answer must be the one it needs."""


@dataclass(frozen=True)
class StepLine:
    """A step of a case. `fields` says of each field whether it must be filled in.

    `offer` is the step as it can be taken now, `maybe` what it may record besides. `obstacles` are the sentences that
    stand in its way; `mended` what can be done about them. `completes` where the step itself must record something that
    it waits for: `asks` says what.
    """

    step: str
    label: str
    to: str
    roles: tuple[str, ...]
    reason: str
    authority: tuple[str, ...]
    fields: Mapping[str, bool]
    maybe: Besides
    obstacles: tuple[str, ...]
    offer: NextStep = field(metadata=written_as("type"))
    completes: bool
    asks: tuple[str, ...] = ()
    mended: tuple[NextStep, ...] = field(default=(), metadata=UNWRITTEN)
    besides_role: tuple[str, ...] = field(default=(), metadata=UNWRITTEN)
    """What stands in its way besides that the viewer's role may not take it."""
    taken_on: date | None = field(default=None, metadata=UNWRITTEN)
    """When it was last taken in this round of the case, where it leaves the case in the state it stands in."""
    who: str = field(default="", metadata=UNWRITTEN)
    """Who may take it, as the edition calls them."""

    @property
    def possible(self) -> bool:
        """Whether it can be taken now, with what it records."""
        return not self.obstacles


def steps(case: Case, viewer: Viewer) -> tuple[StepLine, ...]:
    """Every step from where a case stands, for the viewer's role, or where none was said for one that may take it.

    A duplicate of another case has none: the work goes on there; nor has one whose import was taken back.
    """
    if case.dossier.closed_as:
        return ()
    return tuple(_step(case, move, viewer) for move in case.procedure.moves_from(case.dossier.state))


def check_open(case: Case, step: str, viewer: Viewer) -> None:
    """Raise UnknownStep for a step that does not begin where a case stands, NotPossible for one that is blocked."""
    look = advice("{} shows the steps there are.", NextStep("show", {"ref": (case.ref,)}))
    line = next((one for one in steps(case, viewer) if one.step == step), None)
    if line is None:
        raise UnknownStep(f"{case.ref} has no step {step[:60]!r} from where it stands now.", advice=look)
    if not line.offer.verb:
        shows = advice("{} shows what can be done.", NextStep("show", {"ref": (case.ref,)}))
        raise NotPossible(*line.obstacles, advice=shows)


def _step(case: Case, move: Transition, viewer: Viewer) -> StepLine:
    found = obstacles(_facts(case, viewer, viewer.actor.role or move.roles[0]), move)
    asked = {id(one): one for one in found if _in_its_own_fields(move, one)}
    standing = tuple(one for one in found if id(one) not in asked)
    form = tuple(_as_asked(case, one, move, tuple(asked.values())) for one in move.fields)
    return StepLine(
        step=move.trigger,
        label=move.label,
        to=move.dest,
        roles=move.roles,
        reason=move.reason,
        authority=move.authority,
        fields={one.name: always(one) for one in form},
        maybe=Besides(form),
        obstacles=tuple(dict.fromkeys(one.sentence for one in standing)),
        offer=_offer(case, move, form, viewer, standing),
        completes=bool(asked),
        asks=tuple(dict.fromkeys(_what_it_asks(case, move, one) for one in asked.values())),
        mended=remedies(case, viewer, standing),
        besides_role=tuple(dict.fromkeys(one.sentence for one in standing if not one.of_role)),
        taken_on=_taken_on(case, move),
        who=" or ".join(first_up(case.procedure.label_of("roles", role)) for role in move.roles),
    )


def _facts(case: Case, viewer: Viewer, role: str, override: str = "") -> Facts:
    viewer = viewer.in_days_of(case.procedure)
    actor = Actor(name=viewer.actor.name, role=role, agency=viewer.actor.agency)
    return Facts(case.procedure, case.dossier, actor, viewer.today, override=override)


def _in_its_own_fields(move: Transition, one: Obstacle) -> bool:
    """Whether a step itself records what would take an obstacle out of its way."""
    guard = one.guard
    if guard is None:
        return False
    named = {guard.condition.field} if guard.condition is not None else {guard.field, guard.than}
    return not named.isdisjoint(field.name for field in move.fields)


def _taken_on(case: Case, move: Transition) -> date | None:
    stays, dossier = move.dest == case.dossier.state, case.dossier
    taken = stays and steps_of_round(case.procedure, dossier, move.trigger)
    return dossier.done[move.trigger].on if taken else None


def _what_it_asks(case: Case, move: Transition, one: Obstacle) -> str:
    """What a step itself records, in the words of its obstacle; of an answer nobody has given yet, its question."""
    wanted = one.guard.condition if one.guard is not None else None
    if wanted is None or wanted.given is not None or wanted.field in case.dossier.fields:
        return one.sentence
    return next(f"{ASKS} {field.label}" for field in move.fields if field.name == wanted.field)


def _as_asked(case: Case, one: Field, move: Transition, asked: tuple[Obstacle, ...]) -> Field:
    """A field as the step takes it now: required where an obstacle waits for it, with only the answers that will do."""
    wanted = [obstacle.guard for obstacle in asked if obstacle.guard is not None]
    conditions = [guard.condition for guard in wanted if guard.condition and guard.condition.field == one.name]
    later = any(one.name in {guard.field, guard.than} for guard in wanted)
    own = {field.name for field in move.fields}
    known = one.when is not None and one.when.field not in own and holds(one.when, case.dossier.fields)
    if not conditions and not later and not known:
        return one
    for condition in conditions:
        one = _limited(one, condition)
    return one.model_copy(update={"required": one.required or bool(conditions) or later, "when": None})


def _limited(one: Field, condition: Condition) -> Field:
    """A field with only those of its answers that a condition takes."""
    taken = condition.one_of or ((str(condition.equals),) if condition.equals is not None else ())
    offered = one.choices or tuple(Choice(name=name, label=name) for name in taken if one.kind == "yes_no")
    left = tuple(choice for choice in offered if choice.name in taken)
    return one.model_copy(update={"choices": left}) if left else one


def _offer(
    case: Case, move: Transition, form: tuple[Field, ...], viewer: Viewer, standing: tuple[Obstacle, ...]
) -> NextStep:
    """The step as it can be taken: by whoever may, or by going on without what it waits for; else nothing."""
    if not any(not one.of_role for one in standing):
        return taking(case.ref, move, form, role=() if viewer.may(case.procedure, move.roles) else move.roles)
    if standing[0].of_role:
        return UNSAID
    role = next((one for one in _who_may_go_on(move, viewer) if _free(case, move, viewer, one)), None)
    if role is None:
        return UNSAID
    return taking(case.ref, move, form, role=() if role == viewer.actor.role else (role,), override=True)


def _who_may_go_on(move: Transition, viewer: Viewer) -> Iterator[str]:
    named = (viewer.actor.role, *move.roles, *(guard.override or "" for guard in move.guards))
    return (role for role in dict.fromkeys(named) if role)


def _free(case: Case, move: Transition, viewer: Viewer, role: str) -> bool:
    left = obstacles(_facts(case, viewer, role, override="given"), move)
    return all(_in_its_own_fields(move, one) for one in left)


def taking(
    ref: str, move: Transition, form: tuple[Field, ...], *, role: tuple[str, ...] = (), override: bool = False
) -> NextStep:
    """Taking a step of a case; `role` are those to choose from, where whoever asks has none that may."""
    return _given(NextStep("advance", {"ref": (ref,), "step": (move.trigger,)}, form), move, role, override=override)


def opening(procedure: Procedure, move: Transition) -> NextStep:
    """Opening a case in one of the ways of its edition, or proposing a recommendation out of one."""
    if procedure.kind == "recommendation":
        return _given(NextStep("recommendation propose", {"ref": ()}, move.fields), move, move.roles)
    first = {"edition": (procedure.name,), "opens_by": (move.trigger,)}
    return _given(NextStep("open", first, move.fields), move, move.roles)


def _given(step: NextStep, move: Transition, role: tuple[str, ...], *, override: bool = False) -> NextStep:
    more = {"role": role} if role else {}
    more |= {"authority": move.authority} if move.authority else {}
    more |= {"override": ()} if override else {}
    more |= {"reason": ()} if move.reason == "required" else {}
    return NextStep(step.verb, {**step.arguments, **more}, step.fields)


def others(case: Case, viewer: Viewer) -> tuple[NextStep, ...]:
    """What else can be done on a case: asking agencies, what comes back, more time, holds, events, lists.

    On one that is closed only what meets a date that is still owed can be recorded.
    """
    if case.dossier.closed_on is not None:
        return tuple(_events(case, viewer))
    parts = (_requests, _answers, _more_time, _holds, _events, _lists)
    return tuple(step for part in parts for step in part(case, viewer))


def _by_role(
    verb: str, case: Case, viewer: Viewer, named: Mapping[str, tuple[str, ...]], more: Arguments
) -> Iterator[NextStep]:
    """One step for all that the viewer may choose, and one for the rest with the role that may; one each if need be."""
    mine = tuple(name for name, roles in named.items() if viewer.may(case.procedure, roles))
    rest = {name: roles for name, roles in named.items() if name not in mine}
    if mine:
        yield NextStep(verb, {"ref": (case.ref,), "what": mine, **more})
    for names, roles in _shared(rest):
        yield NextStep(verb, {"ref": (case.ref,), "what": names, **more, "role": roles})


def _shared(named: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The names together with the roles that all of them have in common; apart where they have none."""
    common = tuple(role for role in next(iter(named.values()), ()) if all(role in roles for roles in named.values()))
    if common:
        yield tuple(named), common
    else:
        yield from (((name,), roles) for name, roles in named.items())


def _requests(case: Case, viewer: Viewer) -> Iterator[NextStep]:
    state, known = case.dossier.state, case.procedure.requests
    asked = {name: one.asked_by for name, one in known.items() if state in one.states and not one.per_item}
    yield from _by_role("request send", case, viewer, asked, {"agencies": ()})
    for name, one in known.items():
        about = tuple(item.id for item, _ in unasked(case.procedure, case.dossier, name))
        if about and state in one.states:
            yield from _by_role(
                "request send", case, viewer, {name: one.asked_by}, {"agencies": ("all",), "about": about}
            )


def _answers(case: Case, viewer: Viewer) -> Iterator[NextStep]:
    known = case.procedure.requests
    waiting = [one for one in case.dossier.requests.values() if one.status == "open"]
    kinds = dict.fromkeys(one.request for one in waiting)
    whose = {kind: _whose(case, viewer, kind) for kind in kinds}
    for kind in kinds:
        fields = tuple(filter(always, known[kind].fields)) if kind in known else ()
        yield NextStep("request answer", {"ref": (case.ref,), "agency": (), **whose[kind]}, fields)
    for more in {str(one): one for one in whose.values()}.values():
        yield NextStep("request acknowledge", {"ref": (case.ref,), "agency": (), **more})
        yield NextStep("request promise", {"ref": (case.ref,), "agency": (), "until": (), **more})


def _whose(case: Case, viewer: Viewer, kind: str) -> Arguments:
    """The roles to act in for an agency, where the viewer neither may nor speaks for one that is asked."""
    rule = case.procedure.requests.get(kind)
    asked = {one.agency for one in case.dossier.requests.values() if one.request == kind and one.status == "open"}
    may = rule is None or viewer.may(case.procedure, rule.asked_by) or any(map(viewer.is_of, asked))
    return {} if may or rule is None else {"role": rule.asked_by}


def _more_time(case: Case, viewer: Viewer) -> Iterator[NextStep]:
    dossier = case.dossier
    asked = {one.deadline for one in dossier.undecided()}
    late: dict[str, tuple[str, ...]] = {}
    for one in dossier.open_deadlines():
        known = case.procedure.timescales.get(one.timescale)
        rule = known.extension if known is not None else None
        granted = sum(more.deadline == one.key and more.status == "granted" for more in dossier.extensions.values())
        given = rule is not None and (rule.when is None or holds(rule.when, dossier.answers_about(one)))
        if rule is not None and given and one.due_on and one.key not in asked and granted < rule.most:
            late[one.key] = (viewer.actor.role,) if viewer.is_of(one.agency) else rule.asked_by
    yield from _by_role("extend ask", case, viewer, late, {"count": (), "reason": ()})
    for extension in dossier.undecided():
        known = case.procedure.timescales.get(dossier.deadlines[extension.deadline].timescale)
        if known is not None and known.extension is not None:
            decided_by = {extension.id: known.extension.granted_by}
            yield from _by_role("extend grant", case, viewer, decided_by, {})


def _holds(case: Case, viewer: Viewer) -> Iterator[NextStep]:
    known = case.procedure.pauses
    for one in case.dossier.pauses.values():
        if not one.ended and one.kind in known:
            yield from _by_role("pause end", case, viewer, {one.id: known[one.kind].ordered_by}, {})
    known = {name: one for name, one in known.items() if one.when is None or holds(one.when, case.dossier.fields)}
    mine = {name: one for name, one in known.items() if viewer.may(case.procedure, one.ordered_by)}
    if mine:
        yield holding(case.ref, mine)
    for names, roles in _shared({name: one.ordered_by for name, one in known.items() if name not in mine}):
        yield holding(case.ref, {name: known[name] for name in names}, roles)


def holding(ref: str, pauses: Mapping[str, PauseKind], role: tuple[str, ...] = ()) -> NextStep:
    """Ordering a hold, of one kind or of several."""
    known = dict.fromkeys(name for one in pauses.values() for name in one.authorities)
    authority = tuple(known) if len(pauses) == 1 else ()
    whose = {"role": role} if role else {}
    open_choice = dict.fromkeys(name for one in pauses.values() if not one.stops for name in one.may_stop)
    stops = {"stops": (*open_choice, "none")} if open_choice else {}
    given = {"ref": (ref,), "what": tuple(pauses), **whose, "authority": authority, **stops, "reason": ()}
    return NextStep("pause order", given)


def _events(case: Case, viewer: Viewer) -> Iterator[NextStep]:
    """What may have happened elsewhere: what is waited for, what meets a date or begins one; what is asked after."""
    dossier, rules = case.dossier, case.procedure.timescales
    state = case.procedure.states.get(dossier.state)
    held = (one.event for one in dossier.pauses.values() if not one.ended)
    owed = [rules.get(one.timescale) for one in dossier.deadlines.values() if one.open]
    meet = (event for rule in owed if rule is not None for event in rule.met_by.events)
    begin = (start.event for rule in rules.values() for start in rule.anchor.parts if dossier.closed_on is None)
    awaited = dict.fromkeys(
        one
        for one in (state.waits_for if state else None, *held, *meet, *begin)
        if one and one not in case.dossier.events
    )
    known = {one: case.procedure.events[one].recorded_by for one in awaited if one in case.procedure.events}
    yield from _by_role("case event", case, viewer, known, {})
    chased = {event for rule in owed if rule is not None and rule.met_by.contact for event in rule.met_by.events}
    yield from _by_role("case asked-after", case, viewer, {one: known[one] for one in known if one in chased}, {})


def _lists(case: Case, viewer: Viewer) -> Iterator[NextStep]:
    here = {
        name: rule.kept_by
        for name, rule in case.procedure.registers.items()
        if not rule.states or case.dossier.state in rule.states
    }
    yield from _by_role("item add", case, viewer, here, {"field": ()})


def entering(procedure: Procedure, ref: str = "") -> Iterator[tuple[str, NextStep]]:
    """What can be entered in the lists of an edition, and recorded about it after, each with the label of its list."""
    where = {"ref": (ref,) if ref else ()}
    for name, kept in procedure.registers.items():
        yield kept.label, NextStep("item add", {**where, "what": (name,)}, kept.fields)
        for verb, fields in (("respond", kept.answer), ("update", kept.update)):
            if fields:
                yield kept.label, NextStep(f"item {verb}", {**where, "item": ()}, fields)
