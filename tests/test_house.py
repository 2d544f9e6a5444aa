"""The house rules that no linter knows: small files, one name a thing, a current guidance page, pinned editions."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import statistics
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from config import printing, procedures
from records.upgrade import VERSIONS
from states import errors, guards
from states.entry import KINDS
from states.fold import FOLDS

ROOT = Path(__file__).parent.parent
ROOMS = ("states", "config", "notifications", "records", "workflows", "cli", "web")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts)
PINNED = tomllib.loads((ROOT / "tests" / "published_editions.toml").read_text())


@cache
def tree_of(path: Path) -> ast.Module:
    """A module, parsed once for all that is asked of it."""
    return ast.parse(path.read_text())


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a module."""
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function's body, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_fits_in_the_head(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400

    assert [f"{one.name} has {length(one)} lines" for one in functions(path) if length(one) > 40] == []


def test_a_transaction_begins_in_one_place() -> None:
    """What SQLAlchemy begins by itself takes no lock on SQLite: all go through records/database.py."""
    begun = {path.name for path in MODULES if re.search(r"engine\)?\.(begin|connect)\(", path.read_text())}

    assert begun == {"database.py"}


def test_no_door_begins_a_transaction_of_its_own() -> None:
    """Whatever is written goes through a verb; when a session was last used the guard keeps, on no record."""
    doors = [path for path in MODULES if path.relative_to(ROOT).parts[0] in {"cli", "web"}]

    assert {path.name for path in doors if re.search(r"\btransaction\(", path.read_text())} == {"guard.py"}


def test_every_view_is_frozen() -> None:
    loose = re.compile(r"@dataclass(?!\(frozen=True)")

    assert [path.name for path in MODULES if path.parent.name == "views" and loose.search(path.read_text())] == []


def test_one_file_writes_dates_for_people() -> None:
    """Others may write what machines read: the largest unit first, in numbers alone."""
    machine = re.compile(r"%Y|%Y-%m-%d|%Y-?%m-?%dT%H:?%M:?%SZ?")
    found = [f"{path.relative_to(ROOT)}: {one}" for path in MODULES for one in _dates_written(path)]

    assert [one for one in found if not machine.fullmatch(one.partition(": ")[2])] != []
    assert {one.partition(": ")[0] for one in found if not machine.fullmatch(one.partition(": ")[2])} == {
        "states/words.py"
    }


def _dates_written(path: Path) -> list[str]:
    """The formats of dates in a module: of f-strings, of str.format and of strftime."""
    code = r"(?:%-?[a-zA-Z]|[ ,:T-])*%-?[aAbBdeHIjmMpYy](?:%-?[a-zA-Z]|[ ,:TZ-])*"
    texts = [one.value for one in ast.walk(tree_of(path)) if isinstance(one, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and re.fullmatch(code, text)] + [
        one for text in texts if isinstance(text, str) for one in re.findall(r"\{\w*:(%[^}]+)\}", text)
    ]


def test_one_file_counts_and_capitalises() -> None:
    """A noun for so many, and a sentence that begins with a large letter, are made in states/words.py alone."""
    own = re.compile(
        r"\[:1\]\.upper\(\)|['\"]s['\"] if .* != 1|['\"]['\"] if .* == 1 else ['\"]s['\"]"
        r"|['\"]([a-z]{3,})['\"] if [^{}]* == 1 else ['\"]\1s['\"]|else ['\"]s (are|have|were)['\"]"
    )
    pages = [*(ROOT / "web" / "templates").rglob("*.html"), *(ROOT / "notifications" / "templates").glob("*.j2")]
    found = [str(path.relative_to(ROOT)) for path in (*MODULES, *pages) if own.search(path.read_text())]

    assert found == ["states/words.py"]


def test_most_functions_are_short() -> None:
    lengths = sorted(length(function) for path in MODULES for function in functions(path))

    assert statistics.median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.9)] <= 17


def test_every_room_of_the_workflows_says_what_belongs_in_it_and_what_does_not() -> None:
    rooms = {path.parent.name: path for path in MODULES if path.parent.parent == ROOT / "workflows"}
    said = {name: ast.get_docstring(tree_of(path.parent / "__init__.py")) for name, path in rooms.items()}

    assert len(said) > 8
    assert [name for name, words in said.items() if not words or len(words.split("\n\n")) != 2] == []


def test_no_page_is_handed_a_dictionary_of_anything() -> None:
    """A page reads the attributes of a view. What an edition lets people record has the names it gives."""
    doors = [path for path in MODULES if path.parent.name == "commands" or "pages" in path.parts]
    views = [path for path in MODULES if path.parent.name == "views"]

    taken = {f"{path.name}: {name}" for path in doors for name in _taking_anything(path)}
    held = {f"{path.name}: {name}" for path in views for name in _holding_anything(path)}

    assert taken == set()
    assert held == {
        "history.py: Then.fields",
        "question.py: SaidSoFar.said",
        "question.py: SaidSoFar.answers",
        "tasks.py: Task.facts",
    }


ANYTHING = re.compile(r"(dict|Mapping)\[str, Any\]")


def _taking_anything(path: Path) -> set[str]:
    every = [(one, [*one.args.args, *one.args.kwonlyargs, one.args.kwarg]) for one in functions(path)]
    hints = [(one.name, [one.returns, *(each.annotation for each in args if each)]) for one, args in every]
    return {name for name, of in hints for hint in of if hint and ANYTHING.search(ast.unparse(hint))}


def _holding_anything(path: Path) -> set[str]:
    classes = [one for one in ast.walk(tree_of(path)) if isinstance(one, ast.ClassDef)]
    return {
        f"{one.name}.{part.target.id}"
        for one in classes
        for part in one.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
        if ANYTHING.search(ast.unparse(part.annotation)) and not part.target.id.startswith("_")
    }


def test_nothing_is_defined_that_nothing_uses() -> None:
    called_by_libraries = re.compile(
        r"do_\w+|handle_\w+|parse_url|log_message|format_commands|(redirect|verify|process)_request"
    )
    pages = [path for room in ROOMS for path in (ROOT / room).rglob("templates/**/*") if path.is_file()]
    words = Counter(word for path in (*MODULES, *pages) for word in re.findall(r"\b\w+\b", path.read_text()))
    defined = {name for path in MODULES for name in _defined(path)}

    assert {name for name in defined if words[name] == 1 and not called_by_libraries.fullmatch(name)} == set()


def _defined(path: Path) -> set[str]:
    """The functions, methods, classes and constants of a module; what a decorator hands on is used by it."""
    tree = tree_of(path)
    named = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    handed_on = re.compile(r"router|app\.|_at\(|validator|serializer|event\.|task|flow|command|listens_for")
    own = {one.name for one in named if not any(handed_on.search(ast.unparse(by)) for by in one.decorator_list)}
    given = [one for part in tree.body if isinstance(part, ast.Assign) for one in part.targets]
    constants = {one.id for one in given if isinstance(one, ast.Name)}
    return {name for name in own | constants if not name.startswith("__")}


def test_no_two_modules_of_a_room_share_a_name() -> None:
    """Commands are named as they are typed, and so may share the name of the verb they type."""
    named = [
        path for path in MODULES if not path.stem.startswith("__") and path.parent.name not in {"commands", "pages"}
    ]
    names = Counter((path.relative_to(ROOT).parts[0], path.stem) for path in named)

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_packages_imported_are_ours(room: str) -> None:
    imported = importlib.import_module(room)

    assert imported.__file__ is not None
    assert Path(imported.__file__).parent == ROOT / room


def test_every_refusal_says_when_it_is_raised() -> None:
    refusals = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.Refused)]

    assert len(refusals) > 5
    assert all(inspect.getdoc(one) for one in refusals)


def test_every_kind_of_entry_can_be_replayed() -> None:
    assert set(FOLDS) == set(KINDS)


def test_every_guard_is_used_by_some_edition_or_documented() -> None:
    used = {
        guard.name for name in procedures.names() for move in procedures.load(name).transitions for guard in move.guards
    }
    documented = (ROOT / "docs" / "procedure-format.md").read_text()

    assert {name for name in guards.GUARDS if name not in used and f"`{name}`" not in documented} == set()


@pytest.mark.parametrize("name", procedures.names())
def test_a_published_edition_is_never_edited(name: str) -> None:
    assert PINNED["editions"][name] == procedures.load(name).digest, (
        f"{name} is not as it was published: a case may be under it. Write a new edition instead."
    )


@pytest.mark.parametrize("name", procedures.names())
def test_the_printed_guidance_is_current(name: str) -> None:
    printed = (ROOT / "docs" / "guidance" / f"{name}.md").read_text()

    assert printed == printing.markdown(procedures.load(name)), "run: make guidance"


def test_each_form_of_the_tables_has_one_migration() -> None:
    files = sorted(path.stem for path in (ROOT / "records" / "migrations" / "versions").glob("0*.py"))

    assert tuple(name.partition("_")[0] for name in files) == VERSIONS


def test_the_repository_speaks_of_the_product_alone() -> None:
    words = ("/work" + "/", "/ro" + "ot/", "python" + "hosted", "registry." + "npmjs", "TO" + "DO", "FIX" + "ME")
    written = (path for path in ROOT.glob("*.*") if path.name != ".git")
    texts = [*written, *ROOT.glob("docs/**/*.md"), *(ROOT / "tests").glob("*.py"), *MODULES]
    found = [f"{path.name}: {word}" for path in texts for word in words if path.is_file() and word in _text(path)]

    assert found == []


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""
