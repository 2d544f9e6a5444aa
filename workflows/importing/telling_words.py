"""Whether words seem to tell who a child is: a date of birth, or a number by which children are known."""

from __future__ import annotations

import re

A_DAY = r"(?:\d{1,4}[./ -]|\d{1,2}(?:st|nd|rd|th)?(?: of)? ?[a-z]{3,9}\b)"
BORN = re.compile(
    rf"\b(?:d\.?\s?o\.?\s?b\b\.?|(?:date of )?birth|birth ?da(?:y|te)|born|b\.)(?:\W|on|in|is|was)*{A_DAY}",
    re.IGNORECASE,
)
CHI = re.compile(r"\bchi\b(?:\W|no|number)*\d{6}", re.IGNORECASE)
FIGURE = re.compile(r"\d")
TEN_FIGURES = re.compile(r"(?<![\w/-])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2} ?\d{4}(?![\w/-])")
"""A CHI number begins with a date of birth, and has ten figures."""


def tells_who(words: str) -> bool:
    """Whether words seem to hold a date of birth or the number of a child."""
    return bool(FIGURE.search(words)) and any(one.search(words) for one in (BORN, CHI, TEN_FIGURES))
