"""Escapes a letter for GOV.UK Notify, which reads every text as Markdown, so that it shows what was written.

Source: notifications_utils/markdown.py and formatters.py of alphagov/notifications-utils 127.0.0 (on mistune 0.8.4): a
line that begins with a dash, a star, a bullet or a number and a full stop is an item of a list, and lists are numbered
anew; `#` makes a heading, `^` an inset, three signs in a row a rule, rows of `|` a table (left out whole), four blanks
or a fence code; `[words](link)` is a link and a definition `[x]: link` is left out; a backslash is eaten.
"""

from __future__ import annotations

import re

from notifications.layout import apart

_LINK = re.compile(r"(https?://\S+)")
_EATEN = re.compile(r"([\\\[\]!`~])")
_NUMBERED = re.compile(r"^(\d+)\.")
_ITEM = re.compile(r"^- (?=\S)")
# Signs at the beginning of a line that Notify lets a backslash take the meaning from, and those that it does not.
_ESCAPED = re.compile(r"^(?=[-*_#|])")
_BARE = re.compile(r"^(?=[\u2022^])")
_JOINER = "\u2060"
"""A character of no width: what follows it stands at no beginning of a line any more."""


def for_notify(body: str) -> str:
    """The body of a letter for Notify: every line a paragraph of its own, and no sign that it would act on."""
    return "\n\n".join(_paragraph(line) for line in apart(body).split("\n\n"))


def _paragraph(line: str) -> str:
    item = _ITEM.match(line)
    return f"\u2013 {_plain(line[2:])}" if item else _plain(line)


def _plain(line: str) -> str:
    """The line with the meaning taken from each sign; a link is left whole, so that it can be followed."""
    parts = _LINK.split(line)
    line = "".join(part if place % 2 else _EATEN.sub(r"\\\1", part) for place, part in enumerate(parts))
    line = _NUMBERED.sub(r"\1\.", line)
    return _BARE.sub(_JOINER, _ESCAPED.sub(r"\\", line))
