"""A late change of a calendar: a bank holiday announced, a council's day corrected.

Shown first, then applied, on record.
"""

from __future__ import annotations

from sqlalchemy import or_, select

from config.phrases import loosened_words
from records import cases, editions
from records.case_list import OWED
from records.cases import CASES, Case
from records.diary import DEADLINES
from records.editions import EditionLibrary
from states.calendars import Calendar
from states.dossier import Deadline
from states.entry import Entry
from states.errors import BadAnswer, NotPossible, StaleVersion
from states.fold import fold
from states.next_step import advice
from workflows.unit_of_work import UnitOfWork, check_words, version_shown
from workflows.verbs.people import check_keeper
from workflows.verbs.preview import Preview, tried
from workflows.views.calendars import MovedDate

CHANGED_SINCE = "A case that is counted by this calendar has changed since it was shown, or the calendar has."


def preview_calendar(uow: UnitOfWork, fresh: Calendar, *layers: Calendar) -> tuple[MovedDate, ...]:
    """Which open dates a changed calendar would move, by how much, and how often each had been chased.

    `layers` are the calendars that extend it, as they are with the change: those of councils and agencies.
    """
    moved: list[MovedDate] = []
    for one in (fresh, *layers):
        editions.pin_calendar(uow.tx, one)
    for case in _affected(uow, (fresh, *layers)):
        after = case.dossier
        for one in _outdated(case, (fresh, *layers)):
            entry = _changing(uow, case, one, "preview").model_copy(update={"sequence": after.sequence + 1})
            after = fold(after, entry, EditionLibrary(uow.tx))
        moved.extend(_moves(case, after.deadlines))
    return tuple(moved)


def preview_change(uow: UnitOfWork, fresh: Calendar, why: str, *layers: Calendar) -> Preview[tuple[MovedDate, ...]]:
    """The dates that a changed calendar would move, and what applying it, for a reason if one is said, is refused with.

    `version` is that of every case it is counted on: whoever applies it says it, and applies what was shown.
    """
    version, shown = version_counted(uow, fresh, *layers), preview_calendar(uow, fresh, *layers)
    trial = tried(uow, lambda: apply_calendar(uow, fresh, why or "preview", *layers))
    return Preview(version, shown, trial.refused)


def version_counted(uow: UnitOfWork, fresh: Calendar, *layers: Calendar) -> int:
    """The version of all that a change of a calendar touches: itself, and every case that is counted by it."""
    affected = ((case.ref, case.dossier.version) for case in _affected(uow, (fresh, *layers)))
    return version_shown(*(one.digest for one in (fresh, *layers)), *affected)


def apply_calendar(
    uow: UnitOfWork, fresh: Calendar, why: str, *layers: Calendar, seen: int | None = None
) -> tuple[MovedDate, ...]:
    """Count every open case's dates by the changed calendar from now on; each history records it and why.

    `layers` are the calendars that extend it, as they are with the change: those of councils and agencies. Raises
    StaleVersion where a case has changed since it was shown (`seen`).
    """
    if seen not in {None, version_counted(uow, fresh, *layers)}:
        raise StaleVersion(CHANGED_SINCE, advice=advice("look again ({}).", "calendar preview"))
    if not why.strip():
        raise BadAnswer("Say why the calendar changes: where the holiday was announced.")
    check_words(uow, None, why)
    moved = preview_calendar(uow, fresh, *layers)
    affected = _affected(uow, (fresh, *layers))
    if not affected:
        raise NotPossible(f"No open case is counted by an older {fresh.label}: there is nothing to apply.")
    for case in affected:
        check_keeper(uow, case, "Changing a calendar")
        check_words(uow, case, why)
        for one in _outdated(case, (fresh, *layers)):
            case = cases.record(uow.tx, case, _changing(uow, case, one, why), uow.now)  # noqa: PLW2901
    return moved


def counts_any(uow: UnitOfWork, fresh: Calendar, *layers: Calendar) -> bool:
    """Whether any open case is counted by an older version of one of these calendars."""
    return bool(_affected(uow, (fresh, *layers)))


def _changing(uow: UnitOfWork, case: Case, fresh: Calendar, why: str) -> Entry:
    data = {"calendar": fresh.name, "digest": fresh.digest, "was": case.dossier.calendars[fresh.name]}
    return uow.in_days_of(case.procedure).entry("calendar_changed", reason=why, data=data)


def _affected(uow: UnitOfWork, fresh: tuple[Calendar, ...]) -> list[Case]:
    owing = select(DEADLINES.c.case_id).where(DEADLINES.c.status.in_(OWED))
    wanted = select(CASES).where(or_(CASES.c.closed_on.is_(None), CASES.c.id.in_(owing)))
    rows = uow.tx.execute(wanted.order_by(CASES.c.id)).mappings()
    found = (cases.in_hand(uow.tx, row) for row in rows.all())
    return [case for case in found if _outdated(case, fresh)]


def _outdated(case: Case, fresh: tuple[Calendar, ...]) -> list[Calendar]:
    """Those of the calendars that a case goes by in an older version."""
    return [one for one in fresh if case.dossier.calendars.get(one.name, one.digest) != one.digest]


def _moves(case: Case, after: dict[str, Deadline]) -> list[MovedDate]:
    found = []
    for key, was in case.dossier.deadlines.items():
        now = after[key]
        if was.open and was.due_on != now.due_on:
            rule = case.procedure.timescales[was.timescale]
            chased = sum(1 for step in was.climbed if step.due_on == was.due_on and not (step.passed or step.withdrawn))
            owner = was.agency or case.procedure.label_of("roles", rule.owner)
            sides = (was.due_on, now.due_on, chased)
            found.append(MovedDate(case.ref, key, rule.label, owner, *sides, loosened_words(rule)))
    return found
