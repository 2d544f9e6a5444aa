"""An auditor at the terminal: figures worked out, a sample drawn, read and shown, and drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.terminal import Terminal

READ = ("--field", "procedure_followed=fully", "--field", "decisions_reasoned=yes", "--field", "delays_explained=yes")


def test_an_auditor_draws_a_sample_reads_it_and_is_told_how_the_year_went(terminal: Terminal) -> None:
    terminal.enters_everybody()
    ref = terminal.gathers()
    terminal.now = "2026-06-02T10:00"
    refused = terminal.types("sample", "draw", "--count", "1")
    assert terminal.code == 1, refused
    terminal.env |= {"CAIRN_ROLE": "auditor", "CAIRN_NAME": "B. Auditor"}

    drawn = terminal.asks("sample", "draw", "--count", "2", "--seed", "as agreed")
    assert [one["ref"] for one in drawn["cases"]] == [ref]
    assert drawn["differs"] == []
    assert "2 were asked for and 1 drawn" in " ".join(terminal.types("sample", "show", "S1").split())
    terminal.types("sample", "assess", "S1", ref, *READ)
    assert terminal.code == 0, terminal.err
    assert "read 1 time" in terminal.types("sample", "show", "s1")
    assert "S1: 1 case" in terminal.types("sample", "list")
    assert terminal.asks("quality")["years"][0]["cases"] == 1
    told = terminal.types("quality")
    assert "Time limits:" in told
    assert "no reason is on record" in told.lower()
