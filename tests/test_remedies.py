"""What mends a refusal or a fault is a value: sentences below the terminal name no command, the terminal words it."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli.command_lines import command, worded
from cli.command_table import COMMANDS
from cli.errors import sentences
from states.errors import NotFound, Refused, StaleVersion
from states.next_step import UNSAID, Advice, NextStep, advice, mended, plain
from states.steps import Choice, Field
from tests.casework import opened
from web.links import PAGES
from workflows.verbs.advance import record_missed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.office import Office

ROOT = Path(__file__).parent.parent
BELOW = ("states", "config", "notifications", "records", "workflows")
COMMAND = re.compile(rf"\bcairn ({'|'.join(COMMANDS)})\b")
NO_SENTENCE = {
    ("settings.py", "cairn show {ref}"),  # what a setting holds until the committee sets it: its own terminal
    ("letter_book.py", "cairn show {ref}"),  # the same, for the book of letters
    ("chain.py", "cairn case "),  # what a chain of seals begins with
    ("pieces.py", "bundle of cairn case "),  # the same, of a bundle with words left out
    ("bundle_check.py", "cairn case "),  # the same, as it is computed without us
}

AT_THE_TERMINAL = {
    *("backup", "calendar preview", "case move", "case rebuild", "clock", "deliver", "doctor", "keys exchange"),
    *("keys lost", "outbox bounced", "procedure check", "recommendation reindex", "restore", "run", "setup", "sweep"),
    "verify",
}
"""What the desk has no page for: it names the command."""


def literals(path: Path) -> Iterator[str]:
    """Every text of a module that is no docstring."""
    tree = ast.parse(path.read_text())
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.value


@pytest.mark.parametrize("room", BELOW)
def test_no_sentence_below_the_terminal_speaks_its_commands(room: str) -> None:
    found = {(path.name, text) for path in (ROOT / room).rglob("*.py") for text in literals(path)}

    assert {one for one in found if COMMAND.search(one[1])} - NO_SENTENCE == set()


def test_what_mends_a_refusal_is_a_page_of_the_desk_unless_it_is_done_at_the_terminal_alone() -> None:
    paths = [path for room in BELOW for path in (ROOT / room).rglob("*.py")]
    named = {verb for path in paths for verb in verbs_named(path)}

    assert len(named) > 30
    assert {verb for verb in named if verb not in PAGES} == AT_THE_TERMINAL


def verbs_named(path: Path) -> Iterator[str]:
    """The verbs that a module names in what can be done next, and in advice."""
    for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
        made = call.func.id if isinstance(call.func, ast.Name) else ""
        given = call.args[:1] if made == "NextStep" else call.args[1:] if made == "advice" else []
        yield from (one.value for one in given if isinstance(one, ast.Constant) and one.value)


@pytest.mark.parametrize(
    ("verb", "arguments", "typed"),
    [
        ("contact add", {"role_of": "reviewer", "name": "Fourth Person"}, '--role reviewer --name "Fourth Person"'),
        ("contact add", {"agency": "NHS Fife", "role_of": "first"}, '--agency "NHS Fife" --role first'),
        ("agency merge", {"agency": "NHS Fyfe", "other": "NHS Fife"}, '"NHS Fyfe" "NHS Fife"'),
        ("agency merge", {"agency": 'The "$A" `b`', "other": "C"}, r'"The \"\$A\" \`b\`" C'),
        ("show", {"ref": "LR-2026-0007"}, "LR-2026-0007"),
    ],
)
def test_a_command_that_is_named_can_be_typed_as_it_stands(verb: str, arguments: dict[str, str], typed: str) -> None:
    step = NextStep(verb, {name: (one,) for name, one in arguments.items()})

    assert command(step) == f"cairn {verb} {typed}"
    assert shlex.split(typed)[-1] == [*arguments.values()][-1]


def test_no_letter_speaks_the_commands_of_the_terminal() -> None:
    letters = [path.read_text() for path in (ROOT / "notifications" / "templates").glob("*.j2")]

    assert letters
    assert [found[0] for text in letters if (found := COMMAND.search(text))] == []


def test_a_case_that_is_not_there_names_the_list_as_its_remedy(office: Office) -> None:
    with pytest.raises(NotFound) as refused:
        office.case("LR-1999-0001")

    assert refused.value.obstacles == ("There is no case 'LR-1999-0001'.",)
    assert refused.value.remedy == NextStep("list")
    assert str(refused.value) == "There is no case 'LR-1999-0001': “list” shows the cases there are."
    assert sentences(refused.value) == ("There is no case 'LR-1999-0001': cairn list shows the cases there are.",)


def test_a_case_that_changed_since_is_to_be_looked_at_again(office: Office) -> None:
    case = opened(office)
    with pytest.raises(StaleVersion) as refused:
        office.do(record_missed, case.ref, "report", "So.", seen=9)

    assert refused.value.remedy == NextStep("show", {"ref": (case.ref,)})
    assert f"look at it again (cairn show {case.ref}), then repeat the step" in sentences(refused.value)[0]


def test_a_refusal_without_a_remedy_is_shown_as_it_is() -> None:
    refused = Refused("One thing.", "Another {}.")

    assert (refused.remedy, sentences(refused)) == (None, ("One thing.", "Another {}."))


def test_braces_in_what_somebody_typed_take_no_step_from_the_remedy() -> None:
    refused = Refused("There is no case '{}'.", advice=advice("{} shows them.", "list"))

    assert sentences(refused) == ("There is no case '{}': cairn list shows them.",)
    assert worded(advice("{} and {} and {}", "list")) == "cairn list and  and "


def test_advice_that_begins_a_sentence_stands_beside_what_is_wrong() -> None:
    assert (
        mended("It stands still.", advice("Start it ({}).", "run"), worded) == "It stands still. Start it (cairn run)."
    )
    assert plain(advice("Start it ({}).", "run")) == "Start it (“run”)."
    assert worded(Advice("")) == ""


def test_a_step_is_worded_with_its_choices_its_gaps_and_its_fields_in_the_order_they_are_typed() -> None:
    fields = (
        Field(name="plan", label="Plan"),
        Field(name="good", label="Good?", kind="yes_no", choices=(Choice(name="yes", label="Yes"),)),
        Field(name="more", label="More", required=False),
    )
    step = NextStep("advance", {"ref": ("LR-1",), "step": ("plan",), "role": ("chair", "lead"), "reason": ()}, fields)

    assert command(step) == "cairn advance LR-1 plan --as chair|lead --field plan=TEXT --field good=yes --reason TEXT"
    assert command(NextStep("request send", {"ref": ("LR-1",), "what": ("a", "b"), "agencies": ()})) == (
        "cairn request send LR-1 a|b AGENCY..."
    )
    assert command(UNSAID) == ""
