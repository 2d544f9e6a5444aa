"""The accounts people act for: entered, changed, retired, and what was done about each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.options import Reason, keep, look, story
from cli.output import answer, answer_in_a_sentence, entries, say
from cli.register_lines import tell_history
from cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workflows.views.account_list import AccountLine

app = story("Who may act here, and in which roles: accounts joined to the users of this machine.")

Number = Annotated[int, Argument(metavar="NUMBER", help="The account, as cairn account list numbers it.")]
Person = Annotated[str, Option("--person", metavar="NAME", help="The name of the person.")]
SignIn = Annotated[
    str, Option("--user", metavar="USER", help="The user of this machine, or the name signed in by; else you.")
]
NewSignIn = Annotated[str, Option("--user", metavar="USER", help="Another user of this machine.")]
Roles = Annotated[
    list[str] | None, Option("--role", metavar="ROLE", help="A role they may act in, such as lead_officer; repeat it.")
]
Agency = Annotated[str, Option("--agency", metavar="AGENCY", help="The agency they speak for, if any.")]
NewAgency = Annotated[str | None, Option("--agency", metavar="AGENCY", help="The agency they speak for; '' for none.")]
OneAccount = Annotated[
    int | None, Argument(metavar="NUMBER", help="One account; all of them if not said.", show_default=False)
]


@app.command()
@keep
def add(
    session: Session, person: Person, role: Roles = None, user: SignIn = "", agency: Agency = "", reason: Reason = ""
) -> None:
    """Enter an account. The first one is yours; afterwards those who keep the accounts enter them."""
    from cli.session import signed_in_as
    from workflows.verbs.accounts import add_account

    with session.uow(keeps=True) as uow:
        made = add_account(uow, person, user or signed_in_as(), role or (), agency, reason)
    roles = " and ".join(made.roles)
    who = f"{made.person} may act as {roles}, signed in as {made.sign_in}"
    _done(session, made.id, f"Account {made.id} is entered: {who}.")


@app.command("list")
@look
def list_(session: Session) -> None:
    """List the accounts, with the roles of each."""
    from workflows.views.account_list import account_list

    with session.reading() as tx:
        found = account_list(tx)
        called = session.called(tx, (role for one in found for role in one.roles))
    answer(found, lambda _: _tell(found, called), as_json=session.as_json)


@app.command()
@keep
def change(
    session: Session,
    number: Number,
    person: Person = "",
    role: Roles = None,
    user: NewSignIn = "",
    agency: NewAgency = None,
    reason: Reason = "",
) -> None:
    """Give an account other roles, another user, another name of its person, or another agency."""
    from workflows.verbs.accounts import change_account

    with session.uow(keeps=True) as uow:
        change_account(uow, number, person=person, sign_in=user, roles=role or (), agency=agency, reason=reason)
    _done(session, number, f"Account {number} is changed.")


@app.command()
@keep
def retire(session: Session, number: Number, reason: Reason = "") -> None:
    """Let nobody act for an account any more; what was done for it stays on record."""
    from workflows.verbs.accounts import retire_account

    with session.uow(keeps=True) as uow:
        retire_account(uow, number, reason)
    _done(session, number, f"Nobody acts for account {number} any more.")


@app.command()
@keep
def invite(session: Session, number: Number) -> None:
    """Make an address at which somebody sets their password and their app, once, within a week."""
    from workflows.verbs.sign_in import OPERATOR
    from workflows.verbs.sign_in import invite as inviting

    with session.installation() as here, here.uow(OPERATOR, session.now) as uow:
        code = inviting(uow, number)
    place = f"/invitations/{code}"
    told = f"At the desk: {here.settings.site}{place}"
    answer_in_a_sentence(told, as_json=session.as_json, id=number, address=place)


@app.command()
@look
def history(session: Session, number: OneAccount = None) -> None:
    """Show what was done about an account (about all of them), when, by whom and why."""
    from workflows.views.account_list import account_history

    with session.reading() as tx:
        tell_history(session, tx, account_history(tx, number))


def _done(session: Session, number: int, sentence: str) -> None:
    answer_in_a_sentence(sentence, as_json=session.as_json, id=number, did=sentence)


def _tell(found: Sequence[AccountLine], called: Mapping[str, str]) -> None:
    entries(_account(one, called) for one in found)
    if not found:
        say("No accounts are kept: whoever types a name is taken for that person (cairn account add).", "warn")


def _account(one: AccountLine, called: Mapping[str, str]) -> tuple[str, str, str]:
    may = " and ".join(called[role] for role in one.roles)
    whose = f"for {one.agency}" if one.agency else ""
    words = "; ".join(filter(None, (may, f"signed in as {one.sign_in}", whose, "" if one.active else "retired")))
    return f"{one.id:>3}  {one.person}", words, "" if one.active else "quiet"
