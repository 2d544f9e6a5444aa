"""The ways to sign in besides a code of an app: at the organisation's own provider, and with a passkey."""

from __future__ import annotations

from dataclasses import dataclass

from web.desk import Desk
from workflows.verbs.passkeys import new_challenge


@dataclass(frozen=True)
class WaysIn:
    """Whether people sign in at a provider of their organisation, and what a passkey is to sign."""

    elsewhere: bool
    challenge: str


def ways_in(desk: Desk) -> WaysIn:
    """The ways there are at this desk; each time with another challenge."""
    here = desk.room.here
    return WaysIn(bool(here.settings.oidc_issuer), new_challenge(here.keys, desk.outside))
