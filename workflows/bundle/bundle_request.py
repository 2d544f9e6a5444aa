"""The request for a bundle: for whom it is made and why, and what is left out on which grounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from states.errors import BadAnswer
from workflows.bundle.grounds import GROUNDS
from workflows.bundle.pieces import LeftOut

SHORTEST = 2
"""Letters of the shortest words that can be left out wherever they stand."""
HEX = re.compile(r"[0-9a-f]{6,64}")
LINE = "“{line}”: write what is left out, an equals sign and the ground, such as “{example}”."
KINDS: Mapping[str, str] = {"words": "Words", "entries": "An entry", "letters": "A letter", "files": "A file"}
"""What can be left out, in words."""
EXAMPLES = {"words": "J. Smith = staff", "entries": "17 = family", "letters": "3f2a91c0be = confidence"}
EXAMPLES["files"] = "9c56cc51b374 = third_party"
NO_GROUND = "“{what}”: choose the ground on which it is left out. The grounds are: {known}."
NOT_A_GROUND = "“{what}”: “{ground}” is no ground. The grounds are: {known}."


@dataclass(frozen=True)
class BundleRequest:
    """A bundle as it is asked for: whom it is for, why it is made, and what is left out of it.

    `once` is the number of the look before, where there was one: from one look one bundle is made.
    """

    recipient: str
    why: str = ""
    left_out: LeftOut = field(default_factory=LeftOut)
    once: str = ""


def bundle_request(recipient: str, why: str, given: Mapping[str, Iterable[str]], once: str = "") -> BundleRequest:
    """A bundle as it is typed: each line of `given` names what is left out and the ground, by the kind of it.

    The kinds are words, entries, letters and files. Raises BadAnswer, with every line that cannot be read.
    """
    faults: list[str] = [] if recipient.strip() else ["Say whom the bundle is for."]
    found: dict[str, dict[str, str]] = {kind: {} for kind in EXAMPLES}
    for kind, lines in given.items():
        for line in filter(None, map(str.strip, lines)):
            what, fault = _read(kind, line)
            faults += [fault] if fault else []
            found[kind] |= dict([what])
    if faults:
        raise BadAnswer(*faults)
    entries = {int(number): ground for number, ground in found.pop("entries").items()}
    return BundleRequest(recipient.strip(), why.strip(), LeftOut(entries=entries, **found), once)


def _read(kind: str, line: str) -> tuple[tuple[str, str], str]:
    what, sign, ground = (part.strip() for part in line.rpartition("="))
    ground = ground.lower().replace(" ", "_")
    if not sign or not what or not _is_named(kind, what):
        return (what, ground), LINE.format(line=line[:60], example=EXAMPLES[kind])
    if ground not in GROUNDS:
        known = "; ".join(f"{name} ({words[0].lower()}{words[1:]})" for name, words in GROUNDS.items())
        fault = NOT_A_GROUND if ground else NO_GROUND
        return (what, ground), fault.format(what=what[:60], ground=ground[:40], known=known)
    return (" ".join(what.split()), ground), ""


def _is_named(kind: str, what: str) -> bool:
    if kind == "words":
        return len(what) >= SHORTEST
    return what.isdecimal() if kind == "entries" else HEX.fullmatch(what) is not None
