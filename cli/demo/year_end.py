"""The papers of the year at the end of a rehearsal: Word, PDF, spreadsheet and JSON, for the committee and for all."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from records.files import whole_file
from states.errors import NotSetUp
from workflows.papers.kinds import kinds

if TYPE_CHECKING:
    from workflows.papers.paper import Paper

TEMPLATE = Path(__file__).parents[2] / "config" / "papers" / "summary.docx"
FOLDER = "summary"
"""The folder of the papers, in the folder of a rehearsal."""


@dataclass(frozen=True)
class WrittenPapers:
    """The papers that were written, and what could not be, each in one sentence."""

    files: tuple[Path, ...]
    missing: tuple[str, ...] = ()

    def kinds(self) -> list[tuple[str, list[str]]]:
        """The papers by their names, each with the kinds of file it was written as."""
        stems = dict.fromkeys(path.stem for path in self.files)
        return [(stem, [path.suffix[1:] for path in self.files if path.stem == stem]) for stem in stems]


def write(papers: Mapping[str, Paper], year: str, folder: Path) -> WrittenPapers:
    """Write the summary of a year for each of its readers; what cannot be made here is said, and the rest is written.

    Raises StorageTrouble when a file cannot be written.
    """
    files: list[Path] = []
    missing: list[str] = []
    for whose, paper in papers.items():
        for ending, make in _kinds(paper):
            try:
                content = make()
            except NotSetUp as no:
                missing += no.obstacles
                continue
            path = folder / f"summary-{year}-{whose}.{ending}"
            with whole_file(path) as draft:
                draft.write_bytes(content)
            files.append(path)
    return WrittenPapers(tuple(files), tuple(dict.fromkeys(missing)))


def load() -> bool:
    """Load what papers are written with, before it is needed, by making an empty one of each kind; says it is done."""
    from workflows.papers.paper import Paper

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    for _, make in _kinds(Paper(title="", committee="", about="", made_on=date.min)):
        with suppress(NotSetUp):
            make()
    return True


def _kinds(paper: Paper) -> Iterator[tuple[str, Callable[[], bytes]]]:
    yield from kinds(paper, TEMPLATE).items()
    yield "json", lambda: json.dumps(paper.facts(), ensure_ascii=False, indent=2).encode()
