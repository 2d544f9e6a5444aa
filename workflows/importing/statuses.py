"""How an action stands, out of the words of a status column, known or nearly so, and what its colours are called."""

from __future__ import annotations

import re

from states.identity import folded
from workflows.importing.questions_asked import AS_WORDS

STATUSES = (
    ("planned", "planned"),
    ("in_progress", "in progress"),
    ("done", "done"),
    ("dropped", "dropped"),
    (AS_WORDS, "only words"),
)
SAID_STATUS = {
    "planned": ("planned", "not started", "not yet started", "to do"),
    "in_progress": (
        "in progress",
        "on track",
        "ongoing",
        "on going",
        "open",
        "started",
        "on the way",
        "underway",
        "late",
        "overdue",
    ),
    "done": ("done", "complete", "completed", "closed", "achieved", "implemented", "discharged"),
    "dropped": ("dropped", "superseded", "withdrawn", "no longer required", "rejected", "not accepted"),
}
LONGEST_FIRST = sorted(
    ((name, status) for status, names in SAID_STATUS.items() for name in names), key=lambda one: -len(one[0])
)
"""Every name of a status: "not started" is met before "started"."""
HUES = {"red": (0, 15), "amber": (15, 50), "yellow": (50, 70), "green": (70, 170), "blue": (170, 270)}
NO_FURTHER = re.compile(r"\b(no further|no more|nfa)\b")
"""Words that say that nothing more is done, though not whether what was to be done was."""
NOT = re.compile(r"\b(no|not|never|nor|un\w+|in|part|partly|partially|nearly|almost|yet)\b")
"""Words beside which another word of a status may mean the contrary."""
DOUBT = re.compile(r"n['\u2019]t\b|\d\s*%|\?")
"""Signs of the same, which are lost where words are compared."""
SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
WHOLE = 100


def status_named(words: str) -> str:
    """The status that words are the name of; empty where they are none, or put in doubt."""
    plain = folded(words)
    return next((status for status, names in SAID_STATUS.items() if plain in names and "?" not in words), "")


def status_near(words: str) -> str:
    """The status that words which are no name of one come near, to be proposed; empty where none is clear."""
    plain, near = folded(words), set[str]()
    if share := SHARE.fullmatch(words.strip()):
        return _of_share(float(share[1]))
    if NO_FURTHER.search(plain):
        return "dropped"
    for name, status in LONGEST_FIRST:
        without = re.sub(rf"\b{re.escape(name).replace(' ', ' ?')}\b", "", plain)
        near |= {status} if without != plain else set()
        plain = without
    return near.pop() if len(near) == 1 and not NOT.search(plain) and not DOUBT.search(words) else ""


def _of_share(share: float) -> str:
    """How an action stands of which so many hundredths are done."""
    return "done" if share == WHOLE else "planned" if not share else "in_progress" if share < WHOLE else ""


def hue_of(fill: str) -> str:
    """What people call a colour, given as six digits; empty where it has no such name."""
    if not re.fullmatch(r"[0-9A-F]{6}", fill):
        return ""
    red, green, blue = (int(fill[at : at + 2], 16) for at in (0, 2, 4))
    most, least = max(red, green, blue), min(red, green, blue)
    if most - least < 40:  # noqa: PLR2004  grey
        return ""
    spread = most - least
    if most == red:
        degrees = (60 * (green - blue) / spread) % 360
    else:
        degrees = 60 * (blue - red) / spread + 120 if most == green else 60 * (red - green) / spread + 240
    return next((name for name, (first, last) in HUES.items() if first <= degrees < last), "red")
