"""Editions of the guidance as files: reading one, laying a committee's file over it, and refusing what is faulty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from config import procedure_schema
from config.calendar_files import NATIONAL
from config.overlay import HEAD_KEYS, overlaid, reading
from config.procedure_checks import MOST_TOLD, faults, faults_so_far
from config.repair import ReadableEdition, legible, stands_for
from config.size_checks import sizes
from config.toml_places import Fault, Place, TomlFile, hint, open_sheet
from states.errors import BadProcedure
from states.examples import Example
from states.procedure import Procedure

UNCHECKED = (
    "what depends on the parts that cannot be read was not checked. Put those right, then check the file once more."
)
LOCAL_KEYS = {*HEAD_KEYS} - {"calendar"}
MAKES_AN_EDITION = ("name", "states", "transitions", "roles", "timescales", "regime")
GUIDANCE = Path(__file__).parent / "guidance"


def names(folder: Path = GUIDANCE) -> tuple[str, ...]:
    """The editions there are, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def in_order(guidance: Callable[[str], Procedure]) -> Iterator[Procedure]:
    """Every edition that can be used, one after the other: a faulty one hides no other.

    Raises BadProcedure where none can be, as when the committee's own file is at fault.
    """
    faulty, there_is = None, False
    for name in names():
        try:
            found = guidance(name)
        except BadProcedure as wrong:
            faulty = faulty or wrong
        else:
            there_is = True
            yield found
    if faulty is not None and not there_is:
        raise faulty


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
    sheet = _of_a_size(open_sheet(path))
    found = legible(sheet.data)
    if local is not None and found.procedure is not None and not found.misshapen:
        return _with_local(found.procedure, sheet, _of_a_size(open_sheet(local)))
    faulty, whole = checked(found, calendars())
    return _sound(found, (sheet.says(*fault) for fault in (*_as_national(found, path), *faulty)), path, whole=whole)


def examples_of(name: str, local: Path | None = None, *, folder: Path = GUIDANCE) -> tuple[Example, ...]:
    """The examples of an edition that was checked, its committee's own after them: an edition is kept without them."""
    found = list(open_sheet(folder / f"{name}.toml").data.get("examples", ()))
    if local is not None:
        found += open_sheet(local).data.get("editions", {}).get(name, {}).get("examples", ())
    return tuple(Example.model_validate_json(json.dumps(one, default=str)) for one in found)


def read_local(local: Path, *, folder: Path = GUIDANCE) -> tuple[Procedure, ...]:
    """The editions a committee's file names, each with the file laid over it, checked; none where it is an edition.

    Raises BadProcedure with every fault of all of them, each with its file, its place and its remedy.
    """
    if not is_local(local):
        return ()
    changed = open_sheet(local).data.get("editions")
    found: list[Procedure] = []
    faulty: list[str] = []
    known = names(folder)
    changes = [name for name in changed if name in known] if isinstance(changed, Mapping) else []
    for name in changes or known[:1]:  # laid over any edition, a file that changes none is told its faults
        try:
            found.append(load(name, local, folder=folder))
        except BadProcedure as wrong:
            faulty += wrong.obstacles
    if faulty:
        raise BadProcedure(*dict.fromkeys(faulty))
    return tuple(found) if changes else ()


def is_local(path: Path) -> bool:
    """Whether a file is a committee's own: it says what only such a file says, and nothing that makes an edition.

    Raises BadProcedure, in one sentence, for a file that cannot be read or is not TOML.
    """
    said = open_sheet(path).data.keys()
    return not said.isdisjoint(LOCAL_KEYS) and said.isdisjoint(MAKES_AN_EDITION)


def national(name: str, folder: Path = GUIDANCE) -> Procedure | None:
    """An edition as its own file has it now, unchecked and with no committee's changes; None where none can be read."""
    path = folder / f"{name}.toml"
    if name not in names(folder):
        return None
    with suppress(OSError, BadProcedure):
        return _national(path, path.stat().st_mtime_ns)
    return None


@lru_cache(maxsize=16)
def _national(path: Path, _written_at: int) -> Procedure | None:
    return procedure_schema.shaped(open_sheet(path).data)[0]


def schema() -> dict[str, object]:
    """The JSON Schema of an edition, for editors that check TOML while it is typed."""
    return procedure_schema.schema()


def calendars(local: Path | None = None) -> frozenset[str]:
    """The calendars an edition may name: those that come with Cairn, and those in `calendars` beside a local file."""
    folders = [NATIONAL] if local is None else [NATIONAL, local.parent / "calendars"]
    return frozenset(path.stem for folder in folders for path in folder.glob("*.toml"))


def _of_a_size(sheet: TomlFile) -> TomlFile:
    """A file that can be gone through. Raises BadProcedure for one that is too large."""
    faulty = [sheet.says(*fault) for fault in sizes(sheet.data)]
    if faulty:
        raise BadProcedure(*faulty, f"{sheet.path}: {UNCHECKED}")
    return sheet


def _with_local(national: Procedure, sheet: TomlFile, local: TomlFile) -> Procedure:
    overlay = overlaid(national, sheet.data, local, names(sheet.path.parent))
    says = reading(overlay, sheet)
    own = [local.says(*fault) for fault in overlay.faults]
    own += [sheet.says(*fault) for fault in _as_national(ReadableEdition(sheet.data, (), national), sheet.path)]
    merged = legible(overlay.data)
    faulty, whole = checked(merged, calendars(local.path))
    return _sound(merged, (*own, *(says(*fault) for fault in faulty)), local.path, whole=whole)


def _sound(found: ReadableEdition, sentences: Iterable[str], path: Path, *, whole: bool) -> Procedure:
    """The edition, when nothing is wrong with it. Raises BadProcedure otherwise, and says if not all could be checked.

    What cannot be read says nothing of the rest: a fault that might only follow from another is not told.
    """
    faulty = dict.fromkeys(sentences)
    if found.procedure is not None and not faulty:
        return found.procedure
    if not whole:
        faulty[f"{path}: {UNCHECKED}"] = None
    raise BadProcedure(*faulty)


def checked(found: ReadableEdition, known: frozenset[str]) -> tuple[tuple[Fault, ...], bool]:
    """The faults of an edition, each with its place as it stands in the file, where a move may stand for several.

    False beside them where part of it could not be checked before the rest is put right.
    """
    if found.procedure is None:
        return found.misshapen, False
    lost = [
        (
            ("transitions", index, "dest"),
            "it neither opens a case nor leaves one where it is. Name its dest, or its source.",
        )
        for index, move in enumerate(found.data["transitions"])
        if not (move.get("dest") or move.get("source")) and _is_known(found, index)
    ]
    moves = stands_for(found.data)
    if found.misshapen:
        faulty, whole = faults_so_far(found.procedure, calendars=known)
    else:
        faulty = faults(found.procedure, calendars=known)
        whole = len(faulty) < MOST_TOLD
    placed = ((_in_file(place, moves), what) for place, what in faulty)
    return (*found.misshapen, *lost, *placed), whole


def _is_known(found: ReadableEdition, index: int) -> bool:
    return found.knows("transitions", index, "dest") and found.knows("transitions", index, "source")


def _in_file(place: Place, moves: Sequence[tuple[int, int | None]]) -> Place:
    match place:
        case ("transitions", int(number), *rest):
            index, at = moves[number]
            of_source = at is not None and rest in (["source", 0], ["dest"])
            return ("transitions", index, "source", at or 0) if of_source else ("transitions", index, *rest)
    return place


def _as_national(found: ReadableEdition, path: Path) -> Iterator[Fault]:
    """A national file is called what its edition is called, and says nothing that only a local file brings about."""
    if found.procedure is None:
        return
    given = found.data
    if found.knows("name") and given["name"] != path.stem:
        yield ("name",), f"the file is called {path.stem!r}, the edition {given['name']!r}. Give both the same name."
    if given.get("committee"):
        yield ("committee",), "a national edition has no committee. Remove it; a local file names its own."
    if given.get("agencies"):
        yield ("agencies",), "a national edition names no agencies. Remove them; a local file says what is theirs."
    for name, rule in given.get("timescales", {}).items():
        for key in ("national", "loosened"):
            if rule.get(key):
                yield ("timescales", name, key), "Cairn writes this itself when a local file is laid over. Remove it."
