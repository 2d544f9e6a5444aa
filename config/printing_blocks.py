"""The blocks a printed edition is made of: headed parts, points and tables, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from config.printing_steps import escaped
from states.steps import PauseKind, Register, Request
from states.timescales import Ladder

Labelled = TypeVar("Labelled", Ladder, Request, Register, PauseKind)


def each(title: str, parts: Mapping[str, Labelled], words: Callable[[Labelled], str]) -> Iterator[str]:
    """A heading, and below it each of several parts under its own label; nothing where there is none."""
    if parts:
        yield f"## {title}"
    for part in parts.values():
        yield f"### {escaped(part.label)}"
        yield words(part)


def bullets(lines: Iterable[str]) -> str:
    """Lines as a list of points."""
    return "\n".join(f"- {line}" for line in lines)


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Rows below their headings."""
    lines = (heads, tuple("---" for _ in heads), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
