"""The first visit of the desk: one address with a code that can be used once, for as long as there is no account."""

from __future__ import annotations

from datetime import datetime

from workflows.installation.installation import Installation
from workflows.verbs.sign_in import OPERATOR, invite_first

FIRST = "First visit: {address}/invitations/{code}\nIt makes the first account, once, within a day.\n"


def first_visit(here: Installation, address: str, now: datetime) -> str:
    """What whoever starts Cairn is told about the first account; nothing where there is one. Earlier codes are void."""
    with here.uow(OPERATOR, now) as uow:
        code = invite_first(uow)
    return FIRST.format(address=address, code=code) if code else ""
