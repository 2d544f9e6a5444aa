"""One more holiday in a calendar: shown on open cases first, then written into its file and applied, on record."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from sqlalchemy import event

from config import settings
from config.calendar_files import calendar_paths, load_calendar_file, load_layers
from records.files import passing_folder, plainly_about, replace_when_committed
from states.calendars import Calendar
from states.errors import BadAnswer, NotFound
from states.words import spoken
from workflows.unit_of_work import UnitOfWork, check_words, plain_names
from workflows.verbs.change_calendar import apply_calendar, counts_any, preview_calendar, version_counted
from workflows.verbs.local_settings import check_keeps_settings, log_setting
from workflows.verbs.preview import Preview
from workflows.views.calendars import MovedDate

LOG = "calendars"
DAY_CLOSED = "{day} is closed already: choose a working day of the calendar."
NO_NAME = "Say what the day is called."
NO_REASON = "Say where the holiday was announced: it stays on record."


def preview_holiday(uow: UnitOfWork, name: str, day: date, called: str) -> Preview[tuple[MovedDate, ...]]:
    """Which open dates one more holiday would move, with the version to say when it is applied.

    Raises BadAnswer for a day that is closed already, BadCalendar where the file could not be so.
    """
    _, fresh, layers = _drafted(name, day, called)
    try:
        return Preview(version_counted(uow, fresh, *layers), preview_calendar(uow, fresh, *layers), None)
    finally:
        uow.tx.rollback()


def add_holiday(
    uow: UnitOfWork, name: str, day: date, called: str, why: str, *, seen: int | None = None
) -> tuple[MovedDate, ...]:
    """Write a holiday into the file of a calendar, and count the dates of every open case anew; each history says why.

    The file is written as the transaction is committed: what is only tried, or refused, leaves it as it was. Raises
    StaleVersion where a case changed since it was shown, StorageTrouble where the file cannot be read; where it cannot
    be written, whoever commits is told so, and nothing is kept.
    """
    check_keeps_settings(uow)
    (called,) = plain_names(called)
    if not called or not why.strip():
        raise BadAnswer(*(said for said, given in ((NO_NAME, called), (NO_REASON, why.strip())) if not given))
    check_words(uow, None, called, why)
    text, fresh, layers = _drafted(name, day, called)
    moved = apply_calendar(uow, fresh, why, *layers, seen=seen) if counts_any(uow, fresh, *layers) else ()
    data = {"day": day.isoformat(), "called": called, "digest": fresh.digest}
    log_setting(uow, LOG, name, "holiday_added", data, why)
    replace_when_committed(uow.tx, _path(name), text)
    event.listen(uow.tx, "commit", lambda _: settings.calendar.cache_clear())  # after the file, as they are listed
    return moved


def _drafted(name: str, day: date, called: str) -> tuple[str, Calendar, tuple[Calendar, ...]]:
    """The file with the day in it, the calendar as it is then, and those that extend it."""
    path = _path(name)
    if not settings.calendar(name).is_working(day):
        raise BadAnswer(DAY_CLOSED.format(day=spoken(day)))
    with plainly_about(path), passing_folder("calendar") as folder:
        text = path.read_text("utf-8").rstrip("\n")
        table = "add" if "\nextends" in f"\n{text}" else "holiday"
        text += f"\n\n[[{table}]]\nday = {day.isoformat()}\nname = {json.dumps(called, ensure_ascii=False)}\n"
        draft = folder / path.name
        draft.write_text(text, "utf-8")
        return text, load_calendar_file(draft, settings.LOCAL_CALENDARS), load_layers(draft, settings.LOCAL_CALENDARS)


def _path(name: str) -> Path:
    found = calendar_paths(settings.LOCAL_CALENDARS).get(name)
    if found is None:
        raise NotFound(f"There is no calendar {name[:80]!r}.")
    return found
