"""Heartbeat: requests a monitoring URL after every sweep; the service behind it raises the alarm when they stop."""

from __future__ import annotations

from http.client import HTTPException
from urllib.parse import urlsplit
from urllib.request import build_opener

from config.settings import Settings
from workflows.installation.no_redirects import NoRedirects

PATIENCE = 3.0
"""Seconds to wait for an answer: a switch that is slow must not hold up a sweep."""


NOT_TOLD = "The dead man's switch was not told: no round of delivery has ended well for a quarter of an hour"


def ping(settings: Settings, *, alive: bool = True) -> str:
    """Visit the address, where one is set; what to know about it, in a sentence without the address, which is secret.

    `alive` says whether letters are being delivered as well: where they are not, the switch is left to raise its alarm.
    Never raises: a switch that cannot be reached raises its own alarm, and must not fail the sweep.
    """
    if settings.pulse is None:
        return ""
    if not alive:
        return NOT_TOLD
    address = settings.pulse.get_secret_value()
    try:
        if urlsplit(address).scheme not in {"http", "https"}:
            return "The dead man's switch is not a web address: see CAIRN_PULSE in docs/operations.md"
        with build_opener(NoRedirects()).open(address, timeout=PATIENCE) as answer:
            answer.read(1)
    except (OSError, HTTPException, ValueError) as trouble:
        return f"The dead man's switch could not be reached ({type(trouble).__name__})"
    return "The dead man's switch was told that the sweep ended well"
