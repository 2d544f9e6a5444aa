"""Tasks and letters at the desk: what waits for a person, closed by what was done; what became of every message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from records.database import reading
from records.outbox import MESSAGES, TASKS
from workflows.messages.deliver import deliver, post_of
from workflows.verbs.letters import record_bounce

if TYPE_CHECKING:
    from tests.desk import Committee


def test_a_task_is_closed_by_saying_what_was_done(desk: Committee) -> None:
    ref = desk.open_case()
    lead = desk.sign_in()
    listed = lead.get("/tasks").text
    address = re.findall(r'href="(/tasks/[0-9a-f]{8})"', listed)[0]
    assert f'href="{address}"' in lead.get("/my-work").text

    lead.get(address)
    assert lead.send(did=" ").status_code == 422
    lead.send(did="Told them by telephone.")

    seen_to = lead.get("/tasks?stand=done").text
    assert "Told them by telephone." in seen_to
    assert address not in lead.get("/tasks").text
    assert "A task was closed" in lead.get(f"/cases/{ref}/history").text
    with reading(desk.here.engine) as tx:
        assert "Told them by telephone." in set(tx.execute(select(TASKS.c.did)).scalars())


def test_a_task_that_is_none_is_said_so_and_an_auditor_closes_none(desk: Committee) -> None:
    desk.open_case()
    auditor = desk.sign_in("auditor")

    assert "Nothing waits for you" in auditor.get("/tasks").text
    assert "Say what was done" not in auditor.get("/tasks?whose=all").text
    assert desk.sign_in().get("/tasks/abcdefgh").status_code == 404


def test_letters_are_shown_with_every_try_and_narrowed_by_what_became_of_them(desk: Committee) -> None:
    desk.enters_contacts()
    ref = desk.asks_agencies()
    lead = desk.sign_in()
    assert "Owed" in lead.get(f"/outbox?ref={ref}").text

    deliver(desk.here.engine, post_of(desk.here.settings, desk.here.keys), desk.now)

    sent = lead.get("/outbox?status=sent").text
    assert "1 attempt" in sent
    assert "accepted" in sent
    assert "No message stands like this: not delivered." in lead.get("/outbox?status=failed").text
    assert lead.get("/outbox?ref=LR-1999-0001").status_code == 404


def test_a_task_about_a_letter_that_came_back_says_why_and_repeats_no_address(desk: Committee) -> None:
    desk.enters_contacts()
    desk.asks_agencies()
    deliver(desk.here.engine, post_of(desk.here.settings, desk.here.keys), desk.now)
    with reading(desk.here.engine) as tx:
        letter = tx.execute(select(MESSAGES.c.id).where(MESSAGES.c.kind == "information_requested")).scalars().first()
    said = "550 5.1.1 <k.example@box.example>: User unknown, says relay.example"

    desk.acts("lead_officer", record_bounce, letter, said)

    listed = desk.sign_in().get("/tasks").text
    assert "There is no such mailbox; 1 message, the last on" in listed
    assert "example@box" not in listed
    assert "relay.example" not in listed
