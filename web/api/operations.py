"""Everything a program can do, derived from what a person can do at the desk: its views and its forms.

A form of the desk is an operation as soon as its page exists: what it asks can be looked at (GET), and it is done by
sending the answers to the same address (POST). What is not for programs is named here with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from web.api import case_views, committee_views, learning_views, paper_views, work_views
from web.api.views import VIEWS, View
from web.form_routes import FORMS, FormAt

FORM = "_form"
"""After the name of an operation: the looking at what it asks for."""

LOOKED_AT = (case_views, work_views, committee_views, learning_views, paper_views)
"""Every file of views: each enters its own."""
OF_PEOPLE = "It decides who may come in: that is done by somebody who has proven who they are."
OF_THE_DESK = "It is how the desk behaves for somebody who sits at it."
BY_LETTER = "It is for whoever comes by the link of a letter, without an account."
OF_SESSIONS = "It begins, ends or proves a session: a program has a token."
ROW_BY_ROW = "A sheet is looked through by a person, row by row, before anything is made of it."
NOT_LOOKED_AT: Mapping[str, str] = {
    **dict.fromkeys(("home", "shortcuts", "drafts", "calendar", "health", "channels"), OF_THE_DESK),
    **dict.fromkeys(("passkeys", "password", "sessions", "session_end"), OF_SESSIONS),
    "agency_work": BY_LETTER,
    "imports": ROW_BY_ROW,
}
"""The pages of the desk that a program does not look at, and why."""
NOT_FOR_PROGRAMS: Mapping[str, str] = {
    "account_new": OF_PEOPLE,
    "account_change": OF_PEOPLE,
    "token_new": OF_PEOPLE,
    "token_revoke": OF_PEOPLE,
    "webhook_new": OF_PEOPLE,
    "webhook_change": OF_PEOPLE,
    **dict.fromkeys(("passkeys", "passkey_remove", "password", "sign_in", "sign_out", "role"), OF_SESSIONS),
    **dict.fromkeys(("session_end", "session_extend", "invitation"), OF_SESSIONS),
    **dict.fromkeys(("example", "example_first", "example_again", "example_leave"), OF_SESSIONS),
    **dict.fromkeys(("shortcuts", "drafts", "calendar", "calendar_revoke", "views", "view_remove"), OF_THE_DESK),
    **dict.fromkeys(("letter", "letter_again", "agency_work", "agency_list", "agency_beside"), BY_LETTER),
    **dict.fromkeys(("answer_received", "answer_form", "answer_files", "answer_code", "answer_open"), BY_LETTER),
    **dict.fromkeys(("answer_list", "answer_beside", "answer_enter"), BY_LETTER),
    **dict.fromkeys(("imports", "import_back"), ROW_BY_ROW),
    "channels": "It writes to whoever asks, who says whether the letter came.",
}
"""What is done on the pages of the desk by people alone, and why."""


BY_COMMAND = frozenset({"imports", "import_back"})
"""What somebody does who looks and says yes: at the desk, or by a command that they send (cli/remote_commands.py)."""


@dataclass(frozen=True)
class Operation:
    """One thing a program can do at an address: look at a view, at what a form asks, or do that."""

    name: str
    method: str
    address: str
    view: View | None = None
    form: FormAt | None = None

    @property
    def policy(self) -> str:
        """The name under which the policy says who may; a token is kept to some of these."""
        if self.form is not None:
            return self.form.rule or self.form.name
        return self.name


def doable() -> frozenset[str]:
    """The names of all that can be done, as a token may be kept to some of them."""
    import web.app

    assert web.app.PAGES
    return BY_COMMAND | frozenset(one.policy for one in operations() if one.method == "POST")


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, those with a part of the address fixed before those that have a gap there."""
    every = (*_views(), *_forms())
    return tuple(sorted(every, key=lambda one: one.address.replace("{", "~")))


def _views() -> Iterator[Operation]:
    assert LOOKED_AT
    yield from (Operation(name, "GET", one.address, view=one) for name, one in VIEWS.items())


def _forms() -> Iterator[Operation]:
    assert "case_new" in FORMS, "the pages of the desk are loaded first"
    for name, one in FORMS.items():
        if name not in NOT_FOR_PROGRAMS:
            yield Operation(f"{name}{FORM}", "GET", one.address, form=one)
            yield Operation(name, "POST", one.address, form=one)
