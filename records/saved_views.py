"""Lists as people narrowed them and gave them a name: each account has its own, and nobody else sees them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from records.database import set_row
from records.desk_tables import SavedViewRow
from records.metadata import table_of

VIEWS = table_of(SavedViewRow)


@dataclass(frozen=True)
class SavedView:
    """A saved view: what narrows the list of a page, as it stands in the address."""

    id: int
    page: str
    name: str
    query: str


def of_account(tx: Connection, account_id: int, page: str) -> tuple[SavedView, ...]:
    """The views that an account has saved of a page, by name."""
    columns = (VIEWS.c.id, VIEWS.c.page, VIEWS.c.name, VIEWS.c.query)
    wanted = select(*columns).where(VIEWS.c.account_id == account_id, VIEWS.c.page == page).order_by(VIEWS.c.name)
    return tuple(SavedView(**row) for row in tx.execute(wanted).mappings())


def keep(tx: Connection, account_id: int, page: str, name: str, query: str) -> None:
    """Save a view; one of the same name is what it now is."""
    set_row(tx, VIEWS, {"account_id": account_id, "page": page, "name": name}, {"query": query})


def remove(tx: Connection, account_id: int, number: int) -> bool:
    """Remove one of an account's own views; False where it has none of that number."""
    own = delete(VIEWS).where(VIEWS.c.account_id == account_id, VIEWS.c.id == number)
    return tx.execute(own).rowcount == 1
