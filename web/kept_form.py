"""A form submitted after the session had ended: kept through signing in, and sent again with one press.

It is carried by the pages themselves, in hidden fields; a file is not, and is attached again.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import FormData

from web.desk import Desk

FIELD, ADDRESS, ACCOUNT = "kept.", "kept_address", "kept_account"
NEVER = frozenset({"form_token", "password", "again", "old", "code"})
"""Fields that are not carried on: secrets, and the token of the session that ended."""
NOT_AGAIN = ("/sign-out", "/sessions/", "/role")
"""Pages from which nothing is worth keeping."""


@dataclass(frozen=True)
class KeptForm:
    """A form that was sent: to which address, by which account, what was in it. Empty where nothing is kept."""

    address: str = ""
    account: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """What stands in the form of the page to sign in on."""
        return tuple((f"{FIELD}{name}", value) for name, value in self.fields)


def kept_of(desk: Desk) -> KeptForm:
    """What was sent to a page before anybody noticed that the session had ended."""
    address = quote(desk.request.url.path)
    query = f"?{desk.request.url.query}" if desk.request.url.query else ""
    fields = tuple(_texts(desk.form, ""))
    lost = not fields or address.startswith(NOT_AGAIN)
    account = desk.said("form_token").partition(".")[0].rpartition("-")[2]
    return KeptForm() if lost else KeptForm(f"{address}{query}", account, fields)


def carried_by(desk: Desk) -> KeptForm:
    """What the page to sign in on carried along."""
    address = desk.said(ADDRESS)
    return KeptForm(address, desk.said(ACCOUNT), tuple(_texts(desk.form, FIELD))) if is_ours(address) else KeptForm()


def is_ours(address: str) -> bool:
    """Whether an address that a browser sent is that of a page of this site, and leads nowhere else."""
    return address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()


def _texts(form: FormData, prefix: str) -> list[tuple[str, str]]:
    found = ((name.removeprefix(prefix), value) for name, value in form.multi_items() if name.startswith(prefix))
    return [(name, value) for name, value in found if isinstance(value, str) and name not in NEVER]
