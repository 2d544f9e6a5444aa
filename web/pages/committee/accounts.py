"""The accounts people act for: entered and invited, given other roles, invited anew when they are locked out, ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.responses import Response

from states.errors import NotFound
from states.words import in_a_sentence
from web.answers import Filled
from web.desk import Desk
from web.form_routes import keeping_at
from web.guard import At
from web.keeping import MAY_SAY_WHY, WHY, Keeping
from web.policy import OF_AN_EDITION, SIGNED_IN
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import accounts as verbs
from workflows.verbs.sign_in import invite
from workflows.views.account_list import AccountLine, account_list
from workflows.views.agency_list import agency_list
from workflows.views.question import NO_AGENCY, Question
from workflows.views.role_words import roles_to_give

router = APIRouter()

BACK = "/committee/accounts"
NAME = Question("person", "Name", help="As it is to stand on record.")
SIGN_IN = Question("sign_in", "The name they sign in by", help="Such as an e-mail address or a short name.")


@router.get(BACK, name="accounts")
def accounts(at: At) -> Response:
    """Show who may sign in, and in which roles."""
    with at.reading() as tx:
        found, called = account_list(tx), dict(_roles_in_words(at, tx))
    return at.page("committee/accounts.html", accounts=found, called=called)


def _roles_in_words(at: Desk, tx: Connection) -> tuple[tuple[str, str], ...]:
    return roles_to_give(tx, at.installation.guidance, at.viewer.today, SIGNED_IN - {OF_AN_EDITION})


@keeping_at(router, f"{BACK}/new", "account_new")
def _entering(at: Desk) -> Keeping:
    """Ask for the person, the name they sign in by and their roles."""

    def do(uow: UnitOfWork, filled: Filled) -> str:
        given = (filled.word("person"), filled.word("sign_in"), filled.several("roles"), filled.word("agency"))
        return invite(uow, verbs.add_account(uow, *given, reason=filled.word("reason")).id)

    with at.reading() as tx:
        agencies = tuple((one.name, "") for one in agency_list(tx).agencies if one.active)
        roles = Question("roles", "Roles", "choices", _roles_in_words(at, tx))
    speaks = Question(
        "agency",
        "The agency they speak for",
        "choice",
        agencies,
        "may",
        help="Empty for the committee.",
        none=NO_AGENCY,
    )
    asked = (NAME, SIGN_IN, roles, speaks, MAY_SAY_WHY)
    after = partial(_invited, at)
    return Keeping("Enter an account", "Enter and invite", BACK, asked, do, after=after, tried=False)


def _invited(at: Desk, code: str) -> Response:
    """The page with an invitation: shown once, because only its hash is kept."""
    address = f"{at.request.url.scheme}://{at.request.url.netloc}/invitations/{code}"
    return at.page("committee/invited.html", address=address)


@keeping_at(router, f"{BACK}/{{number}}/{{what}}", "account_change")
def _change(at: Desk, number: str, what: str) -> Keeping:
    """Ask for what is to change about an account."""
    with at.reading() as tx:
        one = next((each for each in account_list(tx) if str(each.id) == number), None)
    if one is None or what not in CHANGES:
        raise NotFound("There is no such account, or nothing like that to change about it.")
    return CHANGES[what](at, one)


def _roles(at: Desk, one: AccountLine) -> Keeping:
    with at.reading() as tx:
        called = _roles_in_words(at, tx)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        given = {name: filled.word(name) for name in ("person", "sign_in", "reason")}
        made = verbs.change_account(uow, one.id, roles=filled.several("roles"), **given)
        has = " and ".join(in_a_sentence(dict(called).get(role, role)) for role in made.roles)
        return f"{made.person} signs in by {made.sign_in} and may act as {has}. A session in another role ends."

    is_now, ticked = {"person": one.person, "sign_in": one.sign_in}, tuple(("roles", role) for role in one.roles)
    asked = (NAME, SIGN_IN, Question("roles", "Roles", "choices", called), MAY_SAY_WHY)
    return Keeping(f"The account of {one.person}", "Continue", BACK, asked, do, is_now=is_now, ticked=ticked)


def _inviting(at: Desk, one: AccountLine) -> Keeping:
    def do(uow: UnitOfWork, _: Filled) -> str:
        return invite(uow, one.id)

    note = (
        "For somebody who lost their password or their app, or never set them. Be sure that it is they who ask: their "
        "sessions end now, and whoever opens the address sets a new password and a new app."
    )
    after = partial(_invited, at)
    title = f"Invite {one.person} anew"
    return Keeping(title, "Invite", BACK, (), do, back_to="Accounts", note=note, tried=False, after=after)


def _retiring(_: Desk, one: AccountLine) -> Keeping:
    def do(uow: UnitOfWork, filled: Filled) -> str:
        verbs.retire_account(uow, one.id, filled.word("reason"))
        return f"Nobody acts for the account of {one.person} any more, and who is signed in with it is out at once."

    return Keeping(f"End the account of {one.person}", "Continue", BACK, (WHY,), do, "retired", "Accounts")


CHANGES: dict[str, Callable[[Desk, AccountLine], Keeping]] = {
    "roles": _roles,
    "invitation": _inviting,
    "retire": _retiring,
}
"""What can be changed about an account, by the last word of its address."""
