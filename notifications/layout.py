"""How a plain text looks on the page: values flattened to one line, and paragraphs wrapped at 72 columns."""

from __future__ import annotations

import re
import textwrap
import unicodedata

WIDTH = 72
LONGEST_FACT = 600
LONGEST_SUBJECT = 150

_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_INVISIBLE = frozenset({"Cf", "Cs", "Co", "Cn"})
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
# What a line may begin with and keep: its indent, a dash or a number, and a label such as "Due:" with its column.
_LEAD = re.compile(r" +[A-Z][\w ]{0,16}: +| *(?:- |\d+\. )?")


def one_line(text: str, longest: int) -> str:
    """The text as one line of at most `longest` characters.

    Line breaks and control characters become blanks; characters that cannot be seen, or that turn the direction of
    writing, are taken out: a value can add no line and no header, and cannot look like something it is not.
    """
    return shortened("".join(_visible(character) for character in text[: longest * 4]), longest)


def shortened(text: str, longest: int) -> str:
    """The text with single blanks, cut with an ellipsis where it is longer than `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in _BREAKS:
        return " "
    return "" if category in _INVISIBLE else character


def wrapped(text: str, indent: str = "") -> str:
    """The text in lines of 72 columns. Lines that are indented or start with a dash stay lines of their own.

    A link or a reference is never broken, so a long link makes a long line.
    """
    paragraphs = _BLANK_LINES.split(text.strip("\n"))
    return "\n\n".join("\n".join(_filled(line, indent) for line in _lines(paragraph)) for paragraph in paragraphs)


def _lines(paragraph: str) -> list[str]:
    lines: list[str] = []
    for line in paragraph.splitlines():
        if lines and not line.startswith((" ", "- ")) and not lines[-1].startswith((" ", "- ")):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines


def _filled(line: str, indent: str) -> str:
    found = _LEAD.match(line)
    lead = found.group() if found else ""
    return textwrap.fill(
        " ".join(line[len(lead) :].split()),
        WIDTH,
        initial_indent=indent + lead,
        subsequent_indent=indent + " " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
