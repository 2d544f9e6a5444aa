"""How agencies learn whom a case is about: by telephone, or on the page of their letter after a code by mail.

The lead officer says it of a case; of all others the installation's setting holds. Who said it is in a log.
"""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection

from records import audit_log

LOG = "agencies_learn"
TELEPHONE, PAGE = "telephone", "page"
WAYS = {
    TELEPHONE: "Whoever leads the case tells them by telephone",
    PAGE: "The page of their letter shows it, after a code by mail",
}
"""The ways there are, and how each is called."""


class Setting(Protocol):
    """What an installation says of all cases."""

    @property
    def shows_child(self) -> bool:
        """Whether the page of a letter shows it."""


def way_set(tx: Connection, ref: str) -> str:
    """How agencies learn it for this case: one of `WAYS`; empty where nobody has said."""
    said = audit_log.entries(tx, LOG, subject=ref)
    return said[-1].kind if said else ""


def is_shown(tx: Connection, ref: str, setting: Setting) -> bool:
    """Whether the page of a letter about this case shows it."""
    way = way_set(tx, ref)
    return way == PAGE if way else setting.shows_child
