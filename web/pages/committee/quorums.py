"""How many members must be there for a decision of each body that meets: shown, and set in the committee's file."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from config.meetings import BodyRule, body_called
from states.words import counted, in_a_sentence
from web.answers import Filled
from web.desk import Desk
from web.form_routes import keeping_at
from web.guard import At
from web.keeping import WHY, Keeping
from web.meeting_room import rules
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.local_settings import set_quorum
from workflows.views.question import Question

router = APIRouter()

BACK = "/committee/quorums"
NO_RULE = (
    "No guidance gives a number: this is the committee's own. Decisions from now on go by it; minutes keep theirs."
)
MEMBERS = Question(
    "quorum", "Members who must be there for a decision", "number", ask="may", help="Empty: none is set."
)


@router.get(BACK, name="quorums")
def quorums(at: At) -> Response:
    """Show the bodies that meet, and how many of each must be there."""
    return at.page("committee/quorums.html", rules=tuple(rules(at).values()))


@keeping_at(router, f"{BACK}/{{body}}", "quorum")
def _setting(at: Desk, body: str) -> Keeping:
    """Set the quorum of one body."""
    settings = at.settings
    rule = body_called(settings.local_file, body)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        said = filled.said.get("quorum")
        set_quorum(uow, settings.own_file, rule, said, filled.word("reason"))
        return _words(rule, said)

    is_now = {"quorum": str(rule.quorum)} if rule.quorum is not None else {}
    title = f"The quorum of the {in_a_sentence(rule.label, ())}"
    return Keeping(title, "Continue", BACK, (MEMBERS, WHY), do, note=NO_RULE, is_now=is_now)


def _words(rule: BodyRule, quorum: int | None) -> str:
    if quorum is None:
        return f"{rule.label}: no quorum is set. Decisions are taken by whoever is there."
    return f"{rule.label}: a decision needs {counted(quorum, 'member')} who declared no interest in it."
