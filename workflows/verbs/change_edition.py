"""Moving a case to another edition of the guidance, or to its committee's new settings: shown first, never silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from config.phrases import limit_words, loosened_words
from config.subject_words import in_words_of, worded_for
from config.succession import outdated
from records import cases
from records.cases import Case
from records.editions import EditionLibrary
from states.dossier import Deadline, Dossier
from states.entry import Entry
from states.errors import BadAnswer, NotPossible
from states.fold import fold
from states.procedure import Migration, Procedure
from states.words import long_day
from workflows.unit_of_work import UnitOfWork, check_words, find
from workflows.verbs.open import calendars_of, pin
from workflows.verbs.people import check_keeper


@dataclass(frozen=True)
class DateMove:
    """What a move does to one date: `gone` and `new` dates have only one side. `note` flags a loosened limit."""

    key: str
    label: str
    before: date | None
    after: date | None
    what: str
    note: str = ""


@dataclass(frozen=True)
class Difference:
    """What a move to another edition would change, shown before anything is done.

    `clocks_kept` are the clocks, running or held, that it leaves as they are, in words. `outdated` says that the
    edition was withdrawn or replaced; empty while it holds.
    """

    ref: str
    from_title: str
    to_title: str
    from_state: str
    to_state: str
    steps_gone: tuple[str, ...]
    steps_new: tuple[str, ...]
    dates: tuple[DateMove, ...]
    clocks_kept: tuple[str, ...]
    outdated: str = ""


def preview_move(uow: UnitOfWork, ref: str, edition: str, state: str = "") -> Difference:
    """What moving a case to an edition would change: its steps from here, its dates, its running clocks."""
    case = find(uow, ref)
    uow = uow.in_days_of(case.procedure)
    target, entry = _moving(uow, case, edition, state, "preview")
    after = fold(case.dossier, entry.model_copy(update={"sequence": case.dossier.sequence + 1}), EditionLibrary(uow.tx))
    before_steps = {move.label for move in case.procedure.moves_from(case.dossier.state)}
    after_steps = {move.label for move in target.moves_from(entry.dest)}
    return Difference(
        case.ref,
        case.procedure.title,
        target.title,
        case.procedure.label_of("states", case.dossier.state),
        target.label_of("states", entry.dest),
        tuple(sorted(before_steps - after_steps)),
        tuple(sorted(after_steps - before_steps)),
        tuple(date_moves(case.procedure, target, case.dossier, after)),
        tuple(_kept(case.procedure, target, case.dossier, after)),
        outdated(target, uow.today),
    )


def move_edition(
    uow: UnitOfWork, ref: str, edition: str, why: str, *, state: str = "", seen: int | None = None
) -> tuple[Case, Entry]:
    """Move a case to an edition.

    Its dates go by the new edition from their old beginnings; the old ones stay on record.
    """
    case = find(uow, ref, seen)
    uow = uow.in_days_of(case.procedure)
    check_keeper(uow, case, "Moving a case to another edition")
    check_words(uow, case, why)
    if not why.strip():
        raise BadAnswer("Say why the case moves to another edition.")
    _, entry = _moving(uow, case, edition, state, why)
    return cases.record(uow.tx, case, entry, uow.now), entry


def is_under(uow: UnitOfWork, ref: str, edition: str) -> bool:
    """Whether a case is under an edition as it stands now already, so that there is nothing to move."""
    case = find(uow, ref)
    return in_words_of(uow.guidance(edition), worded_for(case.procedure)).digest == case.dossier.digest


def date_moves(old: Procedure, new: Procedure, before: Dossier, after: Dossier) -> list[DateMove]:
    """The dates that differ between two moments of a case, each with its two sides."""
    moves = []
    for key in dict.fromkeys((*before.deadlines, *after.deadlines)):
        was, now = before.deadlines.get(key), after.deadlines.get(key)
        held = _limit_changes(old, new, was, now)
        if _same(was, now) and not held:
            continue
        rule = new.timescales.get(_name(was, now)) or old.timescales[_name(was, now)]
        gone = now is None or not now.open
        what = held or ("new" if was is None else "no longer owed" if gone else "moves")
        there = now.due_on if now is not None and now.open else None
        moves.append(DateMove(key, rule.label, was.due_on if was else None, there, what, loosened_words(rule)))
    return moves


def _limit_changes(old: Procedure, new: Procedure, was: Deadline | None, now: Deadline | None) -> str:
    """What becomes of a clock that shows no date, held or not set: it is counted by another limit once it runs."""
    if was is None or now is None or not (was.open and now.open) or was.due_on or now.due_on:
        return ""
    first, then = (limit_words(one.timescales[name]) for one, name in ((old, was.timescale), (new, now.timescale)))
    return (
        "" if first == then else f"{'held' if was.status == 'held' else 'not counted yet'}: {then} instead of {first}"
    )


def _kept(old: Procedure, new: Procedure, before: Dossier, after: Dossier) -> Iterator[str]:
    for was in before.open_deadlines():
        now = after.deadlines.get(was.key)
        if was.status in {"running", "held"} and _same(was, now) and not _limit_changes(old, new, was, now):
            whose = f" ({was.agency})" if was.agency else ""
            due = f"due {long_day(was.due_on)}" if was.due_on else "held" if was.status == "held" else "no date"
            yield f"{new.label_of('timescales', was.timescale)}{whose}: {due}"


def _same(was: Deadline | None, now: Deadline | None) -> bool:
    if was is None or now is None:
        return was is now
    return (was.due_on, was.status) == (now.due_on, now.status) or not was.open


def _name(was: Deadline | None, now: Deadline | None) -> str:
    found = was or now
    assert found is not None
    return found.timescale


def _moving(uow: UnitOfWork, case: Case, edition: str, state: str, why: str) -> tuple[Procedure, Entry]:
    target = in_words_of(uow.guidance(edition), worded_for(case.procedure))
    if target.digest == case.dossier.digest:
        raise NotPossible(f"{case.ref} is under {target.title} as it stands now: there is nothing to move.")
    if target.kind != case.procedure.kind:
        raise NotPossible(f"{target.title} is for another kind of file: {case.ref} cannot move to it.")
    there = state or _state_there(case, target)
    _check_state(case, target, there)
    mapped = target.migrations.get(case.procedure.name, Migration())
    waiting = _left_behind(uow, case, target, mapped)
    if waiting:
        raise NotPossible(*waiting)
    pin(uow, target.name, target)
    entry = uow.entry(
        "moved_edition",
        reason=why,
        source=case.dossier.state,
        dest=there,
        data={
            "edition": target.name,
            "digest": target.digest,
            "calendars": calendars_of(uow, target),
            "triggers": mapped.triggers,
            "requests": mapped.requests,
        },
    )
    return target, entry


def _check_state(case: Case, target: Procedure, there: str) -> None:
    if there not in target.states:
        known = ", ".join(target.states)
        raise NotPossible(
            f"{target.title} has no state {case.dossier.state!r}: "
            f"say which state the case takes (--state), one of {known}."
        )
    if target.states[there].final != (case.dossier.closed_on is not None):
        label = target.label_of("states", there)
        raise NotPossible(f"A move neither closes nor reopens a case, as {label!r} would: say another state (--state).")


def _left_behind(uow: UnitOfWork, case: Case, target: Procedure, mapped: Migration) -> list[str]:
    """What still runs on the case and has no place in the other edition."""
    asked = [
        f"{one.agency} is still asked for {case.procedure.said('requests', one.request)}, which "
        f"{target.title} does not know: record its answer or its no first."
        for one in case.dossier.requests.values()
        if one.status == "open" and mapped.requests.get(one.request, one.request) not in target.requests
    ]
    held = [
        f"{pause.label} ({pause.id}) still runs, a hold which {target.title} does not know: end it first."
        for pause in case.dossier.pauses.values()
        if not pause.ended and pause.runs_on(uow.today) and pause.kind not in target.pauses
    ]
    return [*asked, *held]


def _state_there(case: Case, target: Procedure) -> str:
    mapped = target.migrations.get(case.procedure.name)
    return mapped.states.get(case.dossier.state, case.dossier.state) if mapped else case.dossier.state
