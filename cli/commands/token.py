"""Programs that act for an account through the interface for programs: let in, listed, shut out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.options import Reason, keep, look, story
from cli.output import answer, answer_in_a_sentence, entries, say
from cli.session import Session
from states.words import day_and_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.views.token_list import TokenLine

app = story("Programs that act for an account through the interface for programs (docs/api.md).")

Number = Annotated[int, Argument(metavar="NUMBER", help="The token, as cairn token list numbers it.")]
Account = Annotated[int, Option("--account", metavar="NUMBER", help="The account it acts for (cairn account list).")]
Role = Annotated[str, Option("--role", metavar="ROLE", help="The role it acts in, where the account has several.")]
Called = Annotated[str, Option("--called", metavar="NAME", help="Which program it is for.")]
ReadOnly = Annotated[bool, Option("--read-only", help="It may look at everything its role may, and do nothing.")]
Verbs = Annotated[
    list[str] | None,
    Option("--verb", metavar="OPERATION", help="It may do this, such as request_answer; may be repeated."),
]
Days = Annotated[int, Option("--days", metavar="COUNT", help="For how many days it is good, 366 at most.")]


@app.command()
@keep
def make(
    session: Session,
    called: Called,
    account: Account,
    role: Role = "",
    read_only: ReadOnly = False,
    verb: Verbs = None,
    days: Days = 90,
    reason: Reason = "",
) -> None:
    """Make a token, and show it once: an administrator gives it to whoever runs the program."""
    from web.api.operations import doable
    from workflows.verbs.tokens import Scope, make_token

    scope = Scope(read_only, tuple(verb or ()), days)
    with session.uow(keeps=True) as uow:
        made, held = make_token(uow, account, role, called, known=doable(), scope=scope, reason=reason)
    said = f"Token {made.id}, good until {day_and_time(made.expires_at)}, shown only now: {held}"
    answer_in_a_sentence(said, as_json=session.as_json, id=made.id, token=held, expires_at=made.expires_at)


@app.command("list")
@look
def list_(session: Session) -> None:
    """List the tokens: for whom each acts, what it may do, when it was last used."""
    from workflows.views.token_list import token_list

    with session.reading() as tx:
        found = token_list(tx, session.now)
    answer(found, _tell, as_json=session.as_json)


@app.command()
@keep
def revoke(session: Session, number: Number, reason: Reason = "") -> None:
    """Let nobody in any more who holds a token; what was done by it stays on record."""
    from workflows.verbs.tokens import revoke_token

    with session.uow(keeps=True) as uow:
        revoke_token(uow, number, reason)
    said = f"Nobody is let in any more who holds token {number}."
    answer_in_a_sentence(said, as_json=session.as_json, id=number, did=said)


def _tell(found: Sequence[TokenLine]) -> None:
    entries(_line(one) for one in found)
    if not found:
        say("No program was let in (cairn token make).")


def _line(one: TokenLine) -> tuple[str, str, str]:
    may = "reads only" if one.read_only else f"does {', '.join(one.verbs)}" if one.verbs else "does all its role may"
    used = f"last used {day_and_time(one.used_at)}" if one.used_at else "never used"
    stands = "" if one.stands == "good" else one.stands
    who = f"for {one.person}, {one.role.replace('_', ' ')}"
    words = "; ".join(filter(None, (who, may, used, f"until {day_and_time(one.expires_at)}", stands)))
    return f"{one.id:>3}  {one.name}", words, "quiet" if stands else ""
