"""Signing in at the desk: invited once, then by name, password and a code of an app; sessions ended, roles changed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from records import accounts, audit_log, credentials, passkeys, sessions
from records.accounts import Account
from records.credentials import Credential
from records.refusals import FAILED, SIGN_INS
from records.sessions import DeskSession
from states.entry import CAIRN, Actor
from states.errors import BadAnswer, NotFound, NotPossible, NotSignedIn, TooManyTries
from states.identity import folded
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import passwords
from workflows.verbs.accounts import add_account, check_keeps_accounts
from workflows.verbs.passkeys import RelyingParty, proves

LOG = SIGN_INS
WINDOW = timedelta(minutes=15)
TRIES_A_NAME, TRIES_AN_ADDRESS = 10, 40
"""How often signing in may be tried in a quarter of an hour: for one name, and from one address."""

INVITED_FOR = timedelta(days=7)
FIRST_FOR = timedelta(days=1)
OPERATOR = Actor(name="Whoever set Cairn up", role="operator")

NOT_TOGETHER = (
    "The name, the password and the code do not go together. Wait for the next code of the app, and try again; "
    "whoever keeps the accounts can invite you anew."
)
NO_SUCH_PERSON = (
    "You signed in there, and no account here goes by that name: ask whoever keeps the accounts to enter it."
)
TOO_MANY = "Signing in was tried too often: wait a quarter of an hour, and try again."
NO_INVITATION = "This address was used already, or is too old: ask whoever keeps the accounts for a new one."
NO_SUCH_SESSION = "There is no such session any more: it has ended."
NOT_YOURS = "That is not your password: another session is ended with it."
NOT_THE_OLD_ONE = (
    "That is not the password you have now: type it again, or ask whoever keeps the accounts to invite you anew."
)
WRONG_CODE = "The code is not the one the app shows now: type the six figures that it shows at this moment."


@dataclass(frozen=True)
class Begun:
    """A session that begins: what the browser is to hold, and for how long it may last."""

    token: str
    account: Account
    role: str


@dataclass(frozen=True)
class SignInProof:
    """What somebody signs in with: a password, the code their app shows or what a passkey signed, and their browser."""

    password: str
    code: str
    browser: str = ""
    passkey: str = ""
    challenge: str = ""
    site: RelyingParty | None = None


def count_try(uow: UnitOfWork, sign_in: str, address: str) -> None:
    """Count that somebody tries to sign in. Raises TooManyTries for a name or an address that did so too often."""
    since = uow.outside - WINDOW
    for name, most in ((_name(sign_in), TRIES_A_NAME), (_address(address), TRIES_AN_ADDRESS)):
        if credentials.count_try(uow.tx, name, uow.outside, since) > most:
            raise TooManyTries(TOO_MANY)


def sign_in(uow: UnitOfWork, name: str, chosen: SignInProof) -> Begun:
    """Begin a session for whoever knows the password and has the app. Raises NotSignedIn, whatever is wrong."""
    account = _proven(uow, name, chosen)
    if account is None:
        raise NotSignedIn(NOT_TOGETHER)
    credentials.forget_tries(uow.tx, (_name(name),))
    return _begin(uow, account, account.roles[0], chosen.browser)


def note_failure(uow: UnitOfWork, sign_in: str, address: str) -> None:
    """Put on record that signing in failed: for which account, where there is one, and from where as a fingerprint.

    What was typed as a name is not kept: it may be a password in the wrong field.
    """
    known = accounts.joined_to(accounts.read(uow.tx), sign_in)
    whose, place = str(known[0].id) if known else "", uow.keys.proof_of(_address(address))[:12]
    audit_log.append(uow.tx, LOG, whose, FAILED, CAIRN, uow.outside, data={"from": place})


def change_password(uow: UnitOfWork, session: DeskSession, old: str, fresh: str) -> None:
    """Set another password for one's own account, knowing the one there was; one's other sessions end.

    Raises BadAnswer where the old one is wrong or the new one cannot be one.
    """
    account = _in_use(uow, session.account_id)
    credential = credentials.of_account(uow.tx, uow.keys, account.id)
    if credential is None or not passwords.is_right(credential, old):
        raise BadAnswer(NOT_THE_OLD_ONE)
    written = passwords.check_password(fresh, account.person, account.sign_in)
    credentials.set_password(uow.tx, account.id, passwords.hashed(written))
    for one in sessions.of_account(uow.tx, account.id, uow.outside):
        if one.id != session.id:
            sessions.end(uow.tx, one)
    _log(uow, account.id, "password_changed")


def sign_in_as(uow: UnitOfWork, name: str, browser: str = "") -> Begun:
    """Begin a session for whoever the organisation's own provider says signs in by this name. Raises NotSignedIn."""
    found = accounts.joined_to(accounts.read(uow.tx), name)
    if len(found) != 1:
        raise NotSignedIn(NO_SUCH_PERSON)
    return _begin(uow, found[0], found[0].roles[0], browser)


def sign_out(uow: UnitOfWork, session: DeskSession) -> None:
    """End one's session."""
    sessions.end(uow.tx, session)
    _log(uow, session.account_id, "signed_out")


def end_session(uow: UnitOfWork, account_id: int, number: str, password: str) -> None:
    """End another session of one's own, for whoever knows the password, where the account has one.

    Raises BadAnswer for a wrong one, NotFound for a session that is none, or has ended.
    """
    credential = credentials.of_account(uow.tx, uow.keys, account_id)
    if credential is not None and not passwords.is_right(credential, password):
        raise BadAnswer(NOT_YOURS)
    found = next((one for one in sessions.of_account(uow.tx, account_id, uow.outside) if one.number == number), None)
    if found is None:
        raise NotFound(NO_SUCH_SESSION)
    sessions.end(uow.tx, found)
    _log(uow, account_id, "session_ended")


def change_role(uow: UnitOfWork, session: DeskSession, role: str) -> Begun:
    """Go on in another of one's roles, in a session of its own. Raises NotPossible for a role one does not have."""
    account = next(one for one in accounts.read(uow.tx) if one.id == session.account_id)
    if role not in account.roles:
        raise NotPossible(f"The account of {account.person} does not have the role {role[:60]}.")
    sessions.end(uow.tx, session)
    return _begin(uow, account, role, session.browser)


def invite(uow: UnitOfWork, account_id: int) -> str:
    """Let somebody set the password of their account, whether for the first time or again; the code for it.

    Their sessions end, and what they signed in with before is good for nothing once they have used the code.
    """
    if uow.actor != OPERATOR:
        check_keeps_accounts(uow, accounts.read(uow.tx))
    account = _in_use(uow, account_id)
    code = secrets.token_urlsafe(24)
    credentials.invite(uow.tx, code, account.id, uow.outside + INVITED_FOR)
    sessions.end_all(uow.tx, account.id)
    _log(uow, account.id, "invited")
    return code


def invite_first(uow: UnitOfWork) -> str:
    """The code with which the first account is made; empty where there is an account already."""
    if accounts.read(uow.tx):
        return ""
    code = secrets.token_urlsafe(24)
    credentials.invite(uow.tx, code, None, uow.outside + FIRST_FOR)
    return code


def app_secret(uow: UnitOfWork, code: str) -> str:
    """The secret that an app is given with an invitation: the same each time its page is opened."""
    return uow.keys.secret_of(code)


def invited(uow: UnitOfWork, code: str) -> Account | None:
    """Whose password a code sets; None where it makes the first account. Raises NotFound for one that does neither."""
    found = credentials.invitation(uow.tx, code, uow.outside)
    if found is None:
        raise NotFound(NO_INVITATION)
    return None if found.account_id is None else _in_use(uow, found.account_id)


def accept(uow: UnitOfWork, code: str, chosen: SignInProof) -> Begun:
    """Set the password of an account one was invited to, with the code that the app shows, and sign in."""
    account = invited(uow, code)
    if account is None:
        raise NotFound(NO_INVITATION)
    return _accepted(uow, code, account, chosen)


def accept_for(uow: UnitOfWork, code: str, chosen: SignInProof) -> Account:
    """Set the password of an account one was invited to, and sign nobody in: somebody else is, with this browser."""
    account = invited(uow, code)
    if account is None:
        raise NotFound(NO_INVITATION)
    _set_up(uow, code, account, chosen)
    return account


def make_first(uow: UnitOfWork, code: str, person: str, name: str, role: str, chosen: SignInProof) -> Begun:
    """Make the first account and sign in with it."""
    if invited(uow, code) is not None or accounts.read(uow.tx):
        raise NotFound(NO_INVITATION)
    account = add_account(
        replace(uow, actor=OPERATOR), person, name, (role,), reason="The first account, made at the desk."
    )
    return _accepted(uow, code, account, chosen)


def _accepted(uow: UnitOfWork, code: str, account: Account, chosen: SignInProof) -> Begun:
    _set_up(uow, code, account, chosen)
    return _begin(uow, account, account.roles[0], chosen.browser)


def _set_up(uow: UnitOfWork, code: str, account: Account, chosen: SignInProof) -> None:
    password, secret = passwords.check_password(chosen.password, account.person, account.sign_in), app_secret(uow, code)
    step = passwords.step_of(secret, chosen.code, uow.outside)
    if step is None:
        raise BadAnswer(WRONG_CODE)
    credentials.use_up(uow.tx, code)
    credentials.keep(uow.tx, uow.keys, account.id, passwords.hashed(password), secret, step)
    passkeys.forget(uow.tx, account.id)
    sessions.end_all(uow.tx, account.id)
    _log(uow, account.id, "password_set")


def _proven(uow: UnitOfWork, name: str, chosen: SignInProof) -> Account | None:
    """The account whose password and app these are; several may be signed in to by one name."""
    known = accounts.joined_to(accounts.read(uow.tx), name)
    found = [(one, credentials.of_account(uow.tx, uow.keys, one.id)) for one in known]
    if not any(credential for _, credential in found):
        passwords.is_right(None, chosen.password)
    return next((one for one, credential in found if credential and _opens(uow, credential, chosen)), None)


def _opens(uow: UnitOfWork, credential: Credential, chosen: SignInProof) -> bool:
    if not passwords.is_right(credential, chosen.password):
        return False
    if chosen.passkey and chosen.site is not None:
        return proves(uow, credential.account_id, chosen.passkey, chosen.challenge, chosen.site)
    step = passwords.step_of(credential.secret, chosen.code, uow.outside)
    return step is not None and credentials.use_step(uow.tx, credential.account_id, step)


def _begin(uow: UnitOfWork, account: Account, role: str, browser: str) -> Begun:
    token = sessions.begin(uow.tx, account.id, role, browser, uow.outside)
    _log(uow, account.id, "signed_in", role)
    return Begun(token, account, role)


def _in_use(uow: UnitOfWork, account_id: int) -> Account:
    found = next((one for one in accounts.read(uow.tx) if one.id == account_id and one.active), None)
    if found is None:
        raise NotFound(f"There is no account number {account_id} in use.")
    return found


def _log(uow: UnitOfWork, account_id: int, kind: str, role: str = "") -> None:
    """What is done about signing in is on record by the number of the account alone."""
    who = CAIRN.model_copy(update={"account": str(account_id)})
    audit_log.append(uow.tx, LOG, str(account_id), kind, who, uow.outside, data={"role": role} if role else {})


def _name(sign_in: str) -> str:
    return f"name {folded(sign_in)}"


def _address(address: str) -> str:
    return f"address {address}"
