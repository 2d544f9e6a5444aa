"""An edition is kept under its fingerprint, in the order of its guidance, and read back the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from config import procedures
from records import editions
from records.case_columns import EDITIONS
from records.database import reading, transaction
from records.editions import EditionLibrary
from states.procedure import Procedure, fingerprint
from tests.casework import opened, refused
from workflows.verbs.advance import advance
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from tests.office import Office


@pytest.fixture(autouse=True)
def nothing_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "_procedures", {})


@pytest.mark.parametrize("name", procedures.names())
def test_an_edition_comes_back_in_the_order_of_its_guidance(office: Office, name: str) -> None:
    edition = procedures.load(name)
    with transaction(office.engine) as tx:
        editions.pin_edition(tx, edition)

    with reading(office.engine) as tx:
        found = EditionLibrary(tx).procedure(edition.digest)

    assert (found, found.digest) == (edition, edition.digest)
    for table in ("states", "timescales", "roles", "requests", "registers", "pauses", "sources"):
        assert [*getattr(found, table)] == [*getattr(edition, table)]
    assert verify(office.engine).ok


def test_the_steps_and_the_fields_of_a_case_are_in_the_order_of_the_guidance(office: Office) -> None:
    case = office.case(opened(office).ref)

    assert [*case.procedure.states] == [*office.editions["small"].states]
    assert [*case.procedure.states] == ["notified", "gathering", "deciding", "reviewing", "closed"]
    assert "gather" in refused(office, advance, case.ref, "no_such_step")


def test_the_same_edition_in_another_order_is_the_same_edition(office: Office) -> None:
    small = office.editions["small"]
    turned = Procedure.model_validate(
        {**small.model_dump(by_alias=True), "states": dict(reversed(small.states.items()))}
    )
    with transaction(office.engine) as tx:
        assert editions.pin_edition(tx, small) == editions.pin_edition(tx, turned)

        (kept,) = tx.execute(select(EDITIONS.c.body)).scalars()

    assert turned.written != small.written == kept
    assert fingerprint(turned.written) == fingerprint(kept) == small.digest


@pytest.mark.parametrize("tampered", ["", "{", "{} ", json.dumps({"a": 1}), '{"a":1,"a":1}', '{"limit":1e1}'], ids=repr)
def test_a_line_that_was_not_written_here_has_no_fingerprint(tampered: str) -> None:
    assert fingerprint(tampered) == ""
    assert fingerprint("[]") != ""
