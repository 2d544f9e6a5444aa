"""Makes a form idempotent: it carries a key, and a repeat leads to the page the first one led to.

The key is made when the form is opened and stays with it through the preview, so a double press, going back and a
reload are all the same form. If somebody goes back and changes the form, they are told that only the first was
recorded, and may send it as a new form.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from starlette.responses import Response

from records import sent_forms
from states.errors import Refused
from web.desk import Desk
from web.form_drafts import typed
from workflows.unit_of_work import UnitOfWork

KEY = "form_key"
AGAIN = "again"
"""What the address says where a form had been sent before."""


OTHERWISE = (
    "This form was sent before with other answers, and those are recorded. What stands in it now is not: send it again "
    "where it is something else, and put right what was recorded where it is the same."
)


class SentOtherwise(Refused):
    """A form that was done came again with other answers."""


class SentBefore(Exception):
    """A form was sent while it was being done."""


def key_of(desk: Desk) -> str:
    """The key of the form that is shown: the one that was sent and is not done yet, or a new one."""
    said = desk.said(KEY)
    return said if said and not _led_to(desk, _named(desk)) else secrets.token_urlsafe(16)


def led_to_before(desk: Desk) -> Response | None:
    """On to where a form led that was sent before; None where it was not. Raises SentOtherwise."""
    if not desk.said(KEY):
        return None
    address = _led_to(desk, _named(desk))
    if not address:
        return None
    if not _led_to(desk, _filled_in_as(desk)):
        raise SentOtherwise(OTHERWISE)
    return _on_to(desk, address)


def led_to_by(desk: Desk, key: str) -> Response | None:
    """On to where the form of a key led, whatever stood in it; None where it is not done."""
    address = _led_to(desk, _name_of(desk, key.strip()))
    return _on_to(desk, address) if address else None


def _on_to(desk: Desk, address: str) -> Response:
    page, sign, place = address.partition("#")
    return desk.go_to(f"{page}{'&' if '?' in page else '?'}{AGAIN}=yes{sign}{place}")


@contextmanager
def once(uow: UnitOfWork, desk: Desk) -> Iterator[list[str]]:
    """Do a form once; whoever does it puts into the list where it leads. Raises SentBefore for one done already."""
    leads_to: list[str] = []
    if desk.said(KEY) and not sent_forms.is_first(uow.tx, _named(desk), uow.now):
        raise SentBefore
    yield leads_to
    if desk.said(KEY):
        sent_forms.led_to(uow.tx, _named(desk), leads_to[-1])
        sent_forms.is_first(uow.tx, _filled_in_as(desk), uow.now)
        sent_forms.led_to(uow.tx, _filled_in_as(desk), leads_to[-1])


def _led_to(desk: Desk, name: str) -> str:
    with desk.reading() as tx:
        return sent_forms.address_after(tx, name)


def _filled_in_as(desk: Desk) -> str:
    """The form with what stands in it: files, which are sent once and kept aside, left out."""
    return f"{_named(desk)} {sha256(repr(sorted(typed(desk))).encode()).hexdigest()}"


def _named(desk: Desk) -> str:
    return _name_of(desk, desk.said(KEY))


def _name_of(desk: Desk, key: str) -> str:
    return f"form {desk.signed_in.account.id} {key[:80]}"
