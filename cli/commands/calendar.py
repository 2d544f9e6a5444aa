"""Working days and holidays, and late changes to them: shown first, then applied, on record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.options import Reason, look, read, story, verb
from cli.output import answer, bullets, entries, heading, pairs, say, spoken
from cli.session import Session, text_of
from states.words import counted

if TYPE_CHECKING:
    from states.calendars import Calendar
    from workflows.views.calendars import CalendarChange, CalendarLine, CalendarPage

TO_DO = "Cases opened from now on still use the old calendar: put {file} in its place, then start Cairn again."

app = story("Working days and holidays, and late changes to them.")

Name = Annotated[str, Argument(metavar="NAME", help="A calendar (cairn calendar list).")]
File = Annotated[Path, Argument(metavar="FILE", help="The changed calendar; its name is the name of the file.")]
Year = Annotated[int | None, Option("--year", metavar="YEAR", help="Only the holidays of this year.")]


@app.command("list")
@read
def list_(session: Session) -> None:
    """List the calendars: national, and the committee's and agencies' own."""
    from workflows.views.calendars import calendars

    answer(calendars(), _tell_list, as_json=session.as_json)


@app.command()
@read
def show(session: Session, name: Name, year: Year = None) -> None:
    """Show a calendar: its holidays, its source, and until when it is known."""
    from workflows.views.calendars import calendar_page

    answer(calendar_page(name, year), _tell_one, as_json=session.as_json)


@app.command()
@look
def preview(session: Session, file: File) -> None:
    """Show which open dates a changed calendar would move, by how much, and who was already chased."""
    from workflows.verbs.change_calendar import preview_change
    from workflows.views.calendars import CalendarChange

    fresh, layers = _changed(file)
    found = session.preview(lambda uow: preview_change(uow, fresh, "", *layers))
    shown = CalendarChange(fresh.name, fresh.label, found.shown, applied=False, version=found.version)
    answer(shown, _tell_moved, as_json=session.as_json)


@app.command()
@verb
def apply(session: Session, file: File, reason: Reason = "") -> None:
    """Count every open case's dates by the changed calendar from now on; each history records it and why."""
    from workflows.verbs.change_calendar import apply_calendar
    from workflows.views.calendars import CalendarChange, is_installed

    fresh, layers = _changed(file)
    with session.uow() as uow:
        moved = apply_calendar(uow, fresh, reason, *layers, seen=session.seen)
    to_do = "" if is_installed(fresh) else TO_DO.format(file=file)
    answer(CalendarChange(fresh.name, fresh.label, moved, True, to_do), _tell_moved, as_json=session.as_json)


def _changed(file: Path) -> tuple[Calendar, tuple[Calendar, ...]]:
    from config.calendar_files import load_calendar_file, load_layers
    from config.settings import LOCAL_CALENDARS

    text_of(file)
    return load_calendar_file(file, LOCAL_CALENDARS), load_layers(file, LOCAL_CALENDARS)


def _tell_list(found: tuple[CalendarLine, ...]) -> None:
    for one in found:
        until = f"{one.holidays} holidays, known to {spoken(one.covers_until)}"
        entries([(f"{one.name}: {one.label}", f"{until}; {one.source}", "")])


def _tell_one(one: CalendarPage) -> None:
    heading(f"{one.name}: {one.label}")
    pairs([("Source", one.source), ("Known", f"{spoken(one.effective_from)} to {spoken(one.covers_until)}")])
    bullets(f"{spoken(day)}: {why}" for day, why in one.holidays.items())


def _tell_moved(found: CalendarChange) -> None:
    done = "moved" if found.applied else "would move; nothing has been done yet"
    heading(f"{found.label}: {counted(len(found.moves), 'open date')} {done}")
    for one in found.moves:
        chased = f"; chased {counted(one.chased, 'time')} for the old date" if one.chased else ""
        chased += f"; {one.note}" if one.note else ""
        sides = f"from {spoken(one.before) or 'no date'} to {spoken(one.after) or 'no date'}"
        entries([(f"{one.ref}, {one.label} ({one.owner})", f"{sides}{chased}", "")])
    if found.to_do:
        say(found.to_do, "warn")
    if found.version is not None:
        say(f"With --seen {found.version} just this is applied: refused where it has changed.", "quiet")
