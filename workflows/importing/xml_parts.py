"""The parts of an Office file, read as a stream within limits: no entities, nothing fetched or unpacked at once."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Literal
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers import expat

from states.errors import BadAnswer

MOST_BYTES = 150_000_000
"""How much one part may hold once it is unpacked: a register of 20,000 rows holds a tenth of that."""
MOST_IN_ALL = 300_000_000
PIECE = 65_536

DAMAGED = "The file is damaged: open it in the program it came from, save it again as XLSX, and import that."
TOO_MUCH = "The file unpacks to more than any register holds: save the sheet alone as a new XLSX file, and import that."
DECLARES = "The file declares what no spreadsheet needs (a document type): save it again as XLSX, and import that."


class Parts:
    """The parts of a file, each by its name; BadAnswer where a part cannot be read or holds too much."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise BadAnswer(DAMAGED) from None
        self.names = frozenset(one.filename for one in infos)
        if sum(one.file_size for one in infos) > MOST_IN_ALL:
            raise BadAnswer(TOO_MUCH)

    def elements(self, name: str, *, starts: bool = False) -> Iterator[tuple[str, Element]]:
        """The elements of a part as they end (and, with `starts`, as they begin); none where there is no such part."""
        if name not in self.names:
            return
        try:
            with self._zip.open(name) as opened:
                stream = LimitedStream(opened)
                events: tuple[Literal["start", "end"], ...] = ("start", "end") if starts else ("end",)
                yield from iterparse(stream, events)  # noqa: S314  a document type is refused, where entities live
        except (ParseError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
            raise BadAnswer(DAMAGED) from None


class LimitedStream(io.RawIOBase):
    """A stream that is read no further than a part may hold, and that declares no document type."""

    def __init__(self, opened: object) -> None:
        self._opened = opened
        self._read = 0
        self._prolog: expat.XMLParserType | None = expat.ParserCreate()
        self._prolog.StartDoctypeDeclHandler = _declares
        self._prolog.StartElementHandler = self._begun

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        piece: bytes = self._opened.read(PIECE if size < 0 else size)  # type: ignore[attr-defined]
        self._read += len(piece)
        if self._read > MOST_BYTES:
            raise BadAnswer(TOO_MUCH)
        if self._prolog is not None:
            self._look(piece)
        return piece

    def _begun(self, *_: object) -> None:
        self._prolog = None

    def _look(self, piece: bytes) -> None:
        assert self._prolog is not None
        try:
            self._prolog.Parse(piece, False)  # noqa: FBT003  expat asks for it so
        except expat.ExpatError:
            raise BadAnswer(DAMAGED) from None


def _declares(*_: object) -> None:
    raise BadAnswer(DECLARES)


def local(tag: str) -> str:
    """The name of an element or attribute without its namespace, which differs between the two kinds of XLSX."""
    return tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """An attribute of an element whatever its namespace; empty where it has none."""
    found = element.get(name)
    if found is not None:
        return found
    return next((value for key, value in element.items() if local(key) == name), "")


def is_on(written: str | None) -> bool:
    """Whether an attribute says yes."""
    return written in {"1", "true", "on"}
