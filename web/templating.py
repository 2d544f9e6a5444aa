"""The Jinja environment: everything is escaped, and an undefined name is an error."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from states.procedure import Procedure
from states.roles import keepers, may_act
from states.words import away, counted, day_and_time, first_up, full_weekday, many, one_of, spoken
from web.desk import Desk
from web.keeping import DID
from web.links import (
    anchor,
    case_address,
    chasing_address,
    date_address,
    link_of,
    note,
    step_address,
    worded,
    work_address,
)
from web.policy import SIGNED_IN, TABLE
from web.sent_once import key_of
from web.sign_in_methods import sign_in_methods
from web.static_files import StaticFiles
from web.visit import answer_address
from workflows.papers.charts import svg
from workflows.papers.paper import HEADINGS, grouped
from workflows.views.questions_on_record import can_be_put_right


def lets(desk: Desk | None, name: str) -> bool:
    """Whether whoever is signed in has the page of that name."""
    return desk is not None and desk.lets(TABLE[name])


def other_role(desk: Desk, name: str) -> str:
    """A role of one's own that has the page of that name, where the one somebody acts in has not; else empty."""
    if lets(desk, name):
        return ""
    others, rule = desk.signed_in.other_roles, TABLE[name]
    return next((role for role in others if desk.site.lets(rule, role)), "")


def puts_right(desk: Desk, procedure: Procedure) -> str:
    """A role of one's own in which entries of a case under an edition may be put right, the present one before others.

    Empty where there is none.
    """
    if desk.who is None:
        return ""
    roles = (desk.who.session.role, *desk.signed_in.other_roles)
    kept = keepers(procedure) or tuple(procedure.roles)
    may = (one for one in roles if desk.site.lets(TABLE["correction"], one, doing=True))
    return next(
        (one for one in may if may_act(procedure, desk.viewer.actor.model_copy(update={"role": one}), kept)), ""
    )


def label(name: str) -> str:
    """A name of the guidance as a label: lead_officer, "Lead officer"."""
    return first_up(name.replace("_", " "))


@pass_context
def role(context: Context, name: str) -> str:
    """A role or a body as its edition calls it; any other name of the guidance as a label."""
    desk = context.get("desk")
    if name in SIGNED_IN or not isinstance(desk, Desk):  # the office's own names: no edition is read for them
        return label(name)
    return desk.called.get(name) or label(name)


def may_do(desk: Desk | None, name: str) -> bool:
    """Whether whoever is signed in may do what the page of that name does."""
    return desk is not None and desk.lets(TABLE[name], doing=True)


def done(desk: Desk) -> str:
    """What is said after something was kept, by the word in the address; empty for any other word."""
    return DID.get(desk.request.query_params.get("did", ""), "")


BY_THEIR_NAMES = (
    *(counted, many, case_address, step_address, date_address, answer_address, work_address),
    *(link_of, anchor, lets, may_do, other_role, puts_right, can_be_put_right),
)
"""What templates call by the name it has here."""

TEMPLATES = Path(__file__).parent / "templates"


def environment(static: StaticFiles) -> Environment:
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
        "one_of": one_of,
        "role": role,
        "with_label": lambda name: (name, label(name)),
        "twice": lambda name: (name, name),
        "note": note,
        "worded": worded,
    }
    made.globals |= {
        "static": static.address,
        **{one.__name__: one for one in BY_THEIR_NAMES},
        "form_key": key_of,
        "sign_in_methods": sign_in_methods,
        "done": done,
        "chasing_address": chasing_address,
        "chart": lambda drawing, name: Markup(svg(drawing, name)),  # noqa: S704  its words are escaped
        "grouped": grouped,
        "told_heading": lambda name: HEADINGS.get(name, label(name)),
    }
    return made
