"""One page for an agency that several committees of an installation ask, shown to the reader of a mailbox.

No committee trusts another: each sends a code of its own to the mailbox, checks it, and signs with its own key that
it was right. The signatures are in a cookie of the page. The page only lists; anything is done at its own committee's
host.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from starlette.background import BackgroundTask
from starlette.responses import Response

from records import contacts
from records.database import reading
from records.row_security import seen_by
from states.entry import CAIRN, Actor
from states.errors import StorageTrouble
from states.roles import AGENCY
from web.desk import Desk, Site
from workflows.installation.prefect_api import nudge
from workflows.messages.contact_mailboxes import as_compared, mailbox_of
from workflows.messages.own_list import OwnList, own_list
from workflows.verbs.mailbox_code import contact_by_code, send_codes
from workflows.views.viewer import Viewer

COOKIE = "__Secure-beside"
LASTS = timedelta(hours=2)
NOBODY = ""
"""Whom the database of another committee takes whoever asks for: what it keeps to named people stays hidden."""


@dataclass(frozen=True)
class ListBeside:
    """The list of one other committee, and the address of its desk. `own` is None where it cannot be read just now."""

    committee: str
    site: str
    own: OwnList | None


@dataclass(frozen=True)
class ListsBeside:
    """The lists of other committees that were shown to be one's own. `several` says whether there are others at all."""

    several: bool
    lists: tuple[ListBeside, ...] = ()


def lists_beside(at: Desk) -> ListsBeside:
    """What the other committees ask, of those that have looked at a code of their own."""
    sites = _sites(at)
    return ListsBeside(bool(sites), tuple(_lists(at, sites)))


def use_beside(at: Desk, mailbox: Callable[[Connection], str], path: str, there: str) -> Response | None:
    """Have the others send their codes, or look at the one that was typed; None where it is nobody's.

    `path` is that of the pages that show the lists, `there` the page to go on to.
    """
    with at.reading() as tx:
        box = mailbox(tx)
    if at.said("send"):
        return _with_codes(at, box, there)
    for site in _sites(at):
        with site.installation.uow(CAIRN, at.site.clock()) as uow:
            seen_by(uow.tx, NOBODY)
            contact = contact_by_code(uow, box, at.said("code"))
        if contact:
            return _shown(at, site, contact, box, path, there)
    return None


def _with_codes(at: Desk, box: str, there: str) -> Response:
    tasks = []
    for site in _sites(at):
        with site.installation.uow(CAIRN, at.site.clock()) as uow:
            seen_by(uow.tx, NOBODY)
            send_codes(uow, box)
        tasks.append(site.installation.settings)
    answer = at.go_to(f"{there}?did=sent")
    answer.background = BackgroundTask(lambda: [nudge(one, at.now) for one in tasks])
    return answer


def _shown(at: Desk, site: Site, contact: int, box: str, path: str, there: str) -> Response:
    """On to the list, with what the other committee signed."""
    said = f"{int((at.now + LASTS).timestamp())}.{contact}.{secrets.token_hex(8)}"
    tokens = {**_tokens(at), _name(site): f"{said}.{_signed(site, said, box)}"}
    answer = at.go_to(f"{there}?did=shown")
    kept = "~".join(f"{name}:{token}" for name, token in tokens.items())
    lasts = int(LASTS.total_seconds())
    answer.set_cookie(COOKIE, kept, max_age=lasts, path=path, secure=True, httponly=True, samesite="lax")
    return answer


def _lists(at: Desk, sites: tuple[Site, ...]) -> Iterator[ListBeside]:
    tokens = _tokens(at)
    for site in sites:
        try:
            with reading(site.installation.engine) as tx:
                seen_by(tx, NOBODY)
                agency = _agency(tx, site, tokens.get(_name(site), ""), at.now)
                own = _own(tx, agency, at.now) if agency else None
        except StorageTrouble:
            agency, own = _name(site), None
        if agency:
            yield ListBeside(site.committee, site.installation.settings.site, own)


def _agency(tx: Connection, site: Site, token: str, now: datetime) -> str:
    """The agency of the contact a committee has signed for; empty where it has not, or the mailbox is another now."""
    said, _, sign = token.rpartition(".")
    until, _, rest = said.partition(".")
    contact = rest.partition(".")[0]
    if not (until.isdecimal() and contact.isdecimal() and now.timestamp() < int(until)):
        return ""
    box = mailbox_of(tx, site.installation.keys, int(contact))
    if not box or not hmac.compare_digest(_signed(site, said, box).encode(), sign.encode()):
        return ""
    return contacts.get(tx, int(contact)).agency


def _own(tx: Connection, agency: str, now: datetime) -> OwnList:
    viewer = Viewer(Actor(name="", role=AGENCY, agency=agency), now).known_in(tx)
    return own_list(tx, agency, viewer, old_links=True)


def _signed(site: Site, said: str, box: str) -> str:
    return site.installation.keys.proof_of(f"list {said} {as_compared(box)}")


def _tokens(at: Desk) -> dict[str, str]:
    """What was signed, by the name of the committee that did."""
    kept = at.request.cookies.get(COOKIE, "").split("~")
    return {name: token for name, _, token in (one.partition(":") for one in kept) if token}


def _name(site: Site) -> str:
    return site.installation.settings.which or "first"


def _sites(at: Desk) -> tuple[Site, ...]:
    """The desks of the other committees; the example has none beside it."""
    return () if at.site.example else tuple(at.request.app.state.beside)
