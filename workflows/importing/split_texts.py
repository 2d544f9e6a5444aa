"""Whether one cell holds several things: lines numbered one after the other."""

from __future__ import annotations

import re

NUMBERED = re.compile(r"\s*\(?(\d{1,2}|[a-h])[.)]\s+(.+)", re.DOTALL)


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
    found = re.match(r"\W*(?:r|rec|recs|recommendation|no|number)?\W*0*(\d+)", number.casefold())
    return found[1] if found else ""
