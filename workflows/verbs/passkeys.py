"""Passkeys in the place of a code: made for an account, asked for at sign-in, taken away.

What a passkey signs is a challenge of ours: 32 bytes, signed with the master key, good for five minutes.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from records import accounts, audit_log, credentials, passkeys
from records.keys import MasterKey
from records.passkeys import Passkey
from states.entry import CAIRN
from states.errors import BadAnswer, NotFound
from workflows.unit_of_work import UnitOfWork, plain_names
from workflows.verbs import passwords

LASTS = timedelta(minutes=5)
MOST = 10
LOG = "sign_ins"
NOT_YOUR_WORD = "That is not your password: a passkey is made with it."
NOT_MADE = "The passkey was not made: try again, and say yes to what the browser asks."


@dataclass(frozen=True)
class RelyingParty:
    """The site a passkey belongs to: its host, and its origin as the browser says it."""

    host: str
    origin: str


def new_challenge(keys: MasterKey, now: datetime) -> str:
    """Something for a passkey to sign: random, with the time it is good until, signed by us."""
    said = f"{secrets.token_urlsafe(32)}.{int((now + LASTS).timestamp())}"
    return f"{said}.{keys.proof_of(f'passkey {said}')}"


def is_fresh(uow: UnitOfWork, challenge: str) -> bool:
    """Whether a challenge is ours, is not too old, and was not used before; it is used up by the question."""
    said, _, proof = challenge.rpartition(".")
    until = said.rpartition(".")[2]
    ours = hmac.compare_digest(proof.encode(), uow.keys.proof_of(f"passkey {said}").encode())
    if not ours or not until.isdecimal() or int(until) < uow.outside.timestamp():
        return False
    return credentials.is_first(uow.tx, f"challenge {said}", uow.outside, uow.outside - 3 * LASTS)


def options(uow: UnitOfWork, account_id: int, challenge: str, site: RelyingParty, committee: str) -> str:
    """What a browser is told to make a passkey, as JSON: it can be found without a name being typed."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    one = next(each for each in accounts.read(uow.tx) if each.id == account_id)
    known = [PublicKeyCredentialDescriptor(_bytes(each.id)) for each in passkeys.of_account(uow.tx, account_id)]
    made = generate_registration_options(
        rp_id=site.host,
        rp_name=committee,
        user_name=one.sign_in,
        user_id=uow.keys.secret_of(f"passkeys of {account_id}").encode(),
        user_display_name=one.person,
        challenge=challenge.encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=known,
    )
    return options_to_json(made)


@dataclass(frozen=True)
class NewPasskey:
    """A passkey as it was made: what it is called, what the browser says of it, and what it was to sign."""

    name: str
    answer: str
    challenge: str


def add_passkey(uow: UnitOfWork, account_id: int, password: str, passkey: NewPasskey, site: RelyingParty) -> None:
    """Keep a passkey that a browser made, for whoever knows the password besides. Raises BadAnswer else."""
    name, answer, challenge = passkey.name, passkey.answer, passkey.challenge
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    if not passwords.is_right(credentials.of_account(uow.tx, uow.keys, account_id), password):
        raise BadAnswer(NOT_YOUR_WORD)
    (name,) = plain_names(name)
    if not name or len(name) > 80:  # noqa: PLR2004  as long as its column
        raise BadAnswer("Give the passkey a short name, such as that of the telephone or key it is on.")
    if len(passkeys.of_account(uow.tx, account_id)) >= MOST:
        raise BadAnswer(f"An account has {MOST} passkeys at most: remove one first.")
    if not is_fresh(uow, challenge):
        raise BadAnswer(NOT_MADE)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise BadAnswer(NOT_MADE) from None
    key = _text(made.credential_public_key)
    passkeys.keep(uow.tx, Passkey(_text(made.credential_id), account_id, name, key, made.sign_count, uow.outside))
    _log(uow, account_id, "passkey_added")


def remove_passkey(uow: UnitOfWork, account_id: int, number: int) -> None:
    """Take a passkey away, by its place in the list of the account's own. Raises NotFound."""
    own = passkeys.of_account(uow.tx, account_id)
    if not 0 < number <= len(own):
        raise NotFound("There is no such passkey any more.")
    passkeys.forget(uow.tx, account_id, own[number - 1].id)
    _log(uow, account_id, "passkey_removed")


def proves(uow: UnitOfWork, account_id: int, answer: str, challenge: str, site: RelyingParty) -> bool:
    """Whether somebody has a passkey of an account, by what it signed just now."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        given = parse_authentication_credential_json(answer)
        known = passkeys.find(uow.tx, _text(given.raw_id))
        if known is None or known.account_id != account_id or not is_fresh(uow, challenge):
            return False
        done = verify_authentication_response(
            credential=given,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=_bytes(known.public_key),
            credential_current_sign_count=known.count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return False
    passkeys.used(uow.tx, known.id, done.new_sign_count)
    return True


def _text(given: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url

    return bytes_to_base64url(given)


def _bytes(given: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(given)


def _log(uow: UnitOfWork, account_id: int, kind: str, **data: Any) -> None:
    who = CAIRN.model_copy(update={"account": str(account_id)})
    audit_log.append(uow.tx, LOG, str(account_id), kind, who, uow.outside, data=data)
