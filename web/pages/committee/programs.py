"""Programs that act for somebody of the committee: each has a token, made here, kept to what it needs, and revoked."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from records import webhooks
from states.entry import KINDS
from states.errors import BadAnswer, NotFound
from states.words import counted, first_up, long_day
from web.answers import Filled
from web.desk import Desk
from web.form_routes import keeping_at
from web.guard import At
from web.keeping import MAY_SAY_WHY, WHY, Keeping
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import webhooks as hooking
from workflows.verbs.tokens import LASTS, Scope, make_token, revoke_token
from workflows.views.account_list import account_list
from workflows.views.question import Question
from workflows.views.token_list import token_list
from workflows.views.webhook_list import webhook_list

router = APIRouter()

BACK = "/committee/programs"
NAME = Question("name", "The program", help="What it is called, and where it runs.")
DAYS = Question("days", "Good for how many days", "number", help="At most 366. It can be made anew before it ends.")
SCOPES = (("all", "All that the role may do"), ("read", "Read only"), ("some", "Read, and do only what is named below"))
SCOPE = Question("scope", "What it may do", "choice", SCOPES)
VERBS = Question(
    "verbs",
    "Named operations",
    "people",
    ask="may",
    help="One on each line, as docs/api.md names them, such as request_answer.",
)


@router.get(BACK, name="programs")
def programs(at: At) -> Response:
    """Show the tokens of programs, and the webhooks: for whom each acts, what it is told, and when it was last used."""
    with at.reading() as tx:
        found, hooks = token_list(tx, at.now), webhook_list(tx)
    return at.page("committee/programs.html", tokens=found, hooks=hooks)


@keeping_at(router, f"{BACK}/new", "token_new")
def _letting_in(at: Desk) -> Keeping:
    """Ask for the account a program acts for, and what it may do."""
    from web.api.operations import doable

    with at.reading() as tx:
        known = tuple(
            (f"{one.id} {role}", f"{one.person}, {role.replace('_', ' ')}")
            for one in account_list(tx)
            for role in one.roles
            if one.active and not one.agency
        )

    def do(uow: UnitOfWork, filled: Filled) -> str:
        number, _, role = filled.word("account").partition(" ")
        named = filled.several("verbs") if filled.word("scope") == "some" else ()
        scope, why = Scope(filled.word("scope") == "read", named, filled.number("days")), filled.word("reason")
        return make_token(uow, int(number), role, filled.word("name"), known=doable(), scope=scope, reason=why)[1]

    asked = (NAME, Question("account", "The account it acts for", "choice", known), SCOPE, VERBS, DAYS, MAY_SAY_WHY)
    note = "Whatever the program does is on record as done by that account, through this program."
    after, is_now = partial(_shown_once, at), {"days": str(LASTS), "scope": "read"}
    return Keeping(
        "Let a program in", "Make the token", BACK, asked, do, note=note, is_now=is_now, tried=False, after=after
    )


def _shown_once(at: Desk, held: str) -> Response:
    """The page with a token: shown once, because only its hash is kept."""
    return at.page("committee/token.html", held=held, address=f"{at.request.url.scheme}://{at.request.url.netloc}")


@keeping_at(router, f"{BACK}/{{number}}/revoke", "token_revoke")
def _shutting_out(at: Desk, number: str) -> Keeping:
    """Ask why a program is shut out."""
    with at.reading() as tx:
        one = next((each for each in token_list(tx, at.now) if str(each.id) == number), None)
    if one is None:
        raise NotFound(f"There is no token number {number[:20]}.")

    def do(uow: UnitOfWork, filled: Filled) -> str:
        revoke_token(uow, one.id, filled.word("reason"))
        return f"Whoever holds the token of {one.name} is not let in any more."

    return Keeping(f"Shut out {one.name}", "Continue", BACK, (WHY,), do, "retired", "Programs")


@keeping_at(router, f"{BACK}/webhooks/new", "webhook_new")
def _hooking(at: Desk) -> Keeping:
    """Ask for the address that is told of entries, and of which."""
    kinds = tuple((one, first_up(one.replace("_", " "))) for one in KINDS)
    asked = (
        Question("url", "Its address", help="Such as https://system.example/cairn."),
        Question("kinds", "Of which entries", "choices", kinds, ask="may", help="None ticked is all of them."),
    )

    def do(uow: UnitOfWork, filled: Filled) -> str:
        own = at.settings.webhook_hosts
        return hooking.make_webhook(uow, filled.word("url"), filled.several("kinds"), own)[1]

    note = "It is told the reference of a case, the kind and the number of its new entry, and where to read it."
    after = partial(_secret_once, at)
    return Keeping("Have a program be told", "Make the webhook", BACK, asked, do, note=note, tried=False, after=after)


def _secret_once(at: Desk, secret: str) -> Response:
    """The page with the secret of a webhook, shown once."""
    return at.page("committee/webhook.html", secret=secret)


@keeping_at(router, f"{BACK}/webhooks/{{number}}/{{what}}", "webhook_change")
def _changing(at: Desk, number: str, what: str) -> Keeping:
    """Ask why a webhook is ended, or since when it is told again."""
    with at.reading() as tx:
        one = next((each for each in webhooks.read(tx) if str(each.id) == number), None)
    if one is None or what not in {"end", "again"}:
        raise NotFound("There is no such webhook, or nothing like that to do about it.")

    def end(uow: UnitOfWork, filled: Filled) -> str:
        hooking.end_webhook(uow, one.id, filled.word("reason"))
        return f"{one.address} is told of nothing any more."

    def again(uow: UnitOfWork, filled: Filled) -> str:
        since = filled.day("since")
        if since is None:
            raise BadAnswer("Say since which day it is told again.")
        count = hooking.owe_again(uow, one.id, since, filled.word("reason"))
        return f"{one.address} is told again of {counted(count, 'entry')} since {long_day(since)}."

    if what == "end":
        return Keeping(f"End the webhook to {one.address}", "Continue", BACK, (WHY,), end, "retired", "Programs")
    since = Question("since", "Since which day", "date")
    return Keeping(f"Tell {one.address} again", "Continue", BACK, (since, WHY), again, back_to="Programs")
