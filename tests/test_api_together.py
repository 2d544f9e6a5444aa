"""What programs send at once: done once under one key and answered alike, and nobody is kept waiting by a stranger."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

import pytest
from pydantic import SecretStr
from sqlalchemy import QueuePool, func, insert, select, text

from config.settings import Settings
from records import need_to_know, tokens
from records.cases import CASES
from records.database import reading, transaction
from records.history_tables import Numbering
from records.meeting_tables import MeetingRow
from records.metadata import table_of
from records.need_to_know import INTERESTS, RECOMMENDATIONS
from tests import postgres
from tests.desk import ANSWERS, EDITION, NOON, Committee, new_desk
from tests.patience import until
from tests.program import Program, program
from tests.test_web_deeds import gathering, kept
from web.api.operations import operations
from web.app import PAGES
from workflows.verbs.tokens import revoke_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from httpx2 import Response
    from starlette.routing import Route

ANSWER = {"information_file": "file 20", "account_given": True, "reflection_given": True}
ROLES = ("administrator", "lead_officer", "nominated_person")
MEETINGS = table_of(MeetingRow)
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.fixture(params=["sqlite", "postgresql"])
def staffed_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Committee]:
    """Lend a desk with two people, on a database of either kind."""
    if request.param == "sqlite":
        with new_desk(Settings(data=tmp_path / "data"), ROLES) as committee:
            yield committee
        return
    with (
        postgres.fresh_database(postgres.database_with_tables()) as url,
        new_desk(Settings(data=tmp_path / "data", database=SecretStr(url)), ROLES) as committee,
    ):
        yield committee


def at_once(desk: Committee, held: Any, *posts: Callable[[], Response]) -> list[Response]:
    """What several are answered that all wait for the same row, which is held until they do."""

    def waiting() -> int:
        with reading(desk.here.engine) as tx:
            return int(tx.execute(WAITING).scalar_one())

    with ThreadPoolExecutor(len(posts)) as pool:
        with transaction(desk.here.engine) as tx:
            tx.execute(held.with_for_update())
            asked = [pool.submit(one) for one in posts]
            if tx.dialect.name == "postgresql":
                until(lambda: waiting() == len(posts), "all to wait")
            else:
                time.sleep(0.2)  # SQLite does not tell: whichever comes late is a repeat, and answered as one
        return [one.result() for one in asked]


def test_of_two_that_send_the_same_at_once_one_does_it_and_both_are_answered_alike(staffed_desk: Committee) -> None:
    desk = staffed_desk
    lead, ref = program(desk), gathering(desk)
    asked = {"what": "information", "agencies": ["NHS Fife"]}
    assert lead.post(f"/cases/{ref}/requests", asked, seen=2).status_code == 200

    def answers() -> Response:
        return lead.post(f"/cases/{ref}/requests/R1/answer", ANSWER, seen=3, key="one")

    first, second = at_once(desk, select(CASES.c.id).where(CASES.c.ref == ref), answers, answers)

    assert (first.status_code, first.text, first.headers["etag"]) == (200, second.text, second.headers["etag"])
    assert sorted("idempotent-replayed" in one.headers for one in (first, second)) == [False, True]
    assert kept(desk, ref).dossier.sequence == 4


def test_of_two_that_send_something_else_at_once_one_is_done_and_the_other_is_told_so(staffed_desk: Committee) -> None:
    desk = staffed_desk
    lead, _ = program(desk), gathering(desk)
    said = {"edition": EDITION, "step": "notify", "agency": ["NHS Fife"], **ANSWERS}
    other = {**said, "agency": ["Police Scotland"]}

    def opens(form: dict[str, Any]) -> Callable[[], Response]:
        return lambda: lead.post("/cases/new", form, key="two")

    answers = at_once(desk, select(table_of(Numbering).c.last), opens(said), opens(said), opens(other))

    opened = [one for one in answers if one.status_code == 201]
    assert len({one.text for one in opened}) == 1
    assert sum("idempotent-replayed" not in one.headers for one in opened) == 1
    assert {one.json()["type"] for one in answers if one not in opened} <= {"urn:cairn:problem:key-taken"}
    with reading(desk.here.engine) as tx:
        assert tx.execute(select(func.count()).select_from(CASES)).scalar_one() == 2


def test_whatever_is_answered_no_transaction_stays_open_and_a_stranger_waits_for_nobody_who_writes(
    staffed_desk: Committee,
) -> None:
    desk = staffed_desk
    lead, ref = program(desk), gathering(desk)
    shut = program(desk)
    root, said = f"/cases/{ref}/requests", {"what": "information", "agencies": ["NHS Fife"]}
    keeper, stranger = program(desk, "administrator"), Program(lead.client, "cairn_x")

    with transaction(desk.here.engine) as tx:
        tx.execute(select(CASES.c.id).with_for_update())
        assert stranger.post(root, said, seen=2).status_code == 401
    answers = [
        lead.post(root, {**said, "agencies": 7}, seen=2),
        lead.post(root, said, seen=2, trial="yes"),
        lead.post(root, said, seen=2, key="a"),
        lead.post(root, said, seen=2, key="a"),
        lead.post(root, said, seen="none"),
        lead.get(f"/cases/{ref}"),
        lead.get("/cases"),
        lead.get("/cases", cursor="x"),
        lead.post("/cases/LR-2026-0999/requests", said, seen=2),
        keeper.post(root, said, seen=3),
        stranger.get("/cases"),
    ]
    assert [one.status_code for one in answers] == [422, 200, 200, 200, 412, 200, 200, 422, 404, 403, 401]

    with reading(desk.here.engine) as tx:
        found = tokens.find(tx, shut.token)
    assert found is not None
    desk.acts("administrator", revoke_token, found.id, "It is no longer used.")
    assert shut.post(root, said, seen=3).status_code == 401, "in the transaction in which it would be done"
    pool = desk.app.state.site.installation.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0


def test_whatever_case_may_be_kept_from_a_program_is_looked_at_closely_and_no_other(staffed_desk: Committee) -> None:
    desk = staffed_desk
    kept_case, shut, after_kept, after_shut, unmarked = refs = [desk.open_case() for _ in range(5)]
    person, lead = desk.numbers["nominated_person"], desk.numbers["lead_officer"]
    of_person = program(desk, "nominated_person")
    with transaction(desk.here.engine) as tx:
        ids = {row.ref: row.id for row in tx.execute(select(CASES.c.id, CASES.c.ref))}
        tx.execute(insert(MEETINGS), {"id": 1, "body": "x", "held_on": NOON.date(), "status": "held", "state": "{}"})
        tx.execute(insert(INTERESTS), {"case_id": ids[shut], "account_id": person, "meeting_id": 1})
        tx.execute(insert(INTERESTS), {"case_id": ids[unmarked], "account_id": lead, "meeting_id": 1})
        need_to_know.name_for(tx, ids[kept_case], [lead])
        for ref, of in ((after_kept, kept_case), (after_shut, shut)):
            tx.execute(insert(RECOMMENDATIONS), {"case_id": ids[ref], "of_ref": of, "text": "Write it down."})

    for ref in (*refs, "LR-2026-0999"):
        with reading(desk.here.engine) as tx:
            found = tokens.let_in(tx, of_person.token, ref, every_case=False)
            kept_from = ref in need_to_know.hidden_from(tx, str(person))
        assert found is not None
        assert found.may_be_kept is kept_from is (ref in {kept_case, shut, after_kept, after_shut}), ref
        assert of_person.get(f"/cases/{ref}").status_code == (
            403 if ref == shut else 200 if ref == unmarked else 404
        ), ref


def test_an_address_with_a_nul_is_that_of_nothing(staffed_desk: Committee) -> None:
    desk, given = staffed_desk, re.compile(r"\{[a-z_]+(:[a-z]+)?\}")
    lead, officer = program(desk), desk.sign_in()

    of_programs = {one.address for one in operations() if one.method == "GET" and "{" in one.address}
    pages = (cast("Route", one) for page in PAGES for one in page.router.routes)
    of_people = {one.path for one in pages if "{" in one.path and "GET" in (one.methods or ())}
    answers = {
        (kind, address): asks(given.sub("LR-2026-0001%00", address)).status_code
        for kind, asks, addresses in (("api", lead.get, of_programs), ("desk", officer.client.get, of_people))
        for address in addresses
    }

    assert {kind for kind, _ in answers} == {"api", "desk"}
    assert {what: code for what, code in answers.items() if code >= 500} == {}
    assert answers["api", "/cases/{ref}"] == answers["desk", "/cases/{ref}"] == 404
