"""Signing in at the organisation's own provider (OpenID Connect): where to send somebody, and who came back.

Authlib makes the request with PKCE and fetches the token; the token is read by joserfc, with its issuer, its audience,
its time and the word that was sent with the request (nonce) checked.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from config.settings import Settings
from states.errors import NotSetUp, NotSignedIn

QUICKLY = 10
LEEWAY = 120
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
NOT_PROVEN = "The organisation's sign-in did not say who you are: try again, or sign in with a password here."
NOT_STRONG = (
    "The organisation's sign-in did not ask for a second factor: sign in there with one, or with a password here."
)
NO_ANSWER = "The organisation's sign-in does not answer just now: try again, or sign in with a password here."
NOT_SECURE = "CAIRN_OIDC_ISSUER is not an https address: what it says could be changed on the way."


@dataclass(frozen=True)
class SignInRequest:
    """What a request to sign in is known by when somebody comes back: kept in a cookie of theirs, and never sent on."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Provider:
    """The provider of an organisation, as its settings name it."""

    issuer: str
    client: str
    secret: str
    claim: str
    strength: tuple[str, ...] = ()
    """What the token has to say of how they proved who they are: one of these as its `acr`, or among its `amr`."""

    def address(self, back: str, asked: SignInRequest) -> str:
        """Where somebody is sent to sign in. Raises NotSignedIn where the provider does not answer."""
        with self._session(back) as session:
            more = {"code_verifier": asked.verifier, "state": asked.state, "nonce": asked.nonce}
            more |= {"acr_values": " ".join(self.strength)} if self.strength else {}
            made, _ = session.create_authorization_url(self._known("authorization_endpoint"), **more)
        return str(made)

    def name_of(self, code: str, back: str, asked: SignInRequest, now: datetime) -> str:
        """The name that whoever came back signs in by here. Raises NotSignedIn for a token that proves nothing."""
        from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
        from requests import RequestException

        try:
            with self._session(back) as session:
                session.fetch_token(
                    self._known("token_endpoint"), code=code, code_verifier=asked.verifier, timeout=QUICKLY
                )
                claims = self._claims(str(session.token.get("id_token", "")), asked.nonce, now)
                self._check_strength(claims)
                if self.claim not in claims:
                    more = session.get(self._known("userinfo_endpoint"), timeout=QUICKLY).json()
                    claims |= more if more.get("sub") == claims.get("sub") else {}
        except (AuthlibBaseError, RequestException, ValueError):
            raise NotSignedIn(NOT_PROVEN) from None
        name = claims.get(self.claim)
        if not isinstance(name, str) or not name or (self.claim == "email" and claims.get("email_verified") is False):
            raise NotSignedIn(NOT_PROVEN)
        return name

    def _check_strength(self, claims: dict[str, Any]) -> None:
        methods = claims.get("amr")
        said = {str(claims.get("acr", "")), *(map(str, methods) if isinstance(methods, list) else ())}
        if self.strength and said.isdisjoint(self.strength):
            raise NotSignedIn(NOT_STRONG)

    def _claims(self, token: str, nonce: str, now: datetime) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        wanted = {"iss": self.issuer, "aud": self.client, "nonce": nonce}
        must: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in wanted.items()}
        try:
            keys: Any = _fetched(self._known("jwks_uri"))
            read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            checks = jwt.JWTClaimsRegistry(
                now=int(now.timestamp()), leeway=LEEWAY, exp={"essential": True}, sub={"essential": True}, **must
            )
            checks.validate(read.claims)
        except (JoseError, ValueError):
            raise NotSignedIn(NOT_PROVEN) from None
        return dict(read.claims)

    def _session(self, back: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]

        session = OAuth2Session(
            self.client, self.secret, scope="openid email profile", redirect_uri=back, code_challenge_method="S256"
        )
        session.max_redirects = 0
        return session

    def _known(self, name: str) -> str:
        found = _described(self.issuer)
        if str(found.get("issuer", "")) != self.issuer or not isinstance(found.get(name), str):
            raise NotSignedIn(NO_ANSWER)
        return str(found[name])


def provider_of(settings: Settings) -> Provider | None:
    """The provider the settings name; None where people sign in with passwords alone. Raises NotSetUp."""
    if not settings.oidc_issuer:
        return None
    where = urlsplit(settings.oidc_issuer)
    if where.scheme != "https" and where.hostname not in LOCAL:
        raise NotSetUp(NOT_SECURE)
    secret = settings.oidc_secret.get_secret_value() if settings.oidc_secret else ""
    return Provider(
        settings.oidc_issuer, settings.oidc_client, secret, settings.oidc_claim, tuple(settings.oidc_strength.split())
    )


def new_request() -> SignInRequest:
    """Three words that nobody can guess."""
    return SignInRequest(*(secrets.token_urlsafe(32) for _ in range(3)))


@lru_cache(maxsize=8)
def _described(issuer: str) -> dict[str, Any]:
    return _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")


def _fetched(address: str) -> dict[str, Any]:
    import requests

    try:
        answer = requests.get(address, timeout=QUICKLY, allow_redirects=False)
        answer.raise_for_status()
        found = None if answer.is_redirect else answer.json()  # an answer that leads elsewhere is none
    except (requests.RequestException, ValueError):
        raise NotSignedIn(NO_ANSWER) from None
    if not isinstance(found, dict):
        raise NotSignedIn(NO_ANSWER)
    return found
