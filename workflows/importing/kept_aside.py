"""A register that was sent and waits to be imported: its file, how it was read, and the answers so far."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from records.files import replaced_file
from states.errors import StorageTrouble
from workflows.importing.questions_asked import Mapped
from workflows.importing.reading import read_packed
from workflows.importing.sheet import Workbook

FORM = 1
"""Of what is kept: a newer Cairn that keeps it otherwise reads the file again."""


@dataclass(frozen=True)
class KeptAside:
    """The file of a register, kept aside; what was read of it and said of it lies beside it, and goes with it."""

    path: Path

    @cached_property
    def content(self) -> bytes:
        """The file as it was sent."""
        return self.path.read_bytes()

    @cached_property
    def digest(self) -> str:
        """Its fingerprint: what is kept beside it is of this file, or of none."""
        return sha256(self.content).hexdigest()

    def book(self) -> Workbook:
        """What is in the file; it is read once, however often it is looked at. Raises BadAnswer."""
        kept = self._kept("read")
        if kept is None:
            kept = read_packed(self.content)
            self._keep("read", kept)
        return Workbook.unpacked(kept)

    def said(self) -> Mapped:
        """What was said of its columns, and answered, so far."""
        kept = self._kept("said")
        return Mapped(**kept) if kept is not None else Mapped()

    def keep(self, said: Mapped) -> None:
        """Keep what was said of it, for the next page and for whoever comes back to it."""
        self._keep("said", said.packed())

    def _place(self, what: str) -> Path:
        return self.path.with_name(f".{what}-{FORM}-{self.digest}.json")

    def _kept(self, what: str) -> dict[str, Any] | None:
        try:
            return dict(json.loads(self._place(what).read_bytes()))
        except (OSError, ValueError):
            return None

    def _keep(self, what: str, kept: dict[str, Any]) -> None:
        try:
            with replaced_file(self._place(what)) as draft:
                draft.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        except StorageTrouble:
            return  # it is read, or said, once more
