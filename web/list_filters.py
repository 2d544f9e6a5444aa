"""Filters of a list, kept in the query of its address, and saved as a view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from records.saved_views import SavedView, of_account
from web.desk import Desk

LISTS: Mapping[str, tuple[str, ...]] = {
    "my-work": ("whose", "agency", "phase", "group"),
    "tasks": ("whose", "stand"),
    "outbox": ("status", "ref"),
    "cases": ("which", "due", "agency", "phase", "lead"),
    "recommendations": ("which", "look", "agency", "level"),
}
"""What each list can be filtered by, under the name of its page. The number of the page of a list is not among it."""


@dataclass(frozen=True)
class ListFilters:
    """The filters of a list, and the views of it that somebody saved."""

    page: str
    said: Mapping[str, str]
    views: tuple[SavedView, ...]

    @property
    def query(self) -> str:
        """What is said, as it stands in the address."""
        return query_of(self.page, self.said)

    def address(self, **other: object) -> str:
        """The list filtered as it is, but for these: an empty one takes a filter out."""
        said = {**self.said, **{name: str(value) for name, value in other.items()}}
        asked = query_of(self.page, said, *other)
        return f"/{self.page}{'?' if asked else ''}{asked}"


def list_filters(desk: Desk, page: str) -> ListFilters:
    """The filters in the address that was asked for."""
    said = {name: desk.request.query_params.get(name, "") for name in LISTS[page]}
    with desk.reading() as tx:
        views = of_account(tx, desk.signed_in.account.id, page)
    return ListFilters(page, said, views)


def query_of(page: str, said: Mapping[str, str], *more: str) -> str:
    """Filters as the query of an address: nothing empty, and nothing that the list does not know."""
    names = dict.fromkeys((*LISTS[page], *more))
    return urlencode([(name, said[name]) for name in names if said.get(name)])
