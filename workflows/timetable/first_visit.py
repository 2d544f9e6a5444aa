"""The one-time address of the first visit, valid until the first account is made."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from config.committees import host_of
from workflows.installation.installation import Installation
from workflows.verbs.sign_in import OPERATOR, invite_first

FIRST = "First visit: {address}/invitations/{code}\nIt makes the first account, once, within a day.\n"


def first_visit(here: Installation, address: str, now: datetime) -> str:
    """What whoever starts Cairn is told about the first account; nothing where there is one. Earlier codes are void."""
    with here.uow(OPERATOR, now) as uow:
        code = invite_first(uow)
    return FIRST.format(address=address, code=code) if code else ""


def desk_words(here: Installation, address: str, now: datetime) -> str:
    """Where the desk of one of several committees is, and how its first account is made; of the first, only that.

    `address` is where the desks are served on this machine.
    """
    which = here.settings.which
    if not which:
        return first_visit(here, address, now)
    own = here.settings.site or f"http://{host_of(here.settings)}:{urlsplit(address).port}"
    return f"The desk of {which}: {own}\n{first_visit(here, own, now)}"
