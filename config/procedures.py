"""Editions of the guidance as files: reading one, laying a committee's file over it, and refusing what is faulty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from config import procedure_schema
from config.calendar_files import NATIONAL
from config.overlay import overlaid, reading
from config.places import Fault, Place, Sheet, hint, open_sheet
from config.procedure_checks import faults
from states.errors import BadProcedure
from states.procedure import Procedure

GUIDANCE = Path(__file__).parent / "guidance"


def names(folder: Path = GUIDANCE) -> tuple[str, ...]:
    """The editions there are, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load(name: str, local: Path | None = None, *, folder: Path = GUIDANCE) -> Procedure:
    """The edition of this name, with a committee's file laid over it where one is given, checked.

    Raises BadProcedure with every fault, each with its file, its place and its remedy.
    """
    known = names(folder)
    if name not in known:
        raise BadProcedure(f"There is no edition {name!r} in {folder}. {hint(name, known)}")
    return read(folder / f"{name}.toml", local)


def read(path: Path, local: Path | None = None) -> Procedure:
    """The edition in a file, with a committee's file laid over it where one is given, checked.

    Raises BadProcedure with every fault, each with its file, its place and its remedy.
    """
    sheet = open_sheet(path)
    procedure, misshapen = procedure_schema.shaped(sheet.data)
    if procedure is None:
        raise BadProcedure(*(sheet.says(*fault) for fault in misshapen))
    if local is None:
        found = [*_as_national(procedure, path), *_checked(procedure, sheet.data, calendars())]
        if found:
            raise BadProcedure(*dict.fromkeys(sheet.says(*fault) for fault in found))
        return procedure
    return _with_local(procedure, sheet, open_sheet(local))


def read_local(local: Path, *, folder: Path = GUIDANCE) -> tuple[Procedure, ...]:
    """The editions a committee's file changes, each with the file laid over it, checked; none where it is an edition.

    Raises BadProcedure with every fault of all of them, each with its file, its place and its remedy.
    """
    changed = open_sheet(local).data.get("editions")
    found: list[Procedure] = []
    faulty: list[str] = []
    for name in changed if isinstance(changed, Mapping) else ():
        try:
            found.append(load(name, local, folder=folder))
        except BadProcedure as wrong:
            faulty += wrong.obstacles
    if faulty:
        raise BadProcedure(*dict.fromkeys(faulty))
    return tuple(found)


def schema() -> dict[str, object]:
    """The JSON Schema of an edition, for editors that check TOML while it is typed."""
    return procedure_schema.schema()


def calendars(local: Path | None = None) -> frozenset[str]:
    """The calendars an edition may name: those that come with Cairn, and those in `calendars` beside a local file."""
    folders = [NATIONAL] if local is None else [NATIONAL, local.parent / "calendars"]
    return frozenset(path.stem for folder in folders for path in folder.glob("*.toml"))


def _with_local(national: Procedure, sheet: Sheet, local: Sheet) -> Procedure:
    overlay = overlaid(national, sheet.data, local, names(sheet.path.parent))
    says = reading(overlay, sheet)
    own = [local.says(*fault) for fault in overlay.faults]
    own += [sheet.says(*fault) for fault in _as_national(national, sheet.path)]
    merged, misshapen = procedure_schema.shaped(overlay.data)
    found = misshapen if merged is None else _checked(merged, overlay.data, calendars(local.path))
    sentences = (*own, *(says(*fault) for fault in found))
    if merged is None or sentences:
        raise BadProcedure(*dict.fromkeys(sentences))
    return merged


def _checked(procedure: Procedure, data: Mapping[str, Any], known: frozenset[str]) -> tuple[Fault, ...]:
    """The faults of an edition, each with its place as it stands in the file, where a move may stand for several."""
    moves = data["transitions"]
    stands_for = [(index, at) for index, move in enumerate(moves) for at in _sources(move)]
    lost = (("transitions", index, "dest") for index, move in enumerate(moves) if not list(_sources(move)))
    return (
        *(
            (place, "it neither opens a case nor leaves one where it is. Name its dest, or its source.")
            for place in lost
        ),
        *((_in_file(place, stands_for), what) for place, what in faults(procedure, calendars=known)),
    )


def _sources(move: Mapping[str, Any]) -> Iterator[int | None]:
    """A move with no `dest` stands for one from each of its sources; any other for itself."""
    yield from [None] if move.get("dest") else range(len(move.get("source", ())))


def _in_file(place: Place, stands_for: Sequence[tuple[int, int | None]]) -> Place:
    match place:
        case ("transitions", int(number), *rest):
            index, at = stands_for[number]
            of_source = at is not None and rest in (["source", 0], ["dest"])
            return ("transitions", index, "source", at or 0) if of_source else ("transitions", index, *rest)
    return place


def _as_national(procedure: Procedure, path: Path) -> Iterator[Fault]:
    """A national file is called what its edition is called, and says nothing that only a local file brings about."""
    if procedure.name != path.stem:
        yield ("name",), f"the file is called {path.stem!r}, the edition {procedure.name!r}. Give both the same name."
    if procedure.committee:
        yield ("committee",), "a national edition has no committee. Remove it; a local file names its own."
    if procedure.agencies:
        yield ("agencies",), "a national edition names no agencies. Remove them; a local file says what is theirs."
    for name, rule in procedure.timescales.items():
        for key in ("national", "loosened"):
            if getattr(rule, key):
                yield ("timescales", name, key), "Cairn writes this itself when a local file is laid over. Remove it."
