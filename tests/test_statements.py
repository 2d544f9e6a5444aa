"""How often a command asks the database: a case is found once, and nothing is read that is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.program import program
from tests.test_web_deeds import gathering
from workflows.verbs import request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.desk import Committee
    from tests.terminal import Terminal

ANSWER = {"information_file": "file 20", "account_given": True, "reflection_given": True}


@pytest.fixture
def said() -> Iterator[list[str]]:
    """Lend the list of the statements that are sent, to be emptied before what is counted."""
    heard: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", hear)
    yield heard
    event.remove(Engine, "before_cursor_execute", hear)


def finds(statements: list[str]) -> list[str]:
    return [one for one in statements if one.startswith("SELECT") and "FROM case_file WHERE case_file.ref = ?" in one]


def test_a_step_finds_its_case_once_and_sends_at_most_14_statements_up_to_its_commit(
    terminal: Terminal, said: list[str]
) -> None:
    terminal.enters_everybody()
    ref = terminal.opens()
    said.clear()

    alerted = ("--field", "acknowledged_on=2026-03-02", "--field", "agencies_alerted=NHS Fife")
    authority = ("--as", "notification_acceptor", "--authority", "child_protection_committee")
    terminal.types("advance", ref, "acknowledge_and_alert", *authority, *alerted)

    assert terminal.code == 0, terminal.err
    assert len(finds(said)) == 1
    counted = said[said.index(finds(said)[0]) :]
    assert len(counted) <= 14, "\n".join(counted)
    for table in ("history", "case_file", "message"):
        assert sum(one.startswith((f"INSERT INTO {table} ", f"UPDATE {table} ")) for one in counted) == 1


def test_the_page_of_a_case_takes_at_most_8_statements(terminal: Terminal, said: list[str]) -> None:
    terminal.enters_everybody()
    ref = terminal.gathers()
    said.clear()

    terminal.types("show", ref)

    assert terminal.code == 0, terminal.err
    assert len(finds(said)) == 1
    assert len(said) <= 8, "\n".join(said)


def test_an_answer_of_a_program_takes_2_statements_more_than_its_verb(desk: Committee, said: list[str]) -> None:
    """The tasks and letters that are told, and what is answered, kept under its key: who comes in costs none."""
    lead, ref, other = program(desk), gathering(desk), gathering(desk)
    for one in (ref, other):
        lead.post(f"/cases/{one}/requests", {"what": "information", "agencies": ["NHS Fife"]}, seen=2)
    said.clear()
    desk.acts("lead_officer", request.answer, other, "R1", answers=dict.fromkeys(ANSWER, "yes"), seen=3)
    verb = tuple(said)
    said.clear()

    done = lead.post(f"/cases/{ref}/requests/R1/answer", ANSWER, seen=3)

    assert done.status_code == 200, done.text
    assert len(finds(said)) == 1
    assert not [one for one in said if "FROM agency ORDER BY" in one or one.startswith("UPDATE api_token")]
    assert len(said) <= len(verb) + 2, "\n".join(said)
    assert len(verb) <= 11, "\n".join(verb)
