"""Whether one cell holds several things: lines numbered one after the other."""

from __future__ import annotations

import re

from states.identity import folded

NUMBERED = re.compile(r"\s*\(?(\d{1,2}|[a-h])[.)]\s+(.+)", re.DOTALL)
BULLET = r"[\u2022\u25cf\u25aa*\u2013-]"
DOTTED = re.compile(rf"\s*{BULLET}\s+(.+)")
LIST_MARK = re.compile(rf"\s*(?:\(?\d{{1,2}}[.)]|{BULLET})\s+")
NUMBER_WORDS = frozenset(("r", "rec", "recs", "recommendation", "no", "number"))
"""What stands before the number of a recommendation."""


def without_list_mark(text: str) -> str:
    """A line of a list without the number or dot before it."""
    mark = LIST_MARK.match(text)
    return text[mark.end() if mark else 0 :].strip()


def parts_of_list(text: str) -> tuple[str, ...]:
    """The parts of a text whose lines are those of a list, without their numbers or dots; else the text."""
    dotted = [DOTTED.fullmatch(line) for line in text.splitlines()]
    if len(dotted) > 1 and all(dotted):
        return tuple(one[1].strip() for one in dotted if one)
    return numbered_parts(text)


def numbered_parts(text: str) -> tuple[str, ...]:
    """The parts of a text whose lines are numbered 1, 2 and so on (or a, b), without the numbers; else the text."""
    found = list[list[str]]()
    for line in text.splitlines():
        begins = NUMBERED.fullmatch(line)
        wanted = {str(len(found) + 1), "abcdefgh"[len(found) : len(found) + 1]}
        if begins and begins[1] in wanted:
            found.append([begins[2].strip()])
        elif found:
            found[-1].append(line.strip())
        else:
            return (text,)
    return tuple("\n".join(one) for one in found) if len(found) > 1 else (text,)


def whole_number(number: str) -> str:
    """The figures that a number begins with: 1 of 1, 1a, 1.2, R1 and Rec 1; empty where it has none."""
    parts = bare_number(number)
    return parts[0] if parts and parts[0].isdecimal() else ""


def figures_and_letters(name: str) -> tuple[str, ...]:
    """A number or a reference as one is told from another: no signs and no blanks, no zeros before a figure."""
    return tuple(part.lstrip("0") or "0" for part in re.findall(r"[^\W\d_]+|\d+", folded(name)))


def bare_number(number: str) -> tuple[str, ...]:
    """The same of the number of a recommendation, without what says that it is one: 1 of R1, Rec. no. 1 and 01."""
    parts = figures_and_letters(number)
    before = next((at for at, part in enumerate(parts) if part not in NUMBER_WORDS), 0)
    return parts[before:]
