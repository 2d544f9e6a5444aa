"""The papers of the year at the end of a rehearsal: Word, PDF, spreadsheet and JSON, for the committee and for all."""

from __future__ import annotations

import json
import logging
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import TYPE_CHECKING

from records.files import whole_file
from states.errors import NotSetUp
from workflows.papers.kinds import KINDS, kinds
from workflows.timetable.prefect_process import die_with_parent

if TYPE_CHECKING:
    from workflows.papers.paper import Paper

TEMPLATE = Path(__file__).parents[2] / "config" / "papers" / "summary.docx"
FOLDER = "summary"
"""The folder of the papers, in the folder of a rehearsal."""
ENDED = "The papers were not made: a process that makes them was ended from outside. Start the demonstration again."
WRITERS = (("pdf",), ("docx", "xlsx", "json"))
"""What each of the processes makes that write papers. A PDF takes as long as all else."""
Writers = Mapping[str, Executor]
"""What makes papers, by the ending of their files."""


@dataclass(frozen=True)
class WrittenPapers:
    """The papers that were written, and what could not be, each in one sentence."""

    files: tuple[Path, ...]
    missing: tuple[str, ...] = ()

    def kinds(self) -> list[tuple[str, list[str]]]:
        """The papers by their names, each with the kinds of file it was written as."""
        stems = dict.fromkeys(path.stem for path in self.files)
        return [(stem, [path.suffix[1:] for path in self.files if path.stem == stem]) for stem in stems]


@dataclass(frozen=True)
class PapersUnderWay:
    """Papers that are being made: under the path of each its content, or what it cannot be made for."""

    made: Mapping[Path, Future[bytes | NotSetUp]]

    def write(self) -> WrittenPapers:
        """Wait for them and write them; what cannot be made here is said, and the rest is written.

        Raises StorageTrouble when a file cannot be written.
        """
        files: list[Path] = []
        missing: list[str] = []
        for path, made in self.made.items():
            content = _result(made)
            if isinstance(content, NotSetUp):
                missing += content.obstacles
                continue
            with whole_file(path) as draft:
                draft.write_bytes(content)
            files.append(path)
        return WrittenPapers(tuple(files), tuple(dict.fromkeys(missing)))


@contextmanager
def paper_writers() -> Iterator[Writers]:
    """Processes beside this one that make papers, started when they are first given something; they end with it.

    Where it goes wrong or is interrupted nobody waits for what they do.
    """
    with ExitStack() as stack:
        making = [ProcessPoolExecutor(1, get_context("spawn"), die_with_parent) for _ in WRITERS]
        for one in making:
            stack.enter_context(one)
        try:
            yield {ending: one for one, endings in zip(making, WRITERS, strict=True) for ending in endings}
        except BaseException:
            for process in active_children():
                process.kill()
            raise


def load_ahead(writers: Writers) -> None:
    """Have them load what they make papers with, before there is any paper to make.

    They are started with Ctrl-C held back, which they so never heed: it is this process that is interrupted.
    """
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        for ending, writer in writers.items():
            writer.submit(load, ending)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def begin(papers: Mapping[str, Paper], year: str, folder: Path, writers: Writers) -> PapersUnderWay:
    """Have the summary of a year made for each of its readers, as each kind of file."""
    return PapersUnderWay(
        {
            folder / f"summary-{year}-{whose}.{ending}": _begun(writers[ending], paper, ending)
            for whose, paper in papers.items()
            for ending in (*KINDS, "json")
        }
    )


def load(ending: str) -> None:
    """Load what papers of a kind are written with, before it is needed, by making an empty one."""
    from workflows.papers.paper import Paper

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    _made(Paper(title="", committee="", about="", made_on=date.min), ending)


def _begun(writer: Executor, paper: Paper, ending: str) -> Future[bytes | NotSetUp]:
    try:
        return writer.submit(_made, paper, ending)
    except BrokenExecutor as ended:
        never: Future[bytes | NotSetUp] = Future()
        never.set_exception(ended)
        return never


def _made(paper: Paper, ending: str) -> bytes | NotSetUp:
    try:
        return dict(_kinds(paper))[ending]()
    except NotSetUp as no:
        return no


def _result(made: Future[bytes | NotSetUp]) -> bytes | NotSetUp:
    try:
        return made.result()
    except BrokenExecutor:
        return NotSetUp(ENDED)


def _kinds(paper: Paper) -> Iterator[tuple[str, Callable[[], bytes]]]:
    yield from kinds(paper, TEMPLATE).items()
    yield "json", lambda: json.dumps(paper.facts(), ensure_ascii=False, indent=2).encode()
