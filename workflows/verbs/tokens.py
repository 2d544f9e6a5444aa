"""Tokens by which a program acts for an account: made and revoked by an administrator, on record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from records import accounts, tokens
from records.accounts import Account
from records.tokens import Token
from states.answers import tidy
from states.errors import BadAnswer, NotFound, NotPossible
from states.roles import ADMINISTRATOR, AGENCY
from workflows.unit_of_work import UnitOfWork, check_words, plain_names

LONGEST_NAME = 80
LASTS, LONGEST = 90, 366
"""So many days a token is good for unless said otherwise, and at most."""

KEPT_BY = "Tokens of programs are made and revoked by somebody who acts for an account as administrator."
NO_ACCOUNT = "There is no account number {number} in use: choose one of {known}."
NOT_ITS_ROLE = "The account of {person} does not have the role {role}: it has {roles}."
OF_AGENCY = "A program acts for somebody of the committee: an agency answers by the links in its letters."
DAYS = "A token is good for 1 to 366 days, not {days}: it can be made anew before it ends."
UNKNOWN = "No program can do {names}: docs/api.md lists what there is, such as request_answer."
BOTH = "A token that only reads does nothing: leave out what it may do, or let it do more than read."


@dataclass(frozen=True)
class Scope:
    """How far a token goes: `verbs` are the operations it may do; none for all that its role may do."""

    read_only: bool = False
    verbs: tuple[str, ...] = ()
    days: int = LASTS


ALL_OF_IT = Scope()


def make_token(
    uow: UnitOfWork,
    account: int,
    role: str,
    name: str,
    *,
    known: Collection[str],
    scope: Scope = ALL_OF_IT,
    reason: str = "",
) -> tuple[Token, str]:
    """Make a token for an account in one of its roles; returns it, and what the program is to hold, shown once.

    `known` are the operations there are. Raises NotPossible for whoever is no administrator, BadAnswer for what cannot
    be.
    """
    check_administrator(uow)
    (name,) = plain_names(name)
    check_words(uow, None, reason)
    if not name or len(name) > LONGEST_NAME:
        raise BadAnswer(f"Say which program it is for, in at most {LONGEST_NAME} characters.")
    if not 1 <= scope.days <= LONGEST:
        raise BadAnswer(DAYS.format(days=scope.days))
    strangers = sorted(set(scope.verbs) - set(known))
    if strangers:
        raise BadAnswer(UNKNOWN.format(names=", ".join(one[:40] for one in strangers)))
    if scope.read_only and scope.verbs:
        raise BadAnswer(BOTH)
    acts_for, role = _acting(uow, account, role)
    ends = uow.now + timedelta(days=scope.days)
    token = Token(0, name, acts_for, role, scope.read_only, tuple(dict.fromkeys(scope.verbs)), uow.now, ends)
    return tokens.make(uow.tx, token, uow.actor, reason)


def revoke_token(uow: UnitOfWork, number: int, reason: str) -> Token:
    """Let nobody in any more who holds a token; what was done by it stays on record."""
    check_administrator(uow)
    check_words(uow, None, reason)
    found = next((one for one in tokens.read(uow.tx) if one.id == number), None)
    if found is None:
        raise NotFound(f"There is no token number {number}.")
    if not tidy(reason):
        raise BadAnswer("Say why: this needs its reason.")
    if found.revoked_at is not None:
        raise NotPossible(f"Token {number} is revoked already.")
    tokens.revoke(uow.tx, found, uow.actor, uow.now, reason)
    return found


def _acting(uow: UnitOfWork, number: int, role: str) -> tuple[Account, str]:
    """The account a token acts for and the role it acts in: the one said, or the only one of the account."""
    in_use = {one.id: one for one in accounts.read(uow.tx) if one.active}
    one = in_use.get(number)
    if one is None:
        raise BadAnswer(NO_ACCOUNT.format(number=number, known=", ".join(map(str, in_use)) or "none"))
    role = role or (one.roles[0] if len(one.roles) == 1 else "")
    if role not in one.roles:
        raise BadAnswer(NOT_ITS_ROLE.format(person=one.person, role=role[:60] or "“”", roles=" and ".join(one.roles)))
    if role == AGENCY:
        raise BadAnswer(OF_AGENCY)
    return one, role


def check_administrator(uow: UnitOfWork) -> None:
    """Raise NotPossible for whoever is no administrator at work by themselves: a program keeps no program."""
    mine = next((one for one in accounts.read(uow.tx) if str(one.id) == uow.actor.account and one.active), None)
    if mine is None or uow.actor.role != ADMINISTRATOR or ADMINISTRATOR not in mine.roles or uow.actor.program:
        raise NotPossible(KEPT_BY)
