"""A form is done once: it carries a key, and what comes again with the same leads to where it led before.

The key is made when the form is opened and goes with it through the look before the yes, so that a button pressed
twice, a page that was gone back to and one loaded again are all the same form.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import Response

from records import sent_forms
from web.desk import Desk
from workflows.unit_of_work import UnitOfWork

KEY = "form_key"
AGAIN = "again"
"""What the address says where a form had been sent before."""


class SentBefore(Exception):
    """A form was sent while it was being done."""


def key_of(desk: Desk) -> str:
    """The key of the form that is shown: the one that was sent, or a new one."""
    return desk.said(KEY) or secrets.token_urlsafe(16)


def led_to_before(desk: Desk) -> Response | None:
    """On to where a form led that was sent before; None where it was not."""
    if not desk.said(KEY):
        return None
    with desk.reading() as tx:
        address = sent_forms.address_after(tx, _named(desk))
    if not address:
        return None
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


def _named(desk: Desk) -> str:
    return f"form {desk.signed_in.account.id} {desk.said(KEY)[:80]}"
