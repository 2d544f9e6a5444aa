"""What somebody should see before the yes to a step, or as it is told: nothing forbids it, and few would mean it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from records import recommendations
from records.cases import Case
from states.answers import long_ahead
from states.asking import REPLIED, reply_words
from states.entry import Entry
from states.rounds import asked_before
from states.signals import end_of_period
from states.steps import as_day
from states.words import counted, long_day
from workflows.unit_of_work import UnitOfWork

END_OF_HOLD = ("The end of the hold", "ends", "until then its clocks stand still")
NAMES_A_DAY = {
    "promised": ("The day promised", "until", "no reminder comes before it"),
    "paused": END_OF_HOLD,
    "pause_reviewed": END_OF_HOLD,
}
"""The kinds of entry that name a day ahead: what it is, where the entry says it, and what rests until then."""


def step_warnings(uow: UnitOfWork, before: Case | None, case: Case, entry: Entry) -> Iterator[str]:
    """What few would mean: a step on another day than it says, a case closed with work open, time that goes on."""
    if entry.kind == "extension_refused":
        yield from _promise_ends(case, entry)
    if entry.kind in NAMES_A_DAY:
        yield from _long_ahead(entry)
    if entry.kind == "requested" and not entry.reason:
        yield from _asked_again(case, entry)
    if entry.kind != "advanced":
        return
    yield from _on_another_day(case, entry, uow.in_days_of(case.procedure).today)
    if case.dossier.closed_on and before and not before.dossier.closed_on:
        yield from _still_followed(uow, case)


def _long_ahead(entry: Entry) -> Iterator[str]:
    """That the day until which nobody is reminded, or no day is counted, lies more than a year ahead."""
    label, named, rests = NAMES_A_DAY[entry.kind]
    data = entry.data.get("pause", entry.data)
    day = None if data.get("acknowledged") else as_day(data.get(named))
    said = long_ahead(label, day, entry.happened_on) if day is not None else None
    if said:
        yield f"{said} Once it is recorded, {rests}."


def _on_another_day(case: Case, entry: Entry, today: date) -> Iterator[str]:
    """That a step recorded as of today gives an earlier day, where a date of the case goes by the day of the step.

    A day that may be left out is about something else than the step: a death, or proceedings. So is the end of a year
    that a date of the step is counted from, which the step can only follow.
    """
    if entry.happened_on != today or not _dates_go_by(case, entry):
        return
    moves = case.procedure.triggered.get(entry.trigger, ())
    asked = {one.name: one.label for move in moves for one in move.fields if one.kind == "date" and one.required}
    given: dict[date, list[str]] = {}
    for name, label in asked.items():
        day = as_day(entry.data.get("fields", {}).get(name))
        if day is not None and day < today and not _ends_a_year(case, entry, day):
            given.setdefault(day, []).append(f"“{label}”")
    for day, labels in given.items():
        yield (
            f"{' and '.join(labels)} {'is' if len(labels) == 1 else 'are'} {long_day(day)}, and the step counts as "
            f"taken today, {long_day(today)}: the dates that go by the step go by today. "
            f"If it was taken on {long_day(day)}, give that as the day it happened."
        )


def _ends_a_year(case: Case, entry: Entry, day: date) -> bool:
    """Whether a day is the end of a year, where a date that the entry met is counted from such an end."""
    rules, dates = case.procedure.timescales, case.dossier.deadlines.values()
    met = (rules[one.timescale].anchor for one in dates if one.ended_by == entry.sequence and one.timescale in rules)
    periods = {part.period for anchor in met for part in anchor.parts if part.period is not None}
    return any(end_of_period(one, day) == day for one in periods)


def _dates_go_by(case: Case, entry: Entry) -> bool:
    """Whether a date begins on the day of a step, or was met late by it."""
    return any(
        (one.since == entry.sequence and one.anchor_on == entry.happened_on)
        or (one.ended_by == entry.sequence and one.status == "met" and one.late)
        for one in case.dossier.deadlines.values()
    )


def _asked_again(case: Case, entry: Entry) -> Iterator[str]:
    """That an agency has replied already, and nobody says why it is asked the same again."""
    for one in entry.data["asked"]:
        before = asked_before(case.procedure, case.dossier, case.dossier.requests[one["id"]])
        if before is not None and before.status in REPLIED:
            yield (
                f"{before.agency} {reply_words(before)}. Its letter says so, and not why it is asked again: say why, "
                "so that the letter does too."
            )


def _promise_ends(case: Case, entry: Entry) -> Iterator[str]:
    """That more time is refused, and with it the day that was promised."""
    deadline = case.dossier.deadlines[case.dossier.extensions[entry.data["id"]].deadline]
    promised = as_day(entry.data.get("promise_ends"))
    if promised is not None:
        yield (
            f"{deadline.agency} promised it for {long_day(promised)}. As more time is refused, that day counts no "
            f"more: reminders go by {long_day(deadline.due_on)} again, and the letter about the refusal says so. To "
            "leave them in peace until another day, record that as promised."
        )


def _still_followed(uow: UnitOfWork, case: Case) -> Iterator[str]:
    """Which recommendations of a case that closes are still open: they are followed on."""
    still = [one for one in recommendations.of_case(uow.tx, case.ref) if not one.ended]
    if still:
        named = ", ".join(f"{one.ref} ({one.stands})" for one in still)
        said = f"{counted(len(still), 'recommendation')} of this case {'is' if len(still) == 1 else 'are'} still open"
        yield f"{said}: {named}. Closing the case does not end what is open: it is followed on, with its own dates."
