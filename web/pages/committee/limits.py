"""The committee's own limits: what the nation leaves open or says, what is set, and what a change would move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import Response

from config.committee_file import FIXED, UNITS, OwnLimit
from states.errors import BadAnswer, Refused
from states.typed_days import read_day
from web.answers import Filled
from web.deed import UNPROCESSABLE
from web.desk import Desk
from web.form_drafts import OWN
from web.form_routes import form_at
from web.guard import At
from web.keeping import WHY, Keeping
from web.links import sentences
from web.policy import TABLE
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.local_settings import Chosen, preview_limits, set_limits
from workflows.views.local_limits import EditionLimits, edition_limits, editions_to_set
from workflows.views.question import Question

router = APIRouter()

BACK = "/committee/limits"
HIGHEST = 3650
SAY_ALL = "Say which limit, and with its number in which days it is counted, and on what ground it was set."
LIMIT = (
    Question("limit", "The limit", "choice"),
    Question("number", "Its number, or the day of the year; none for the nation's", ask="may"),
    Question("unit", "In which days it is counted", "choice", tuple((one, one) for one in UNITS), ask="may"),
    Question("note", "On what ground it was set", ask="may"),
)
MOVE = Question("move", "The open cases that go by it from now on", "choices", ask="may", free=True)
LEAP_YEAR = 2028
"""A year that has every day there is."""


@router.get(BACK, name="limits")
def limits(at: At) -> Response:
    """Show the editions whose limits matter, and how many are not set."""
    with at.reading() as tx:
        found = editions_to_set(tx, at.settings.own_file, at.viewer.today, at.hidden(tx))
    return at.page("committee/limits.html", editions=found)


@router.get(f"{BACK}/{{edition}}", name="edition_limits")
def form(at: At, edition: str) -> Response:
    """Ask for the limits of an edition; what the committee has not set is empty."""
    return _form(at, _shown(at, edition), ())


@router.post(f"{BACK}/{{edition}}", name="edition_limits")
def change(at: At, edition: str) -> Response:
    """Show what the limits would change on open cases, or write them once that was seen."""
    shown = _shown(at, edition)
    if at.said("change"):
        return _form(at, shown, ())
    try:
        chosen = dict(_chosen(at, shown))
        return _written_or_shown(at, shown, chosen) if at.said("confirmed") else _tried(at, shown, chosen)
    except Refused as refused:
        return _form(at, shown, sentences(refused), UNPROCESSABLE)


@form_at(f"{BACK}/{{edition}}/set", "limit_set", rule="edition_limits")
def _setting(at: Desk, edition: str) -> Keeping:
    """Set a limit of the committee's own, or with no number go by the nation's; open cases that are named go by it."""
    labels = {one.name: one.label for one in _shown(at, edition).limits}

    def do(uow: UnitOfWork, filled: Filled) -> str:
        name, number, unit, note = (filled.word(one.name) for one in LIMIT)
        if name not in labels or (number and not (unit in UNITS and note)):
            raise BadAnswer(SAY_ALL)
        found = _limit(labels[name], number, unit, note) if number else None
        move = filled.several("move")
        set_limits(uow, at.settings.own_file, edition, {name: found}, filled.word("reason"), move)
        return f"{labels[name]}: {found.words if found else 'as the nation has it'}. Cases moved: {len(move)}."

    which = replace(LIMIT[0], answers=tuple(labels.items()))
    return Keeping("Set a limit", "Set it", BACK, (which, *LIMIT[1:], WHY, MOVE), do)


def _shown(at: Desk, edition: str) -> EditionLimits:
    with at.reading() as tx:
        return edition_limits(tx, at.settings.own_file, edition, at.hidden(tx))


def _form(at: Desk, shown: EditionLimits, wrong: tuple[str, ...], status: int = 200) -> Response:
    units = tuple((one, one.replace("_", " ")) for one in UNITS)
    return at.page("committee/edition_limits.html", status=status, edition=shown, wrong=wrong, units=units)


def _written_or_shown(at: Desk, shown: EditionLimits, chosen: Chosen) -> Response:
    """Write them; what is refused is said where it was asked, beside what they would change."""
    try:
        return _written(at, shown.name, chosen)
    except Refused as refused:
        return _tried(at, shown, chosen, sentences(refused), UNPROCESSABLE)


def _tried(at: Desk, shown: EditionLimits, chosen: Chosen, wrong: tuple[str, ...] = (), status: int = 200) -> Response:
    with at.uow() as uow:
        found = preview_limits(uow, at.settings.own_file, shown.name, chosen)
    sent = [pair for pair in at.form.multi_items() if pair[0] not in OWN]
    labels = {one.name: one for one in shown.limits}
    sees = at.lets(TABLE["case"])
    shows = {"edition": shown, "chosen": chosen, "labels": labels}
    return at.page(
        "committee/limits_confirm.html", status=status, shows=shows, preview=found, sent=sent, sees=sees, wrong=wrong
    )


def _written(at: Desk, edition: str, chosen: Chosen) -> Response:
    move = tuple(ref for ref in at.form.getlist("move") if isinstance(ref, str))
    with at.uow() as uow:
        set_limits(uow, at.settings.own_file, edition, chosen, at.said("reason"), move)
    return at.go_to(f"{BACK}?did=limits")


def _chosen(at: Desk, shown: EditionLimits) -> Iterator[tuple[str, OwnLimit | None]]:
    """The limits that were changed on the form. Raises BadAnswer with all that is wrong of them."""
    wrong: list[str] = []
    for one in shown.limits:
        number, unit, note = (at.said(f"{one.name}.{part}") for part in ("limit", "unit", "note"))
        if not number:
            if one.own is not None:
                yield one.name, None
            continue
        try:
            found = _limit(one.label, number, unit, note)
        except BadAnswer as refused:
            wrong += refused.obstacles
            continue
        if found != one.own:
            if unit not in UNITS or not note:
                wrong.append(f"“{one.label}”: say in which days it is counted, and on what ground it was set.")
            yield one.name, found
    if wrong:
        raise BadAnswer(*wrong)


def _limit(label: str, written: str, unit: str, note: str) -> OwnLimit:
    if unit != FIXED:
        return OwnLimit(_number(label, written), unit, note)
    day = read_day(f"{written}/{LEAP_YEAR}") or read_day(f"{written} {LEAP_YEAR}")
    if day is None:
        raise BadAnswer(f"“{label}”: write the day of the year as 31/7 or 31 July.")
    return OwnLimit(1, FIXED, note, (day.day, day.month))


def _number(label: str, written: str) -> int:
    negative = written.startswith("-")
    digits = written.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(HIGHEST)) and int(digits) <= HIGHEST):
        raise BadAnswer(f"“{label}”: write a whole number of days, weeks or months, up to {HIGHEST}.")
    return -int(digits) if negative else int(digits)
