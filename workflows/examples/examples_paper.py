"""The examples of an edition as a paper, to be read on the screen or handed on as Word, PDF or a spreadsheet."""

from __future__ import annotations

from datetime import date

from config.example_words import rows
from config.printing_examples import HEADS, PLAIN
from states.procedure import Procedure
from workflows.papers.paper import Paper, Row, Table


def examples_paper(procedure: Procedure, committee: str, today: date) -> Paper:
    """A table of every line of every example, with what the sources cited are below it."""
    found = [Row(one.title, (one.day, one.happens, one.comes, one.sources)) for one in rows(procedure)]
    cited = dict.fromkeys(name for one in procedure.examples for name in one.cite)
    sources = (f"[{name}] {procedure.sources[name].title}" for name in cited)
    notes = (f"{one.title}: {one.note}" for one in procedure.examples if one.note)
    return Paper(
        title=f"Examples: {procedure.title}",
        committee=committee,
        about="What happens on which day, and what must come of it",
        made_on=today,
        opening=(PLAIN,) if found else ("This edition carries no examples.",),
        tables={
            "examples": Table("Examples", HEADS, tuple(found), note=" ".join((*notes, *sources)), words=True),
        },
    )
