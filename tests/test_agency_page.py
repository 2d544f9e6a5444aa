"""The page an agency answers on: from the letter in its mailbox to the thanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from records import cases, history
from records.database import reading
from tests.agency import FIFE, post_room

if TYPE_CHECKING:
    from collections.abc import Iterator

    from records.cases import Case
    from states.entry import Entry
    from tests.agency import PostRoom
    from tests.desk import Committee

PDF = b"%PDF-1.7\n" + b"x" * 2000


@pytest.fixture
def room(desk: Committee) -> Iterator[PostRoom]:
    with post_room(desk) as one:
        one.enter(FIFE)
        yield one


def case_of(room: PostRoom, ref: str) -> tuple[Case, list[Entry]]:
    with reading(room.committee.here.engine) as tx:
        case = cases.find(tx, ref, to_change=False)
        return case, list(history.entries(tx, case.id))


def test_an_agency_answers_with_a_file_in_four_page_loads_and_is_thanked(room: PostRoom) -> None:
    ref = room.ask(FIFE)
    browser = room.committee.browser()

    shown = browser.get(room.link(FIFE))
    page = browser.send()
    assert (shown.status_code, page.status_code) == (200, 200)
    assert "A first account of what was done." in page.text
    browser.get(f"{page.url.path}/say/answer")
    sent = {"account_given": "yes", "reflection_given": "yes", "your_name": "J. Nurse, lead for child protection"}
    thanks = browser.send(files={"files": ("report.pdf", PDF, "application/pdf")}, **sent)

    assert thanks.status_code == 200
    assert "Thank you" in thanks.text
    case, entries = case_of(room, ref)
    (asked,) = case.dossier.requests.values()
    assert asked.status == "answered"
    last = entries[-1]
    assert last.actor.name.startswith("J. Nurse, lead for child protection, by the link of letter ")
    assert last.actor.agency == FIFE
    assert last.data["files"][0].endswith(":report.pdf")
    assert last.data["files"][0].split(":")[1] in thanks.text
    assert next(one for one in case.dossier.deadlines.values() if one.subject == asked.id).status == "met"
    room.deliver()
    assert "has arrived, thank you" in room.mails(FIFE)[-1]["Subject"]
