"""Redaction: texts cut into pieces that are shown or left out, with seals that hold over both.

A history's seals are over its plain words: with one word left out nobody could compute them. In a redacted bundle each
entry is therefore cut into pieces, each with a salted fingerprint, and the seals are over the fingerprints. Of a piece
left out only the fingerprint is given: without its salt nobody can guess the words, and the seals still compute.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from states.canonical_json import canonical

Span = tuple[int, int, str]
"""From where to where in a text something is left out, and the ground."""


@dataclass(frozen=True)
class Piece:
    """A piece of a text; with a ground it is left out."""

    text: str
    ground: str = ""
    salt: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the salt, a line feed and the text."""
        return hashlib.sha256(f"{self.salt}\n{self.text}".encode()).hexdigest()

    def facts(self) -> dict[str, str]:
        """What the bundle says of it: of one that is left out its fingerprint and the ground alone."""
        if self.ground:
            return {"left_out": self.fingerprint, "ground": self.ground}
        return {"text": self.text, "salt": self.salt}


@dataclass(frozen=True)
class LeftOut:
    """What somebody wants left out, each with its ground: words wherever they stand, entries, letters and files.

    Of an entry what was recorded and why is left out: who did what kind of thing, and when, stays. A letter is named
    by the beginning of its number, a file by the beginning of its SHA-256.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[int, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.words or self.entries or self.letters or self.files)

    @property
    def grounds(self) -> tuple[str, ...]:
        """The grounds that were named, each once."""
        named = (self.words, self.entries, self.letters, self.files)
        return tuple(sorted({ground for one in named for ground in one.values()}))

    def spans(self, text: str, *, escaped: bool = False) -> list[Span]:
        """Where words stand in a text that are left out; `escaped` for a line of JSON. None reaches into another."""
        found: list[Span] = []
        for words, ground in sorted(self.words.items(), key=lambda one: -len(one[0])):
            found += [(one.start(), one.end(), ground) for one in _pattern(words, escaped=escaped).finditer(text)]
        return apart(found)

    def ground_of(self, named: Mapping[str, str], whole: str) -> str:
        """On which ground a letter or a file is left out; empty where it is not."""
        return next((ground for begins, ground in named.items() if whole.startswith(begins)), "")


def _pattern(words: str, *, escaped: bool) -> re.Pattern[str]:
    parts = (json.dumps(one, ensure_ascii=False)[1:-1] if escaped else one for one in words.split())
    blank = r"(?:\s|\\n|\\t)+" if escaped else r"\s+"
    return re.compile(rf"(?<!\w){blank.join(map(re.escape, parts))}(?!\w)", re.IGNORECASE)


def apart(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that touch each other made one (on the ground of the first)."""
    found: list[Span] = []
    for start, end, ground in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]), found[-1][2])
        else:
            found.append((start, end, ground))
    return found


def pieces_of(text: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """A text in pieces, cut where something is left out."""
    return tuple(_cut(text, spans))


def _cut(text: str, spans: Sequence[Span]) -> Iterator[Piece]:
    at = 0
    for start, end, ground in spans:
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:end], ground)
        at = end
    if at < len(text) or not text:
        yield Piece(text[at:])


def spans_of_entry(body: str, ground: str) -> list[Span]:
    """Where in the line of an entry stands what was recorded and why."""
    line: dict[str, Any] = json.loads(body)
    found: list[Span] = []
    if "data" in line:
        data = canonical(line["data"])
        start = body.index(f'"data":{data}') + len('"data":')
        found.append((start, start + len(data), ground))
    if "reason" in line:
        reason = canonical(line["reason"])
        start = body.rindex(f'"reason":{reason}') + len('"reason":')
        found.append((start, start + len(reason), ground))
    return found


def beginning(ref: str) -> str:
    """The seal before the first entry of a case that is in pieces."""
    return hashlib.sha256(f"bundle of cairn case {ref}".encode()).hexdigest()


def seal(before: str, pieces: Iterable[Piece]) -> str:
    """The seal over an entry in pieces and, through the seal before it, over all before it (SHA-256, hex)."""
    return hashlib.sha256("\n".join((before, *(one.fingerprint for one in pieces))).encode()).hexdigest()
