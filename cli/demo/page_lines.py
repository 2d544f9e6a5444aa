"""Lines of the page that the demonstration prints: one of several styles, and a heading across the page."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

HEADING = "── "


def row(*parts: tuple[str, str]) -> Text:
    """A line of pieces, each with its own style and none of them with another's."""
    line = Text()
    for words, style in parts:
        line.append(words, style)
    return line


def heading(words: str, width: int) -> Iterator[Text]:
    """A line across the page with a heading in it."""
    yield Text()
    yield Text(f"{HEADING}{words} ".ljust(width, "─"), "bold")
