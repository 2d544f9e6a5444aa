"""Accounts: who may act here, and in which roles. Entered, changed and retired by those who keep them, on record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from config import procedures
from records import accounts
from records.accounts import Account
from states.answers import tidy
from states.entry import Actor
from states.errors import BadAnswer, NotFound, NotPossible
from states.identity import folded
from states.next_step import Advice, advice
from states.roles import ACCOUNT_KEEPERS, AGENCY, OUTSIDE_EDITIONS
from workflows.unit_of_work import UnitOfWork, check_words, plain_names
from workflows.verbs.agencies import named_agencies

NO_ACCOUNT = "Nobody who signs in as {who} has an account here: the accounts there are belong to {persons}."
ENTER_ONE = (
    "If you are one of them: {keepers} can enter an account for you at the desk (Committee, Accounts) with {who} as "
    "the name you sign in by, and your name and roles; or work at the desk itself, or from here with a token of your "
    "account (cairn --server ADDRESS --token-file FILE)."
)
MOST_NAMED = 5
NOT_YOURS = "No account of {who} is {name}'s: it is {persons} who may act here under that sign-in."
WHICH_ONE = "Several accounts belong to {who}: say who you are ({persons})."
NOT_YOUR_ROLE = "The account of {person} does not have the role {role}: it has {roles}."
WHICH_ROLE = "Say in which role you act: the account of {person} has {roles}."
NOT_YOUR_AGENCY = "The account of {person} speaks for {agency}, not for {given}."


def acting(known: tuple[Account, ...], sign_in: str, said: Actor, *, any_role: bool = False) -> Actor:
    """Who acts: the account joined to the sign-in name, in the role chosen among those it has.

    `said` are the name, role and agency given, each of which may be empty. Where no account was ever entered they are
    taken as they are. With `any_role` nobody need choose: it is the first the account has. Raises NotPossible for a
    name, a role or an agency that the account does not have.
    """
    if not known:
        return said
    account = _account(known, sign_in, said.name)
    words = {"person": account.person, "roles": " and ".join(account.roles)}
    if not said.role and len(account.roles) > 1 and not any_role:
        raise NotPossible(WHICH_ROLE.format(**words))
    role = said.role or account.roles[0]
    if role not in account.roles:
        raise NotPossible(NOT_YOUR_ROLE.format(**words, role=role[:60]))
    if account.agency and said.agency and folded(said.agency) != folded(account.agency):
        raise NotPossible(NOT_YOUR_AGENCY.format(**words, agency=account.agency, given=said.agency[:80]))
    return Actor(name=account.person, role=role, agency=account.agency or said.agency, account=str(account.id))


def add_account(
    uow: UnitOfWork, person: str, sign_in: str, roles: Sequence[str], agency: str = "", reason: str = ""
) -> Account:
    """Enter an account. The first one made is entered by whoever sets Cairn up, and must be able to enter others."""
    person, sign_in = plain_names(person, sign_in)
    check_words(uow, None, reason)
    if not person or not sign_in:
        raise BadAnswer("Give the name of the person, and the name they sign in by.")
    known = accounts.read_to_change(uow.tx)
    roles = _roles(uow, roles)
    if known:
        check_keeps_accounts(uow, known)
    elif not _may_keep(roles):
        keepers = ", ".join(ACCOUNT_KEEPERS)
        raise BadAnswer(f"The first account must be able to enter others: give it a role among {keepers}.")
    mine = accounts.joined_to(known, sign_in)
    if any(folded(one.person) == folded(person) for one in mine):
        raise BadAnswer(f"{person} has an account for the sign-in {sign_in} already: change its roles instead.")
    (agency,) = named_agencies(uow, agency)
    _check_agency(roles, agency)
    return accounts.add(uow.tx, Account(0, sign_in, person, roles, agency), uow.actor, uow.now, reason)


def change_account(
    uow: UnitOfWork,
    number: int,
    *,
    person: str = "",
    sign_in: str = "",
    roles: Sequence[str] = (),
    agency: str | None = None,
    reason: str = "",
) -> Account:
    """Give an account other roles, another sign-in name, another name of its person or another agency."""
    known = accounts.read_to_change(uow.tx)
    check_keeps_accounts(uow, known)
    check_words(uow, None, reason)
    one = _numbered(known, number)
    person, sign_in = plain_names(person, sign_in)
    changed = replace(
        one,
        person=person or one.person,
        sign_in=sign_in or one.sign_in,
        roles=_roles(uow, roles) if roles else one.roles,
        agency=one.agency if agency is None else named_agencies(uow, agency)[0],
    )
    if changed == one:
        raise BadAnswer("Nothing was changed: say the roles, the sign-in name, the person or the agency.")
    _check_agency(changed.roles, changed.agency)
    _check_a_keeper_is_left(known, changed)
    accounts.change(uow.tx, changed, "changed", uow.actor, uow.now, reason)
    return changed


def retire_account(uow: UnitOfWork, number: int, reason: str) -> Account:
    """Let nobody act for an account any more; what was done for it stays on record."""
    known = accounts.read_to_change(uow.tx)
    check_keeps_accounts(uow, known)
    check_words(uow, None, reason)
    one = _numbered(known, number)
    if not tidy(reason):
        raise BadAnswer("Say why: this needs its reason.")
    if not one.active:
        raise NotPossible(f"Account {one.id} is retired already.")
    retired = replace(one, active=False)
    _check_a_keeper_is_left(known, retired)
    accounts.change(uow.tx, retired, "retired", uow.actor, uow.now, reason)
    return retired


def _account(known: tuple[Account, ...], sign_in: str, name: str) -> Account:
    mine = accounts.joined_to(known, sign_in)
    if not mine:
        keepers = _named((one for one in known if one.active and _may_keep(one.roles)), "or")
        raise NotPossible(
            NO_ACCOUNT.format(who=sign_in, persons=_named((one for one in known if one.active), "and")),
            advice=Advice(ENTER_ONE.format(who=sign_in, keepers=keepers)),
        )
    named = [one for one in mine if not name or folded(one.person) == folded(name)]
    persons = " or ".join(one.person for one in mine)
    if not named:
        raise NotPossible(NOT_YOURS.format(who=sign_in, name=name[:80], persons=persons))
    if len(named) > 1:
        raise NotPossible(WHICH_ONE.format(who=sign_in, persons=persons))
    return named[0]


def _named(some: Iterable[Account], word: str) -> str:
    """The people of some accounts, each with the name they sign in by; the first few of many."""
    found = [f"{one.person} (signs in as {one.sign_in})" for one in some]
    if len(found) > MOST_NAMED:
        return f"{', '.join(found[:MOST_NAMED])} {word} {len(found) - MOST_NAMED} more"
    return f" {word} ".join(filter(None, (", ".join(found[:-1]), *found[-1:])))


def _roles(uow: UnitOfWork, given: Sequence[str]) -> tuple[str, ...]:
    roles = tuple(dict.fromkeys(tidy(one) for one in given))
    editions = [*procedures.in_order(uow.guidance)]
    known = {role for one in editions for role in one.roles} | {*OUTSIDE_EDITIONS, AGENCY}
    strangers = [role[:40] for role in roles if role not in known]
    if strangers or not roles:
        unknown = f"No edition has a role {', '.join(strangers)}" if strangers else "Give the account a role"
        raise BadAnswer(f"{unknown}: a role is one of {', '.join(sorted(known))}.")
    return roles


def _check_agency(roles: Sequence[str], agency: str) -> None:
    """An agency's own person speaks for one agency, and has no other role: its pages are all they come to."""
    if AGENCY in roles and not agency:
        raise BadAnswer("Say which agency they speak for: somebody in the role of an agency sees what is open for it.")
    if AGENCY in roles and len(roles) > 1:
        raise BadAnswer("Somebody in the role of an agency has no other role: give them an account of its own for it.")


def _numbered(known: tuple[Account, ...], number: int) -> Account:
    found = next((one for one in known if one.id == number), None)
    if found is None:
        raise NotFound(f"There is no account number {number}: there are {', '.join(str(one.id) for one in known)}.")
    return found


def _may_keep(roles: Sequence[str]) -> bool:
    return not set(ACCOUNT_KEEPERS).isdisjoint(roles)


def check_keeps_accounts(uow: UnitOfWork, known: tuple[Account, ...]) -> None:
    """Raise NotPossible for somebody who may not keep the accounts."""
    mine = next((one for one in known if str(one.id) == uow.actor.account and one.active), None)
    if mine is None or uow.actor.role not in ACCOUNT_KEEPERS or not _may_keep(mine.roles):
        who = ", ".join(role.replace("_", " ") for role in ACCOUNT_KEEPERS)
        raise NotPossible(f"Accounts are kept by somebody who acts for an account in one of the roles {who}.")


def _check_a_keeper_is_left(known: tuple[Account, ...], changed: Account) -> None:
    after = (changed if one.id == changed.id else one for one in known)
    if not any(one.active and _may_keep(one.roles) for one in after):
        mends = advice("give somebody else such a role first ({}).", "account change")
        raise NotPossible("Nobody would be left who may keep the accounts.", advice=mends)
