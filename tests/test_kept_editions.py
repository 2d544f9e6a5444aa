"""An edition is kept under its fingerprint, in the order of its guidance, and read back the same."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from config import procedures
from records import editions
from records.case_columns import EDITIONS
from records.database import reading, transaction
from records.editions import EditionLibrary
from states.errors import NotPossible
from states.procedure import Procedure, fingerprint
from tests.casework import everything, opened, refused
from tests.office import MONDAY
from tests.walking import filled_in
from workflows.verbs.advance import advance
from workflows.verbs.change_edition import move_edition
from workflows.verbs.open import open_case
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from tests.office import Office

SCR = "scotland-scr-2015"
LOCAL = Path(procedures.GUIDANCE).parent / "local" / "example-committee.toml"


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

    kept = edition.model_copy(update={"examples": ()})  # what an edition proves itself by is not kept with its cases
    assert (found, found.digest) == (kept, edition.digest)
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


def test_an_edition_edited_after_it_was_used_has_no_more_cases_and_a_committees_file_may_change(
    office: Office,
) -> None:
    national = procedures.load(SCR)
    first = procedures.load(SCR, LOCAL)
    second = first.model_copy(update={"committee": "Another committee"})
    (move,) = (one for one in national.openings if one.trigger == "submit_notification")
    answers = filled_in(move.fields, {}, {}, MONDAY.date())

    def opens(edition: Procedure) -> str:
        office.editions[SCR] = edition
        with suppress(NotPossible):
            return office.do(open_case, SCR, move.trigger, answers=answers, role="lead_officer").procedure.digest
        return ""

    edited = national.model_copy(update={"title": "Another title"})
    assert [opens(one) for one in (first, second, national)] == [first.digest, second.digest, national.digest]
    before = everything(office)
    assert opens(edited) == ""
    assert f'in a new file with replaces = "{SCR}".' in refused(office, open_case, SCR, move.trigger, answers=answers)
    assert "so no more come under it" in refused(office, move_edition, "SCR-2026-0003", SCR, "To see.")
    assert everything(office) == before
    assert opens(national) == national.digest
    assert verify(office.engine).ok
