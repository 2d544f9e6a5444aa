"""Checks a guidance file and plays its examples. Nothing is cached or kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from config import procedures
from config.calendar_files import load_calendar
from config.settings import LOCAL_CALENDARS, committee_name
from config.toml_places import Fault, TomlFile, open_sheet
from states.calendars import Calendar
from states.errors import BadProcedure
from states.procedure import Procedure
from workflows.examples.claims import REMEDY
from workflows.examples.playing import differing
from workflows.views.editions import Checked, CheckedLocal, checked

GIVES_NOW = "the national example “{title}” now gives otherwise, line {line}: {what}"


def proved(file: Path, local: Path | None) -> Checked | CheckedLocal:
    """A file of an edition, or a committee's own, checked, with its examples played.

    Raises BadProcedure with every fault at once. What a committee's file changes in a national example is no fault: it
    is told, for the committee may change a limit, and must see what follows.
    """
    if local is not None or not procedures.is_local(file):
        return _proved(procedures.read(file, local), file, local)
    laid_over = procedures.read_local(file)
    each = tuple(_proved(one, procedures.GUIDANCE / f"{one.name}.toml", file) for one in laid_over)
    return CheckedLocal(ok=True, committee=committee_name(file), editions=each)


def _proved(found: Procedure, file: Path, local: Path | None) -> Checked:
    national, own = open_sheet(file), open_sheet(local) if local else None
    of_nation = len(national.data.get("examples", ())) if own else 0
    played = differing(found, calendars_beside(local))
    faults = [_words(found, fault, national, own, of_nation) for fault in played if int(fault[0][1]) >= of_nation]
    if faults:
        raise BadProcedure(*faults)
    return checked(found, tuple(_changed(found, fault) for fault in played))


def calendars_beside(local: Path | None) -> Callable[[str], Calendar]:
    """Calendars by their names: those that come with Cairn, and those beside a committee's file."""
    folder = local.parent / "calendars" if local else LOCAL_CALENDARS
    known: dict[str, Calendar] = {}

    def by_name(name: str) -> Calendar:
        if name not in known:
            known[name] = load_calendar(name, folder)
        return known[name]

    return by_name


def _words(found: Procedure, fault: Fault, national: TomlFile, own: TomlFile | None, of_nation: int) -> str:
    (part, index, *rest), what = fault
    if own is None:
        return national.says((part, index, *rest), what)
    return own.says(("editions", found.name, part, int(index) - of_nation, *rest), what)


def _changed(found: Procedure, fault: Fault) -> str:
    (_, index, _, line, *_), what = fault
    told = what.removesuffix(f" {REMEDY}")  # the committee may change it: nothing is to be put right
    return GIVES_NOW.format(title=found.examples[int(index)].title, line=int(line) + 1, what=told)
