"""The pages of a bundle: plain HTML that opens from a folder, reads without Cairn and prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from states.entry import Actor
from states.moments import LONDON
from states.words import counted, first_up, many, spoken, time_of_day
from workflows.bundle.contents import Contents
from workflows.bundle.grounds import words_of

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parents[2] / "config" / "papers" / "bundle"
PAGES = (
    ("index.html", "What this is"),
    ("history.html", "History"),
    ("dates.html", "Dates"),
    ("letters.html", "Letters"),
    ("documents.html", "Documents"),
    ("checkpoints.html", "Checkpoints"),
    ("left-out.html", "What was left out"),
    ("how-to-check.html", "How to check it"),
)
"""The pages, each with its name, in the order they are read."""


def pages_of(
    contents: Contents, *, by: Actor, now: datetime, committee: str, invented: bool, key: str, seal: str
) -> Iterator[tuple[str, str]]:
    """Each page of a bundle, and its style sheet, by the name of its file.

    `key` is the fingerprint of the key that signs it, `seal` the last of the seals that are signed.
    """
    shown = {
        "bundle": contents,
        "by": by,
        "made_at": now,
        "committee": committee,
        "invented": invented,
        "key": key,
        "seal": seal,
    }
    for name, title in PAGES:
        yield name, _templates().get_template(name).render(title=title, here=name, pages=PAGES, **shown)
    yield "bundle.css", (FOLDER / "bundle.css").read_text("utf-8")


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters |= {
        "spoken": spoken,
        "moment": _moment,
        "ground": words_of,
        "first_up": first_up,
        "many": many,
        "role": _role,
    }
    made.globals |= {"counted": counted, "later": _later}
    return made


def _moment(at: datetime) -> str:
    local = at if isinstance(at.tzinfo, ZoneInfo) else at.astimezone(LONDON)
    return f"{spoken(local.date())}, {time_of_day(local, str(local.tzinfo))}"


def _later(entry: Any) -> bool:
    return bool(entry.recorded_at.date() > entry.on)


def _role(name: str) -> str:
    return name.replace("_", " ")
