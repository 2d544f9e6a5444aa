"""How GOV.UK Notify reads the text of an e-mail, for tests: its rules in our own words, as plain text.

Source: notifications_utils/markdown.py and formatters.py of alphagov/notifications-utils 127.0.0, on mistune 0.8.4.
Left out: what only changes the look of a letter (smart quotes, en dashes).
"""

from __future__ import annotations

import re

_BULLET = re.compile(r"^( *)(?:[•*-]|\d+\.)")
_ORDERED = re.compile(r"^ *\d+\.")
_RULE = re.compile(r"^ {0,3}(?:[-*_] *){3,}$")
_HEADING = re.compile(r"^ *(#{1,6}) *([^\n]+?) *#* *$")
_UNDERLINED = re.compile(r"^ *(?:=|-)+ *$")
_FENCE = re.compile(r"^ *(`{3,}|~{3,})")
_INSET = re.compile(r"^ *\^[^\n]+")
_DEFINED = re.compile(r"^ *\[([^^\]]+)\]: *<?([^\s>]+)>?(?: +[\"(]([^\n]+)[\")])? *$")
_TABLE = re.compile(r"^ *[-:]+ *\|[-| :]*$|^ *\|(?: *[-:]+[-| :]*)$")
_INLINE = re.compile(
    r"\\(?P<plain>[\\`*{}\[\]()#+\-.!_>~|])"
    r"|(?P<url>https?://[^\s<]+[^<.,:\"')\]\s])"
    r"|(?P<image>!)?\[(?P<words>[^\]]*)\]\((?P<to>[^)\s]*)\)"
)


def as_read(text: str) -> str:
    """The letter a person gets: its paragraphs and items, one a line."""
    text = text.replace("\u00a0", " ").expandtabs(4)
    return "\n".join(part for part in _blocks(re.sub(r"^ +$", "", text, flags=re.MULTILINE).split("\n")) if part)


def _blocks(lines: list[str]) -> list[str]:
    said: list[str] = []
    while lines:
        taken, words = _block(lines)
        said += words
        lines = lines[taken:]
    return said


def _block(lines: list[str]) -> tuple[int, list[str]]:
    """How many lines the first block takes, and what is read of it."""
    return next(found for rule in _RULES if (found := rule(lines)) is not None)


def _blank(lines: list[str]) -> tuple[int, list[str]] | None:
    return None if lines[0].strip() else (1, [])


def _fenced(lines: list[str]) -> tuple[int, list[str]] | None:
    mark = lines[0].strip()[:3]
    ends = (n for n, line in enumerate(lines[1:], 1) if line.strip().startswith(mark))
    end = next(ends, 0) if _FENCE.match(lines[0]) else 0
    return (end + 1, [f"code: {' '.join(lines[1:end])}"]) if end else None


def _headed(lines: list[str]) -> tuple[int, list[str]] | None:
    heading = _HEADING.match(lines[0])
    if heading:
        return 1, [f"heading: {_inline(heading[2])}"]
    return (1, ["rule"]) if _RULE.match(lines[0]) else None


def _indented(lines: list[str]) -> tuple[int, list[str]] | None:
    return (1, [f"code: {lines[0].strip()}"]) if lines[0].startswith("    ") else None


def _left_out(lines: list[str]) -> tuple[int, list[str]] | None:
    """Definitions of links, and tables."""
    if _DEFINED.match(lines[0]):
        return 1, []
    if "|" in lines[0] and len(lines) > 1 and _TABLE.match(lines[1]):
        return next((n for n, line in enumerate(lines) if "|" not in line), len(lines)), []
    return None


def _listed(lines: list[str]) -> tuple[int, list[str]] | None:
    return _list(lines) if _BULLET.match(lines[0]) else None


def _inset(lines: list[str]) -> tuple[int, list[str]] | None:
    if not _INSET.match(lines[0]):
        return None
    end = _paragraph_end(lines)
    return end, [f"inset: {_inline(' '.join(line.lstrip(' ^') for line in lines[:end]))}"]


def _paragraph(lines: list[str]) -> tuple[int, list[str]]:
    if len(lines) > 1 and lines[1] and _UNDERLINED.match(lines[1]):
        return 2, [f"heading: {_inline(lines[0])}"]
    end = next((n for n, line in enumerate(lines) if n and (not line.strip() or _starts(line))), len(lines))
    return end, [_inline("\n".join(line.strip() for line in lines[:end]))]


_RULES = (_blank, _fenced, _headed, _indented, _left_out, _listed, _inset, _paragraph)


def _starts(line: str) -> bool:
    """Whether a line ends the paragraph above it."""
    return bool(
        _BULLET.match(line) or _RULE.match(line) or _HEADING.match(line) or _FENCE.match(line) or _INSET.match(line)
    )


def _paragraph_end(lines: list[str]) -> int:
    return next((n for n, line in enumerate(lines) if not line.strip()), len(lines))


def _list(lines: list[str]) -> tuple[int, list[str]]:
    """A list ends at a blank line after which no item follows; its items are numbered from one, or given bullets."""
    items: list[list[str]] = []
    ordered, end = bool(_ORDERED.match(lines[0])), 0
    for end, line in enumerate(lines):
        if _BULLET.match(line):
            items.append([_BULLET.sub("", line).strip()])
        elif line.strip() and (lines[end - 1].strip() or line.startswith(" ")):
            items[-1].append(line.strip())
        elif line.strip():
            break
    else:
        end = len(lines)
    return end, [
        f"{f'{n}.' if ordered else '•'} {' '.join(_blocks(['  '.join(item)]))}" for n, item in enumerate(items, 1)
    ]


def _inline(text: str) -> str:
    def shown(found: re.Match[str]) -> str:
        if found["plain"] is not None:
            return found["plain"]
        if found["url"] is not None:
            return found["url"]
        return "" if found["image"] else f"{found['words']}: {found['to']}"

    return _INLINE.sub(shown, text)
