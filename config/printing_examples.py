"""The examples of an edition as a table, in Markdown, for whoever signs an edition off without reading its file."""

from __future__ import annotations

from collections.abc import Iterator

from config.example_words import rows
from config.printing_blocks import bullets, table
from config.printing_steps import escaped
from states.procedure import Procedure

HEADS = ("Example", "Day", "What happens", "What must come of it", "Source")
PLAIN = (
    "Cairn plays each of these through its own counting when the edition is checked, and tells whatever is otherwise. "
    "What a step asks besides is filled in plainly: a date with the day itself, a choice with the first answer offered."
)


def examples(procedure: Procedure) -> Iterator[str]:
    """The examples as a table, with what is to be known of each below it; nothing where there is none."""
    if not procedure.examples:
        return
    yield "## Examples"
    yield PLAIN
    cells = ((one.title, one.day, one.happens, one.comes, one.sources) for one in rows(procedure))
    yield table(HEADS, (tuple(escaped(cell) for cell in row) for row in cells))
    notes = [f"**{escaped(one.title)}**: {escaped(one.note)}" for one in procedure.examples if one.note]
    if notes:
        yield bullets(notes)
