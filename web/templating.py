"""The templates: everything is escaped, and a name that is not there is a fault."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from states.words import away, counted, day_and_time, first_up, full_weekday, spoken
from web.desk import Desk
from web.links import anchor, case_address, date_address, link_of, note, step_address, worded
from web.policy import TABLE
from web.static_files import StaticFiles


def lets(desk: Desk | None, name: str) -> bool:
    """Whether whoever is signed in has the page of that name."""
    return desk is not None and desk.who is not None and TABLE[name].lets(desk.who.session.role, doing=False)


TEMPLATES = Path(__file__).parent / "templates"


def environment(static: StaticFiles, committee: str) -> Environment:
    """The templates of the desk, with what they call."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "spoken": spoken,
        "full_weekday": full_weekday,
        "day_and_time": day_and_time,
        "away": away,
        "first_up": first_up,
        "role": lambda role: first_up(role.replace("_", " ")),
        "note": note,
        "worded": worded,
    }
    made.globals |= {
        "static": static.address,
        "committee": committee,
        "counted": counted,
        "case_address": case_address,
        "step_address": step_address,
        "date_address": date_address,
        "link_of": link_of,
        "anchor": anchor,
        "lets": lets,
    }
    return made
