"""Tokens of programs at the desk and at the terminal: made and shown once, listed with their last use, revoked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.desk import client
from tests.program import Program

if TYPE_CHECKING:
    from tests.desk import Committee
    from tests.terminal import Terminal


def test_an_administrator_lets_a_program_in_and_shuts_it_out_at_the_desk(desk: Committee) -> None:
    keeper = desk.sign_in("administrator")
    assert "No program was let in" in keeper.get("/committee/programs").text

    keeper.get("/committee/programs/new")
    chosen = {"account": f"{desk.numbers['lead_officer']} lead_officer", "days": "30", "name": "Case system"}
    wrong = keeper.send(**chosen, scope="some", **{"verbs.others": "colour"})
    assert "No program can do colour" in wrong.text
    made = keeper.send(**chosen, scope="some", **{"verbs.others": "requests\nrequest_answer"})
    held = re.search(r"cairn_[\w-]{40,}", made.text)
    assert held is not None

    lead = Program(client(desk.app, "https://desk.example", desk.loop), held[0])
    assert lead.get("/cases").status_code == 200
    listed = keeper.get("/committee/programs").text
    assert ("Case system" in listed, "request_answer" in listed, "Never" in listed, held[0] in listed) == (
        True, True, False, False,
    )  # fmt: skip
    keeper.get("/committee/programs/1/revoke")
    keeper.send(reason="It is replaced.")
    keeper.send(button=("confirmed", "yes"))
    assert "Revoked" in keeper.get("/committee/programs").text
    assert lead.get("/cases").status_code == 401


def test_tokens_at_the_terminal(terminal: Terminal) -> None:
    terminal.types("account", "add", "--person", "K. Keeper", "--role", "administrator", "--role", "lead_officer")

    who = ("--as", "administrator", "--by", "K. Keeper")
    scope = ("--called", "Case system", "--account", "1", "--role", "lead_officer", "--read-only")
    made = terminal.asks("token", "make", *scope, *who)
    assert made["token"].startswith("cairn_")
    (one,) = terminal.asks("token", "list")
    assert (one["name"], one["read_only"], one["stands"]) == ("Case system", True, "good")
    assert "Case system" in terminal.types("token", "list")
    assert "reads only" in terminal.out
    terminal.types("token", "revoke", "1", *who, "--reason", "Replaced.")
    assert "Nobody is let in" in terminal.out
