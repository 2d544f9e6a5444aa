"""The interface for programs, served by `cairn web`: an answer sent to it, and a long list read from it by cursor."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from sqlalchemy import text

from benchmarks.figures import Figure, in_turn
from benchmarks.stock import copy_case
from config.settings import Settings
from records.case_columns import CASES as TABLE
from records.case_list import IN_ORDER, CaseFilter
from records.database import reading, transaction
from states.entry import Actor
from tests import postgres
from tests.agency import free_port, listens
from tests.desk import ANSWERS, EDITION, PEOPLE, Committee, Here
from tests.patience import until
from tests.test_web_deeds import SCOPE
from workflows.installation.installation import open_installation
from workflows.verbs import request
from workflows.verbs.advance import advance
from workflows.verbs.open import open_case
from workflows.verbs.tokens import make_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.figures import Work

ROUNDS, PIECES, CASES, AT_ONCE = 8, 25, 100_000, 5000
FIFE = "NHS Fife"
SAID = {"information_file": "file 20", "account_given": "yes", "reflection_given": "yes"}


class Line:
    """A program's connection, which is kept."""

    def __init__(self, port: int, token: str) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def read(self, address: str) -> bytes:
        try:
            self.line.request("GET", f"/api/v1{address}", headers=self.headers)
            answer = self.line.getresponse()
        except ConnectionError:  # one that nobody used for a while was closed there
            return self.read(address)
        body = answer.read()
        assert answer.status == http.client.OK, body
        return body

    def post(self, address: str, said: dict[str, Any], seen: int) -> None:
        headers = {**self.headers, "if-match": f'"{seen}"', "idempotency-key": f"{address} {seen}"}
        self.line.request("POST", f"/api/v1{address}", json.dumps(said), headers)
        answer = self.line.getresponse()
        body = answer.read()
        assert answer.status == http.client.OK, body


def measured(folder: Path) -> list[Figure]:
    """Both figures, on one PostgreSQL."""
    with postgres.fresh_database() as url, _served(folder, url) as (committee, line):
        return [_answers(committee, line), _list(committee, line)]


@contextmanager
def _served(folder: Path, url: str) -> Iterator[tuple[Committee, Line]]:
    now, port = datetime.now(UTC), free_port()  # noqa: TID251  a benchmark is a door
    settings = Settings(data=folder / "data", database=SecretStr(url))
    opened = open_installation(settings, now, make=True)
    committee = Committee(Here(opened.settings, opened.engine, opened.keys), now)
    for role in ("administrator", "lead_officer"):
        committee.add(role)
    number = committee.numbers["lead_officer"]
    _, held = committee.acts("administrator", make_token, number, "lead_officer", "A benchmark", known=())
    env = {"CAIRN_DATA": str(settings.data), "CAIRN_DATABASE": url, "CAIRN_WEB_PORT": str(port)}
    command = [sys.executable, "-c", "from web.serving import main; main()"]
    with subprocess.Popen(command, env={**os.environ, **env}) as server:
        until(lambda: listens(port) or server.poll() is not None, "the desk")
        try:
            yield committee, Line(port, held)
        finally:
            server.terminate()
            opened.engine.dispose()


def _asked(committee: Committee, count: int) -> list[str]:
    """Cases of which an agency was asked something."""
    lead = Actor(name=PEOPLE["lead_officer"], role="lead_officer", account=str(committee.numbers["lead_officer"]))
    person, refs = Actor(name="N. Person", role="nominated_person"), []
    for _ in range(count):
        with committee.here.uow(lead, committee.now) as uow:
            ref = open_case(uow, EDITION, "notify", lead=lead.name, answers=ANSWERS, agencies=(FIFE,))[0].ref
        with committee.here.uow(person, committee.now) as uow:
            advance(uow, ref, "request_info", answers=SCOPE)
        with committee.here.uow(lead, committee.now) as uow:
            request.request(uow, ref, "information", (FIFE,))
        refs.append(ref)
    return refs


def _answers(committee: Committee, line: Line) -> Figure:
    lead = Actor(name=PEOPLE["lead_officer"], role="lead_officer", account=str(committee.numbers["lead_officer"]))
    ours, floor = (_asked(committee, ROUNDS * PIECES) for _ in range(2))

    def verb(ref: str) -> None:
        with committee.here.uow(lead, committee.now) as uow:
            request.answer(uow, ref, "R1", answers=SAID, seen=3)

    def posted(ref: str) -> None:
        line.post(f"/cases/{ref}/requests/R1/answer", SAID, 3)

    def each(do: Callable[[str], None], refs: list[str]) -> Callable[[int], Work]:
        return lambda number: lambda: [do(ref) for ref in refs[number * PIECES : (number + 1) * PIECES]] and None

    figures = in_turn(each(posted, ours), each(verb, floor), ROUNDS, PIECES)
    return Figure("an answer, POST to the interface, PostgreSQL", "the verb itself", *figures, reach=1.5)


def _list(committee: Committee, line: Line) -> Figure:
    (ref,) = _asked(committee, 1)
    with transaction(committee.here.engine) as tx:
        copy_case(tx, ref, CASES, deadlines=False)
        tx.execute(text("ANALYZE"))

    def ours(_: int) -> Work:
        def work() -> None:
            count, cursor = 0, ""
            while cursor is not None:
                page = line.read(f"/cases?limit={AT_ONCE}&cursor={cursor}")
                going_on = re.search(rb'"next":"([^"]+)"}$', page[-60:])
                count, cursor = count + page.count(b'"ref":'), going_on[1].decode() if going_on else None
            assert count > CASES

        return work

    def floor(_: int) -> Work:
        def work() -> None:
            count, after = 0, 0
            while True:
                like = CaseFilter().conditions(frozenset())
                asked = IN_ORDER.where(TABLE.c.id > after, *like).order_by(TABLE.c.id).limit(AT_ONCE)
                with reading(committee.here.engine) as tx:
                    rows = tx.execute(asked).all()
                count, after = count + len(rows), rows[-1][0] if rows else after
                if len(rows) < AT_ONCE:
                    break
            assert count > CASES

        return work

    figures = in_turn(ours, floor, 5, 1)
    note = f"{CASES / figures[0]:,.0f} thousand a second; at no less than half the pace of the floor"
    return Figure("100,000 cases by cursor, PostgreSQL", "the same SQL, bare", *figures, reach=2.0, note=note)
