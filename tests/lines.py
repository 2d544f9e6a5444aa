"""Which lines and branches of Cairn the tests run: noted by marks put into its modules as these are imported.

With `python -m pytest -p tests.lines`. A tracer is called for whatever the libraries do as well, and the pages of the
desk took three times as long under one. What was run is handed to coverage, which reports and judges it as
pyproject.toml says. Two things are not seen: an `except` that was asked and did not fit, and a file that is called
like a test, which pytest imports in its own way.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import marshal
import os
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib.machinery import SourceFileLoader
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from types import CodeType

    from coverage.parser import PythonParser

ROOT = Path(__file__).parent.parent
ROOMS = ("states", "config", "notifications", "records", "workflows", "cli", "web")
FOLDER = "CAIRN_TEST_MARKED"
"""Where a run keeps what it marked for its other processes: the first of them makes the folder, and removes it."""
LINE, INTO, PAST = "line", "into", "past"

Node = TypeVar("Node", bound=ast.AST)


class Note(NamedTuple):
    """What it means that a mark was come by: a line was run, or a branch led into what begins at `to`, or past it."""

    what: str
    line: int
    to: int = 0


@dataclass
class Marks:
    """The marks of a file: what each of them means, and whether it was come by."""

    notes: list[tuple[tuple[str, int, int], ...]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)  # 3.11 stores into a list faster than into anything else

    def add(self, notes: tuple[Note, ...]) -> int:
        """Another mark; its number."""
        self.notes.append(tuple(map(tuple, notes)))
        self.seen.append(0)
        return len(self.seen) - 1

    def found(self) -> list[tuple[str, int, int]]:
        """What was come by."""
        return sorted({note for notes, seen in zip(self.notes, self.seen, strict=True) if seen for note in notes})


class Marker:
    """Puts a mark before each statement of a file, and one wherever a branch goes past its block."""

    def __init__(self, marks: Marks, seen: str) -> None:
        self.marks, self.seen = marks, seen

    def block(self, body: list[ast.stmt], *first: Note) -> list[ast.stmt]:
        """The statements with their marks; the first is marked with more than that it was run."""
        opening = list(takewhile(has_to_be_first, body))
        made = [*opening]
        for place, one in enumerate(body):
            made.append(self.mark(one, *lines_of(one), *(first if place == 0 else ())))
            self.inside(one)
            made += [] if place < len(opening) else [one]
        return made

    def mark(self, near: ast.AST, *notes: Note) -> ast.stmt:
        """A mark, as a statement on the line of another."""
        name = ast.Subscript(ast.Name(self.seen, ast.Load()), ast.Constant(self.marks.add(notes)), ast.Store())
        return placed(ast.Assign([name], ast.Constant(1)), getattr(near, "lineno", 1))

    def inside(self, one: ast.stmt) -> None:
        """Mark what stands in a statement."""
        match one:
            case ast.If() | ast.While() | ast.For() | ast.AsyncFor():
                branch = (one.lineno, first_line(one.body[0]))
                one.body = self.block(one.body, Note(INTO, *branch))
                past = Note(PAST, *branch)
                one.orelse = self.block(one.orelse, past) or [self.mark(one, past)]
            case ast.Try() | ast.TryStar():
                self.handlers(one.handlers)
                one.body, one.orelse, one.finalbody = map(self.block, (one.body, one.orelse, one.finalbody))
            case ast.Match():
                self.cases(one)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.With() | ast.AsyncWith():
                one.body = self.block(one.body)
            case _:
                pass

    def handlers(self, handlers: list[ast.ExceptHandler]) -> None:
        """What is caught by one was asked of those before it."""
        asked = [Note(LINE, one.lineno) for one in handlers]
        for place, one in enumerate(handlers):
            one.body = self.block(one.body, *asked[: place + 1])

    def cases(self, match: ast.Match) -> None:
        """Each case goes into its own body, or past it to the next; what fits none goes past them all."""
        before: list[Note] = []
        for case in match.cases:
            branch = (case.pattern.lineno, first_line(case.body[0]))
            asked = Note(LINE, case.pattern.lineno)
            case.body = self.block(case.body, *before, asked, Note(INTO, *branch))
            before += [asked, Note(PAST, *branch)]
        if not takes_all(match.cases[-1]):
            rest = ast.match_case(placed(ast.MatchAs(), match.lineno), None, [self.mark(match, *before)])
            match.cases.append(rest)


def placed(node: Node, line: int) -> Node:
    """A node of ours, on a line of the file."""
    for one in ast.walk(node):
        if "lineno" in one._attributes:
            one.lineno = one.end_lineno = line  # type: ignore[attr-defined]
            one.col_offset = one.end_col_offset = 0  # type: ignore[attr-defined]
    return node


def first_line(one: ast.stmt) -> int:
    """Where a statement begins: with its first decorator, where it has any."""
    return min([one.lineno, *(each.lineno for each in getattr(one, "decorator_list", ()))])


def lines_of(one: ast.stmt) -> list[Note]:
    return [Note(LINE, line) for line in (one.lineno, *(each.lineno for each in getattr(one, "decorator_list", ())))]


def has_to_be_first(one: ast.stmt) -> bool:
    """Whether nothing may stand before a statement: what describes a thing, and what is imported of the future."""
    describes = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
    return describes or (isinstance(one, ast.ImportFrom) and one.module == "__future__")


def takes_all(case: ast.match_case) -> bool:
    """Whether nothing goes past a case."""
    pattern = case.pattern
    while isinstance(pattern, ast.MatchOr):
        pattern = pattern.patterns[-1]
    return case.guard is None and isinstance(pattern, ast.MatchAs) and pattern.pattern is None


MARKS: dict[str, Marks] = {}
"""Of each file that was loaded."""
READ = SourceFileLoader.get_code


def marked(source: bytes, file: str, marks: Marks, seen: str) -> CodeType:
    """A file of Cairn, compiled with its marks; whoever runs it gives it a list of that name to mark what it saw."""
    tree = ast.parse(source)
    tree.body = Marker(marks, seen).block(tree.body)
    code: CodeType = compile(tree, file, "exec", dont_inherit=True)
    return code


def name_of(source: bytes, file: str) -> str:
    """The name of the list that is marked by a file: another one as soon as the file is otherwise, or elsewhere."""
    return f"__cairn_seen_{hashlib.sha256(file.encode() + bytes(1) + source).hexdigest()}__"


@cache
def marked_once(source: bytes, file: str) -> CodeType:
    """The same, kept for Alembic, which reads each migration again whenever a database is made, and for the run."""
    seen = name_of(source, file)
    kept = Path(os.environ.get(FOLDER, os.devnull)) / seen
    if kept.exists():
        notes, code = marshal.loads(kept.read_bytes())  # noqa: S302  this run wrote it
        marks = Marks(notes, [0] * len(notes))
    else:
        marks = Marks()
        code = marked(source, file, marks, seen)
    MARKS[file] = marks
    setattr(builtins, seen, marks.seen)
    return code


def keep(files: Iterable[Path], folder: Path) -> None:
    """Keep files with their marks in a folder, each under a name that says what the file holds and where it stands."""
    for file in files:
        source, name = file.read_bytes(), str(file)
        code = marked_once(source, name)
        (folder / name_of(source, name)).write_bytes(marshal.dumps((MARKS[name].notes, code)))


def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
    """What is imported: with marks where it is Cairn's."""
    file = Path(self.get_filename(fullname))
    if not file.is_relative_to(ROOT) or file.relative_to(ROOT).parts[0] not in ROOMS:
        return READ(self, fullname)
    return marked_once(file.read_bytes(), str(file))


SourceFileLoader.get_code = get_code  # type: ignore[method-assign]


def found() -> dict[str, list[tuple[str, int, int]]]:
    """What was come by in each file that was loaded; a file in which nothing was is there too."""
    return {file: marks.found() for file, marks in MARKS.items()}


def modules() -> Iterable[Path]:
    return (file for room in ROOMS for file in (ROOT / room).rglob("*.py"))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Before other processes are started, what each of them would mark is marked."""
    if session.config.getoption("dist", "no") != "no":
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="cairn-marked-")
        keep(modules(), Path(os.environ[FOLDER]))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and FOLDER in os.environ:
        shutil.rmtree(os.environ.pop(FOLDER))


WORKERS: list[dict[str, list[tuple[str, int, int]]]] = []
"""What the other processes of this run found."""


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    WORKERS.append(getattr(node, "workeroutput", {}).get("lines", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["lines"] = found()


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """Report what was run, below the failures."""
    yield
    reported(terminalreporter)


def reported(reporter: pytest.TerminalReporter) -> None:
    from coverage import Coverage

    coverage = Coverage()
    coverage.erase()
    data = coverage.get_data()
    coverage._get_file_reporter = cache(coverage._get_file_reporter)  # type: ignore[method-assign]  it reads a file anew
    data.add_arcs(arcs([found(), *WORKERS], lambda file: coverage._get_file_reporter(file).parser))  # type: ignore[attr-defined]
    data.touch_files(map(str, modules()))
    coverage.save()
    reporter.section("coverage")
    total, least = coverage.report(file=reporter._tw._file), float(coverage.get_option("report:fail_under") or 0)
    if total < least and reporter._session is not None:
        reporter.write_line(f"Coverage is {total:.2f}%, and has to be {least:.0f}%.", red=True)
        reporter._session.exitstatus = reporter._session.exitstatus or pytest.ExitCode.TESTS_FAILED


def parsed(file: str) -> PythonParser:
    """A file as coverage reads it."""
    from coverage.parser import PythonParser

    parser = PythonParser(filename=file)
    parser.parse_source()
    return parser


def arcs(
    found: Iterable[dict[str, list[tuple[str, int, int]]]], read: Callable[[str], PythonParser] = parsed
) -> dict[str, set[tuple[int, int]]]:
    """What was run, as coverage takes it: from which line of each file to which."""
    whole: dict[str, set[Note]] = defaultdict(set)
    for one in found:
        for file, notes in one.items():
            whole[file].update(Note(*note) for note in notes)
    return {file: arcs_of(read(file), notes) for file, notes in whole.items()}


def arcs_of(parser: PythonParser, notes: set[Note]) -> set[tuple[int, int]]:
    """The same of one file. Where a branch can go is asked of coverage; what is not into its block is past it."""
    leads: dict[int, set[int]] = defaultdict(set)
    for source, to in parser.arcs():
        leads[source].add(to)
    made = {(-1, note.line) for note in notes if note.what == LINE}
    for note in notes:
        at, into = parser.first_line(note.line), parser.first_line(note.to)
        if note.what == INTO:
            made.add((at, into))
        elif note.what == PAST:
            made |= {(at, to) for to in leads[at] - {into}}
    return made
