"""Asks GOV.UK Notify which letters it gave up after it had taken them: no report of that comes by mail.

Source: https://docs.notifications.service.gov.uk/rest-api.html (get the status of multiple messages; email statuses).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.client import HTTPException
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from notifications.delivery_status import DeliveryReport
from notifications.govuk_notify import connected, read_key
from notifications.redaction import fit, hiding
from notifications.relay import BadRelay, Relay
from states.errors import Refused

TIMEOUT = 20.0
LARGEST = 4_000_000
CODES: Mapping[str, str] = MappingProxyType(
    {"permanent-failure": "5.1.1", "temporary-failure": "", "technical-failure": ""}
)
"""The ways in which Notify gives an e-mail up, with the code that says as much (RFC 3463).

Of the first it says that the address was wrong; of the others nothing that speaks of the address.
"""


class NotifyDoesNotSay(Refused):
    """GOV.UK Notify cannot be asked what became of letters; the sentence says why, and repeats no secret."""


def given_up(relay: Relay) -> list[tuple[str, DeliveryReport]]:
    """The last letters that Notify gave up, each by its Message-ID: at most 250. Raises NotifyDoesNotSay."""
    try:
        key = read_key(relay)
    except BadRelay as fault:
        raise NotifyDoesNotSay(*fault.obstacles) from None
    # Notify refuses a token that is not of this half-minute, so no other time than the machine's own will do.
    token = key.token(int(time.time()))  # noqa: TID251
    with hiding(frozenset({key.secret, token})):
        try:
            return list(_reports(_asked(relay, token)))
        except (OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError) as fault:
            why = fit(str(fault) or type(fault).__name__)
            raise NotifyDoesNotSay(f"GOV.UK Notify does not say what became of letters: {why}.") from None


def _asked(relay: Relay, token: str) -> bytes:
    wanted = urlencode([("template_type", "email"), *(("status", one) for one in CODES)])
    connection, place, headers = connected(relay, token, TIMEOUT)
    try:
        connection.request("GET", f"{place}?{wanted}", headers=headers)
        answer = connection.getresponse()
        content = answer.read(LARGEST)
    finally:
        connection.close()
    if answer.status != HTTPStatus.OK:
        raise ValueError(f"it answered {answer.status}")
    return content


def _reports(content: bytes) -> Iterator[tuple[str, DeliveryReport]]:
    said: list[dict[str, Any]] = json.loads(content)["notifications"]
    for one in said:
        if one["status"] in CODES and one["reference"]:
            words = f"GOV.UK Notify: {one['status']}"
            reader = str(one.get("email_address") or "")
            yield str(one["reference"]), DeliveryReport("failed", reader, CODES[one["status"]], words)
