"""An agency's own list as a page: everything that is open for it, and when it has that by mail."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from workflows.messages.agency_digest import DAYS, day_chosen
from workflows.messages.open_for_agency import OpenLine, open_for_agency
from workflows.views.viewer import Viewer


@dataclass(frozen=True)
class OwnList:
    """What is open for an agency, the most urgent first; `when` is the day it chose to have it by mail, of `days`."""

    agency: str
    lines: tuple[OpenLine, ...]
    when: str
    days: tuple[tuple[str, str], ...] = tuple(DAYS.items())


def own_list(
    tx: Connection, agency: str, viewer: Viewer, *, of_case: int = 0, old_links: bool = False, unlinked: bool = False
) -> OwnList:
    """The list of an agency, for the reader of a letter about a case; see `open_for_agency` for what it is led to."""
    lines = open_for_agency(tx, agency, viewer, of_case=of_case, old_links=old_links, unlinked=unlinked)
    return OwnList(agency, lines, day_chosen(tx, agency))
