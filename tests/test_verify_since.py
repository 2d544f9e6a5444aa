"""Verifying what came after a checkpoint: all of that is looked at, nothing before, and it is said which is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from records.checkpoints import checkpoint
from records.database import transaction
from states.errors import BadAnswer, NotFound
from tests.office import FIFE
from tests.test_verify import FIRST, SECOND, found, some_weeks, tamper
from workflows.verbs.open import open_case
from workflows.verbs.request import send_back
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import OfficeAfter
    from tests.office import Office
    from workflows.verification.verify import Verdict

THIRD = "TST-2026-0003"


def and_some_more(office: Office) -> None:
    """A checkpoint; after it something new in the case that is open, one that is opened, and nothing in the other."""
    some_weeks(office)
    office.later(days=1)
    with transaction(office.engine) as tx:
        checkpoint(tx, office.keys, None, office.now)
    office.later(days=1)
    office.do(send_back, FIRST, FIFE, "one page is missing")
    office.do(open_case, "small", answers={"informed_on": "2026-04-01"}, agencies=(FIFE,))
    office.later(days=5)
    office.sweep()
    office.deliver()


@pytest.fixture
def worked(office_after: OfficeAfter) -> Office:
    return office_after(and_some_more)


def since(office: Office, named: str = "1") -> Verdict:
    return verify(office.engine, since=named, keys=office.keys, now=office.now)


def entry(ref: str, which: str) -> str:
    """The condition on the first (min) or the last (max) entry of a case."""
    number = f"(SELECT id FROM case_file WHERE ref = '{ref}')"
    return f"case_id = {number} AND sequence = (SELECT {which}(sequence) FROM history WHERE case_id = {number})"


def test_what_came_after_a_checkpoint_is_looked_at_and_it_is_said_what_was_not(worked: Office) -> None:
    verdict = since(worked)

    assert found(verdict) == []
    assert verdict.cases == 2
    assert verdict.since.startswith("checkpoint 1 (")
    (said,) = verdict.notes
    assert "Only what came after checkpoint 1 (" in said
    assert "Of 1 other case only the end of the history was" in said
    assert "what was recorded before, or changed beside it, was not" in said


AFTER = {
    "an entry of a case that went on": "UPDATE history SET body = replace(body, 'page', 'leaf') "
    "WHERE body LIKE '%one page is missing%'",
    "an old entry of a case that went on": "UPDATE history SET body = replace(body, 'informed', 'told') "
    f"WHERE {entry(FIRST, 'min')}",
    "the last entry of a case that is new": f"DELETE FROM history WHERE {entry(THIRD, 'max')}",
    "the last entry of a case with nothing new": f"DELETE FROM history WHERE {entry(SECOND, 'max')}",
    "an entry put behind a case with nothing new": "INSERT INTO history "
    "SELECT case_id, sequence + 1, kind, recorded_at, happened_on, body, seal FROM history "
    f"WHERE {entry(SECOND, 'max')}",
    "where a case with nothing new says it ends": f"UPDATE case_file SET head = 'x' WHERE ref = '{SECOND}'",
    "the last try of a letter": "DELETE FROM attempt WHERE at = (SELECT max(at) FROM attempt)",
    "the last entry of the log of letters": "UPDATE audit_log SET body = replace(body, 'a', 'b') "
    "WHERE log = 'letters' AND sequence = (SELECT max(sequence) FROM audit_log WHERE log = 'letters')",
}
BEFORE = {
    "an old entry of a case with nothing new": "UPDATE history SET body = replace(body, 'informed', 'told') "
    f"WHERE {entry(SECOND, 'min')}",
    "a letter tried before": "UPDATE mail SET body = 'otherwise' "
    "WHERE id = (SELECT mail_id FROM attempt ORDER BY at, mail_id LIMIT 1)",
    "the first entry of the log of letters": "UPDATE audit_log SET body = replace(body, 'a', 'b') "
    "WHERE log = 'letters' AND sequence = 1",
}


@pytest.mark.parametrize("damage", AFTER)
def test_what_was_tampered_with_after_it_or_in_a_case_that_went_on_is_found(worked: Office, damage: str) -> None:
    tamper(worked, AFTER[damage])

    assert not since(worked).ok


@pytest.mark.parametrize("damage", BEFORE)
def test_what_was_tampered_with_before_it_is_found_only_by_looking_at_all(worked: Office, damage: str) -> None:
    tamper(worked, BEFORE[damage])

    assert since(worked).ok
    assert not verify(worked.engine, keys=worked.keys, now=worked.now).ok


def test_a_case_that_is_gone_and_a_rung_that_was_missed_are_found(worked: Office) -> None:
    ref = f"'{SECOND}'"
    with transaction(worked.engine) as tx:
        tx.execute(text(f"UPDATE case_file SET ref = 'TST-2026-0009' WHERE ref = {ref}"))
        tx.execute(text("UPDATE deadline SET next_action_at = NULL"))
    worked.later(days=60)
    worked.sweep()

    whats = [what for _, _, what in found(since(worked))]

    assert any("the case is gone: checkpoint 1" in what for what in whats)
    assert any("was due from" in what and "was not climbed" in what for what in whats)


def test_the_file_of_a_checkpoint_serves_as_well_and_one_that_was_changed_does_not(
    worked: Office, tmp_path: Path
) -> None:
    with transaction(worked.engine) as tx:
        checkpoint(tx, worked.keys, tmp_path, worked.now)

    assert since(worked, str(tmp_path / "000002.json")).ok
    assert since(worked, "2").logged == 0 < since(worked).logged

    tamper(worked, "UPDATE checkpoint SET body = replace(body, 'TST-2026-0001', 'TST-2026-0007') WHERE number = 1")
    whats = [what for _, _, what in found(since(worked))]
    assert "checkpoint 1 is not as it was signed" in whats


@pytest.mark.parametrize(("ref", "named", "refusal"), [(FIRST, "1", BadAnswer), (None, "9", NotFound)])
def test_one_case_is_looked_at_whole_and_a_checkpoint_must_be_there(
    worked: Office, ref: str | None, named: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        verify(worked.engine, ref=ref, since=named)
