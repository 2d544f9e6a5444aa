"""Layout of plain-text letters: values on one line, paragraphs kept whole, columns wrapped at the end."""

from __future__ import annotations

import re
import textwrap
import unicodedata

WIDTH = 72
LONGEST_FACT = 600
LONGEST_SUBJECT = 59
"""A subject under 60 letters is never folded, so every mail program reads back what was written."""

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


def cut_inside(text: str, longest: int) -> str:
    """The text with its middle left out where it is longer: names that begin alike are told apart by how they end."""
    if len(text) <= longest:
        return text
    kept = longest // 2
    return f"{text[: longest - 1 - kept].rstrip()}…{text[-kept:].lstrip()}"


def subject_of(text: str) -> str:
    """A subject of at most 59 characters: a longer one ends with a whole word and an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_SUBJECT:
        return line
    cut = line[:LONGEST_SUBJECT].rpartition(" ")[0].rstrip(" ,;:.(") or line[: LONGEST_SUBJECT - 1]
    return f"{cut}…"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in _BREAKS:
        return " "
    return "" if category in _INVISIBLE else character


def logical(text: str) -> str:
    """The text with each paragraph, fact and item of a list on one line, however it was typed; blank lines between.

    Lines that are indented or start with a dash stay lines of their own.
    """
    paragraphs = _BLANK_LINES.split(text.strip("\n"))
    return "\n\n".join("\n".join(_on_one_line(line) for line in _lines(paragraph)) for paragraph in paragraphs)


def columns(text: str) -> str:
    """Logical lines set in 72 columns, for a reader who sees plain text. A long link makes a long line."""
    return "\n".join(_filled(line) for line in text.split("\n"))


def apart(text: str) -> str:
    """Logical lines as paragraphs of their own, without indents, for a reader that joins lines or restyles them."""
    return "\n\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())


def _lines(paragraph: str) -> list[str]:
    lines: list[str] = []
    for line in paragraph.splitlines():
        if lines and not line.startswith((" ", "- ")) and not lines[-1].startswith((" ", "- ")):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines


def _on_one_line(line: str) -> str:
    lead = _lead(line)
    return f"{lead}{' '.join(line[len(lead) :].split())}".rstrip()


def _lead(line: str) -> str:
    found = _LEAD.match(line)
    return found.group() if found else ""


def _filled(line: str) -> str:
    lead = _lead(line)
    return textwrap.fill(
        line[len(lead) :],
        WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
