"""Hold a bundle with words left out against the whole one: python compare.py WHOLE [CUT]. It needs Python 3.9 alone."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

SHOWS = """
SHOWN, where nothing is wrong: the one is the other without what is counted above, place by place; the entries, letters
and files it has are those of the whole one, and it has no more. Hold the whole one against a checkpoint that somebody
else kept (python verify.py WHOLE CHECKPOINT): then this one is tied to that night, too.
NOT COMPARED: the pages for reading, which are made from the same, and the text of a letter that has something left out
or was never tried: of that one the number alone. All of them are signed with each bundle.
"""


def verify(folder: Path) -> Any:
    """Lend the program by which a bundle is checked, from the folder of this one."""
    found = importlib.util.spec_from_file_location("verify", folder / "verify.py")
    assert found is not None
    assert found.loader is not None
    sys.dont_write_bytecode = True  # a file more would not be of the bundle
    program = importlib.util.module_from_spec(found)
    sys.modules["verify"] = program
    found.loader.exec_module(program)
    return program


def told(folder: Path) -> Any:
    """What is signed of a bundle: its case, how many entries it has, whether it is whole."""
    return json.loads((folder / "checkpoint.json").read_text("utf-8"))["checkpoint"]["bundle"]


def data(folder: Path, name: str) -> Any:
    """Entries or letters, or the list of files."""
    return json.loads((folder / name).read_text("utf-8"))


def fits(line: str, pieces: Any) -> bool:
    """Whether a line is these pieces, with something in each place where one is left out."""
    at, gap = 0, False
    for place, one in enumerate(pieces, start=1):
        if "left_out" in one:
            at, gap = at + 1, True
            continue
        text = one["text"]
        found = line.find(text, at) if gap and place < len(pieces) else len(line) - len(text) if gap else at
        if found < at or not line.startswith(text, found):
            return False
        at, gap = found + len(text), False
    return at <= len(line) if gap else at == len(line)


def entries(whole: Path, cut: Path, wrong: list[str], notes: list[str]) -> None:
    """Hold each entry against the whole one."""
    lines, shown = data(whole, "data/entries.json"), data(cut, "data/entries.json")
    if len(lines) != len(shown):
        wrong.append(f"the whole one has {len(lines)} entries, the other {len(shown)}")
    for one, other in zip(lines, shown):
        pieces = other.get("pieces") or [{"text": other["line"]}]
        if one["sequence"] != other["sequence"] or not fits(one["line"], pieces):
            wrong.append(f"entry {other['sequence']} is not the whole one without what is left out")
        grounds = Counter(piece["ground"] for piece in pieces if "left_out" in piece)
        notes += [f"Places left out of entry {other['sequence']}: {n} ({ground})" for ground, n in grounds.items()]


def letters(whole: Path, cut: Path, wrong: list[str], notes: list[str]) -> None:
    """Hold each letter against the whole one: those with something left out have no text to be compared."""
    known, shown = ({one["id"]: one for one in data(one, "data/letters.json")} for one in (whole, cut))
    wrong += [f"letter {one[:12]} is in one of them alone" for one in sorted(set(known) ^ set(shown))]
    for one in sorted(set(known) & set(shown)):
        if shown[one]["sealed"] and shown[one] != known[one]:
            wrong.append(f"letter {one[:12]} is another in the whole one")
        elif known[one]["sealed"] and not shown[one]["sealed"]:
            notes.append(f"Letter {one[:12]}: something of it is left out")


def files(whole: Path, cut: Path, wrong: list[str], notes: list[str]) -> None:
    """Hold the files of evidence against those of the whole one, by what is in them: a name may be left out."""
    known, shown = (
        {digest for name, digest in data(one, "manifest.json").items() if name.startswith("files/")}
        for one in (whole, cut)
    )
    wrong += [f"a file ({one[:12]}) is not in the whole one" for one in sorted(shown - known)]
    notes += [f"A file ({one[:12]}) is left out" for one in sorted(known - shown)]


def compare(whole: Path, cut: Path) -> tuple[list[str], list[str]]:
    """Compare the two: what is wrong, and what is left out where."""
    wrong, notes = list[str](), list[str]()
    try:
        check = verify(Path(__file__).parent).check
        for name, folder in (("the whole one", whole), ("the one with words left out", cut)):
            wrong += [f"{name} is not as it was signed: {one}" for one in check(folder, "")[0]]
        if told(whole)["case"] != told(cut)["case"]:
            wrong.append("they are of two cases")
        if not told(whole)["whole"]:
            wrong.append("the first has words left out, too: name the whole one first")
            return wrong, notes
        entries(whole, cut, wrong, notes)
        letters(whole, cut, wrong, notes)
        files(whole, cut, wrong, notes)
    except (AssertionError, KeyError, TypeError, ValueError, AttributeError, OSError) as trouble:
        wrong.append(f"Something does not read as Cairn writes it, and the rest was not compared: {trouble!r}")
    return wrong, notes


if __name__ == "__main__":
    words = [*sys.argv[1:], "", ""]
    faults, left_out = compare(Path(words[0]), Path(words[1] or Path(__file__).parent))
    print(*left_out, SHOWS, *(f"WRONG: {one}" for one in faults), sep="\n")
    print("" if faults else "Everything that was compared is the whole one without what is counted above.")
    sys.exit(1 if faults else 0)
