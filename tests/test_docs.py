"""What the documentation says is so: commands, settings and links exist, a lead officer's day goes as it is told."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from cli.command_table import COMMANDS, loaded
from config.settings import Settings
from records.upgrade import VERSIONS
from tests.terminal import ROOT, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = ROOT / "docs" / "lead-officer.md"
MANUALS = (ROOT / "README.md", ROOT / "docs" / "operations.md", DAY)
ROOMS = ("states", "config", "notifications", "records", "workflows", "cli")
PAGES = sorted(chain(ROOT.glob("*.md"), *(ROOT.glob(f"{room}/**/*.md") for room in ("docs", *ROOMS))))
FENCED = re.compile(r"^```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"(?:^|^\$ |\.venv/bin/)(cairn .+)")
INLINE = re.compile(r"`(?:[A-Z_]+=\S+ )?(cairn [^`\n]*?)`")
SPOKEN = re.compile(r"\bcairn (?!log )([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")  # a log's seals begin with "cairn log"
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)")
AT_THE_TERMINAL = {"CAIRN_NAME", "CAIRN_ROLE", "CAIRN_AGENCY"}
SCENE = re.compile(r"<!-- (\S+) -->\n```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_command_that_is_named_exists_with_its_options() -> None:
    wrong = [f"{page.name}: {words}" for page in MANUALS for words in commands_in(page.read_text()) if fault(words)]

    assert wrong == []


def test_every_command_that_a_sentence_recommends_exists() -> None:
    told = [(path, *found) for path in sources() for found in recommended(path)]
    wrong = [f"{path.name}: cairn {first} {second}" for path, first, second in told if not is_command(first, second)]

    assert len(told) > 40
    assert wrong == []


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    known = {f"CAIRN_{name.upper()}" for name in Settings.model_fields}
    told = set(re.findall(r"^\| `(CAIRN_\w+)`", MANUALS[1].read_text(), re.MULTILINE))
    named = set(chain(*(re.findall(r"CAIRN_[A-Z_]+", page.read_text()) for page in MANUALS)))

    assert known - told == set()
    assert {name for name in named if not name.endswith("_")} - known - AT_THE_TERMINAL == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]

    assert dead == []


def test_the_version_of_the_tables_that_is_told_is_the_newest() -> None:
    told = re.findall(r"The tables are at version (\d{4})\.", (ROOT / "CHANGELOG.md").read_text())

    assert told[0] == VERSIONS[-1]


def test_every_decision_is_in_the_list_of_decisions() -> None:
    folder = ROOT / "docs" / "decisions"

    listed = LINK.findall((folder / "README.md").read_text())

    assert listed == sorted(page.name for page in folder.glob("[0-9]*.md"))
    for name in listed:
        assert re.match(rf"# {int(name[:4])}\. .+\n\nDate: \w+ \d{{4}}\. ", (folder / name).read_text()), name


def test_every_package_that_is_asked_for_has_its_reason_written_down() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["test"]]
    told = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text()

    assert [one for one in (re.split(r"[\[<>=]", one)[0] for one in asked) if not re.search(rf"`{one}\b", told)] == []


def test_every_page_of_the_documentation_begins_with_whom_it_is_for() -> None:
    heads = {page.name: page.read_text().split("\n\n")[1] for page in (ROOT / "docs").glob("*.md")}

    assert [name for name, line in heads.items() if not line.startswith("*For ")] == []


def test_the_readme_has_every_folder_and_the_rooms_of_the_workflows_in_their_order() -> None:
    named = re.findall(r"^\| `([\w.]+/?)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rooms = next(one["layers"] for one in contracts if one.get("containers") == ["workflows"])

    assert [name.strip("/").removesuffix(".py") for name in named if name.strip("/").removesuffix(".py") in rooms] == [
        name for name in rooms if name not in {"unit_of_work", "checks"}
    ]
    assert {f"{room}/" for room in (*ROOMS, "web", "tests", "benchmarks", "findings")} <= set(named)


def test_what_the_glossary_names_in_the_code_is_there() -> None:
    rows = re.findall(r"^\| .* \| .* \| (.*) \|$", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    code = "\n".join(path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py"))

    assert len(named) > 40
    assert [name for name in named if not _is_there(name, code)] == []


def _is_there(name: str, code: str) -> bool:
    """Whether a path, an edition, or each part of a dotted name is in the repository."""
    if "/" in name:
        return (ROOT / name).exists()
    if "-" in name.strip("-"):
        return any((ROOT / "config" / "guidance").glob(f"{name}.toml"))
    if name.startswith("CAIRN_"):
        return name.partition("=")[0].removeprefix("CAIRN_").lower() in Settings.model_fields
    return all(re.search(rf"\b{part}\b", code) for part in name.strip("-").split("."))


def test_the_day_of_a_lead_officer_goes_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    terminal = Terminal(tmp_path, env={"CAIRN_COMMITTEE": "example-committee", "CAIRN_NAME": "L. Officer"})

    terminal.types("setup")  # as `make run` does before the day begins
    scenes = SCENE.findall(DAY.read_text())
    assert len(scenes) == DAY.read_text().count("```console")
    assert len(scenes) > 5
    for clock, scene in scenes:
        terminal.now = clock
        for command, expected in acts(scene):
            said = terminal.types(*shlex.split(command)[1:]) + terminal.err
            assert re.fullmatch(as_pattern(expected), said), f"{command}\n{said}"


def commands_in(text: str) -> Iterator[str]:
    for block in FENCED.findall(text):
        lines = block.replace("\\\n", " ").splitlines()
        yield from (found[1] for found in map(TYPED.search, lines) if found)
    yield from INLINE.findall(FENCED.sub("", text))


def fault(words: str) -> str:
    """What is wrong with a command as it is written, or nothing."""
    typed = shlex.split(words, comments=True)[1:]
    if typed[0].startswith("--"):
        return ""
    command: Any = loaded(typed[0]) if typed[0] in COMMANDS else None
    for word in typed[1:]:
        if not hasattr(command, "commands") or word.startswith("-"):
            break
        command = command.commands.get(word, command.commands.get("file"))  # what cairn import names is a file
    options = {name for one in getattr(command, "params", ()) for name in one.opts} | {"--help", "--now"}
    unknown = [word for word in typed if word.startswith("--") and word not in options]
    return f"{words}: {unknown or 'no such command'}" if unknown or command is None else ""


def sources() -> list[Path]:
    return sorted(chain(*(ROOT.glob(f"{room}/**/*.{end}") for room in ROOMS for end in ("py", "j2"))))


def recommended(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix == ".j2":
        yield from SPOKEN.findall(path.read_text())
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from SPOKEN.findall(node.value)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"NextStep", "advice"}:
            named = node.args[:1] if getattr(node.func, "id", "") == "NextStep" else node.args[1:]
            yield from (verb_of(one.value) for one in named if isinstance(one, ast.Constant) and one.value)


def verb_of(named: str) -> tuple[str, str]:
    """The command and the command under it that a next step names."""
    first, _, second = named.partition(" ")
    return first, second.partition(" ")[0]


def is_command(first: str, second: str) -> bool:
    if first not in COMMANDS:
        return False
    command: Any = loaded(first)
    return not second or not hasattr(command, "commands") or second in command.commands


def acts(scene: str) -> Iterator[tuple[str, str]]:
    """Each command that is typed in a scene, with what it says."""
    for part in re.split(r"^\$ ", scene, flags=re.MULTILINE)[1:]:
        command, _, said = part.replace("\\\n", "").partition("\n")
        yield command, said


def as_pattern(said: str) -> str:
    """What was said, as a pattern: a line of three dots stands for any lines, or none."""
    return "".join("(?:.*\n)*" if line.strip() == "..." else re.escape(line) for line in said.splitlines(keepends=True))
