"""Where Prefect's server is, and requests to it in plain HTTP, so that Prefect need not be imported."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from ssl import SSLError
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from config.settings import Settings
from workflows.installation.no_redirects import NoRedirects

QUICKLY = 0.3
"""Seconds a person at the terminal may be kept waiting for a server that does not answer."""
TOGETHER = 2
"""Seconds within which verbs that owe something share one round of delivery."""
NO_ANSWER = (URLError, HTTPException, OSError, ValueError)
DEPLOYMENT = "cairn"
NOT_LET_IN = (
    "Prefect's server asks for a user and password, and takes none or another than was given: set "
    "PREFECT_API_AUTH_STRING (or CAIRN_API_AUTH) to its user:password."
)
SAYS_NO = "Prefect's server answers {code} instead of its version: check that PREFECT_API_URL ends with its /api."
NOT_TRUSTED = (
    "The certificate of Prefect's server is not trusted ({why}): name the file of the authority that signed it in "
    "SSL_CERT_FILE and PREFECT_API_SSL_CERT_FILE. The address is right."
)


@dataclass(frozen=True)
class Api:
    """The address of a Prefect server's API, and the user:password it asks for (empty where it asks for none)."""

    url: str
    auth: str = field(default="", repr=False)

    @property
    def page(self) -> str:
        """The address of the page for people; a user and password in the address are not shown."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.removesuffix('/api')}"


def api_of(settings: Settings) -> Api | None:
    """The server this installation uses: the one PREFECT_API_URL names, or the one that `cairn run` started here."""
    given = given_api(settings)
    if given is not None:
        return given
    try:
        return Api(address_file(settings).read_text().strip(), auth_file(settings).read_text().strip())
    except OSError:
        return None


def given_api(settings: Settings) -> Api | None:
    """The server that PREFECT_API_URL names, if it does."""
    url = os.environ.get("PREFECT_API_URL", "")
    secret = settings.api_auth.get_secret_value() if settings.api_auth else ""
    return Api(url.rstrip("/"), secret or os.environ.get("PREFECT_API_AUTH_STRING", "")) if url else None


def prefect_home(settings: Settings) -> Path:
    """The folder of our own Prefect: its database and settings, apart from any other Prefect of the same user."""
    return settings.installed_in / "prefect"


def deployment(settings: Settings) -> str:
    """What the flows of a committee are called on the server, which several committees may share."""
    return f"{DEPLOYMENT}-{settings.which}" if settings.which else DEPLOYMENT


def address_file(settings: Settings) -> Path:
    """Where `cairn run` writes the address of the server while it runs."""
    return prefect_home(settings) / "address"


def auth_file(settings: Settings) -> Path:
    """The user and password of the server that `cairn run` starts, for Cairn's own user alone."""
    return prefect_home(settings) / "user-and-password"


def ask(api: Api, path: str, body: dict[str, Any] | None = None, *, timeout: float = QUICKLY) -> object:
    """What the server says to a question (GET), or to something sent to it (POST). Raises one of NO_ANSWER."""
    headers = {"Content-Type": "application/json"}
    if api.auth:
        headers["Authorization"] = f"Basic {b64encode(api.auth.encode()).decode()}"
    sent = None if body is None else json.dumps(body).encode()
    if urlsplit(api.url).scheme not in {"http", "https"}:
        raise ValueError("The address of Prefect's server begins with http:// or https://.")
    request = Request(api.url + path, data=sent, headers=headers)  # noqa: S310  the scheme was just looked at
    with _opener(api.url).open(request, timeout=timeout) as answer:
        said: object = json.loads(answer.read() or b"null")
        return said


def is_healthy(api: Api, *, timeout: float = QUICKLY) -> bool:
    """Whether the server answers that it is well."""
    try:
        return bool(ask(api, "/health", timeout=timeout))
    except NO_ANSWER:
        return False


def why_not(api: Api, *, timeout: float = QUICKLY) -> str:
    """Why the server cannot be used, in a sentence with what to do; empty where it answers to our password."""
    try:
        ask(api, "/admin/version", timeout=timeout)
    except HTTPError as refused:
        return NOT_LET_IN if refused.code in {401, 403} else SAYS_NO.format(code=refused.code)
    except NO_ANSWER as trouble:
        reason = getattr(trouble, "reason", trouble)
        if isinstance(reason, SSLError):
            return NOT_TRUSTED.format(why=getattr(reason, "verify_message", "") or reason.reason or "TLS")
        return "Prefect's server does not answer: check PREFECT_API_URL, and that the server runs."
    return ""


def is_ours(api: Api, *, timeout: float = QUICKLY) -> bool:
    """Whether the server answers, and to our password: a stranger on the same port tells its health to anybody.

    Its version is asked for where that is found before the addresses of the interface: to find one of those, the first
    time, the server makes ready nearly all of them, a seventh of the time that it takes to start.
    """
    try:
        return bool(ask(api, "/version", timeout=timeout))
    except NO_ANSWER:
        return False


def nudge(settings: Settings, now: datetime, *, timeout: float = QUICKLY) -> bool:
    """Have what was just owed delivered at once, where a server answers; otherwise the next minute's round does it.

    Verbs of the same two seconds share one round. Never raises: what is owed is safe in the outbox.
    """
    api = api_of(settings)
    if api is None:
        return False
    turn = (int(now.timestamp()) // TOGETHER + 1) * TOGETHER
    when = datetime.fromtimestamp(turn, UTC).isoformat()
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": when}}
    try:
        known = ask(api, f"/deployments/name/deliver/{deployment(settings)}", timeout=timeout)
        run = {"name": f"at-once-{turn}", "state": state, "idempotency_key": f"nudge-{turn}"}
        where = f"/deployments/{known['id'] if isinstance(known, dict) else ''}/create_flow_run"
        return bool(ask(api, where, run, timeout=timeout))
    except (*NO_ANSWER, KeyError):
        return False


def _opener(url: str) -> OpenerDirector:
    """A server on this machine is asked directly, whatever proxy the machine uses for the world outside."""
    here = urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
    return build_opener(NoRedirects(), *([ProxyHandler({})] if here else []))
