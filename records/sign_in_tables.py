"""The tables of signing in at the desk: what proves who somebody is, invitations, sessions, and counted tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from records.metadata import Row


class CredentialRow(Row, table=True):
    """What proves that somebody has an account: the hash of a password, and the secret of an authenticator app.

    `totp` is encrypted with the master key. `last_step` is the last interval a code was taken for: none is taken twice.
    """

    __tablename__ = "credential"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    password: str = Field(max_length=400)
    totp: str = Field(sa_type=Text)
    last_step: int = 0


class InvitationRow(Row, table=True):
    """A code that lets somebody set a password once. `code` is its hash; without an account it makes the first one."""

    __tablename__ = "invitation"

    code: str = Field(primary_key=True, max_length=64)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    expires_at: datetime


class SessionRow(Row, table=True):
    """Somebody who is signed in, with one browser, in one of their roles. `id` is the hash of what that holds."""

    __tablename__ = "web_session"

    id: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    role: str = Field(max_length=60)
    begun_at: datetime
    seen_at: datetime
    browser: str = Field(default="", max_length=200)


class SignInTryRow(Row, table=True):
    """How often signing in was tried for a name, or from an address, since a moment. `key` is the hash of either."""

    __tablename__ = "sign_in_try"

    key: str = Field(primary_key=True, max_length=64)
    since: datetime
    count: int


class NeedToKnowRow(Row, table=True):
    """Somebody who may look at a case that is kept to named people. A case without such a row is open to its roles."""

    __tablename__ = "need_to_know"

    case_id: int = Field(primary_key=True, foreign_key="case_file.id")
    account_id: int = Field(primary_key=True, foreign_key="account.id")


class PasskeyRow(Row, table=True):
    """A passkey of an account: its id and its public key as the browser gave them, in base64url."""

    __tablename__ = "passkey"

    id: str = Field(primary_key=True, max_length=400)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str = Field(max_length=80)
    public_key: str = Field(sa_type=Text)
    count: int = 0
    made_at: datetime
