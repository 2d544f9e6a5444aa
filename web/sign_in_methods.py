"""The methods of signing in besides a code of an app: at the organisation's own provider, and with a passkey."""

from __future__ import annotations

from dataclasses import dataclass

from web.desk import Desk
from workflows.verbs.passkeys import new_challenge


@dataclass(frozen=True)
class SignInMethods:
    """Whether people sign in at a provider of their organisation, and what a passkey is to sign."""

    elsewhere: bool
    challenge: str


def sign_in_methods(desk: Desk) -> SignInMethods:
    """The methods there are at this desk; each time with another challenge."""
    here = desk.installation
    return SignInMethods(bool(here.settings.oidc_issuer), new_challenge(here.keys, desk.outside))
