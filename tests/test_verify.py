"""An untouched record verifies; whatever is changed behind its back is found, and named."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from records import chain, checkpoints
from records.database import reading, transaction
from records.keys import MasterKey
from records.migrations import guarding as triggers
from states.errors import BadCheckpoint, NotFound, StorageTrouble
from tests.casework import asked, gathering, messages
from tests.office import FIFE, POLICE, small_edition
from workflows.verbs.advance import advance
from workflows.verbs.change_edition import move_edition
from workflows.verbs.correct import correct
from workflows.verbs.extend import ask_extension, grant_extension
from workflows.verbs.open import open_case
from workflows.verbs.pause import end_pause, order_pause
from workflows.verbs.people import erase_personal_data
from workflows.verbs.request import answer, decline, promise, redirect, request, send_back
from workflows.verification.replay import Discrepancy
from workflows.verification.unreadable import looked_through
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import OfficeAfter
    from tests.office import Office
    from workflows.verification.verify import Verdict

FIRST, SECOND = "TST-2026-0001", "TST-2026-0002"


ON_A_FILE = pytest.mark.parametrize("office_after", ["sqlite"], indirect=True)
"""Damage of which there is none on a server."""


@pytest.fixture
def worked(office_after: OfficeAfter) -> Office:
    return office_after(some_weeks)


def some_weeks(office: Office) -> None:
    """A case with a silent agency and a hold, and one that is closed."""
    ref = office.do(open_case, "small", answers={"informed_on": "2026-03-01"}, agencies=(FIFE, POLICE)).ref
    office.later(hours=2)
    office.do(advance, ref, "gather")
    office.do(request, ref, "report", (FIFE, POLICE))
    other = office.do(open_case, "small", answers={"informed_on": "2026-03-02"}, agencies=(FIFE,)).ref
    office.do(advance, other, "gather")
    office.do(request, other, "report", (FIFE,))
    for _ in range(3):
        office.later(days=5)
        office.sweep()
        office.deliver()
    office.do(answer, ref, FIFE)
    office.do(advance, other, "consider", override="no report is wanted")
    office.do(advance, other, "decide_none", role="chair", reason="the criteria are not met")
    for _ in range(5):
        office.later(days=5)
        office.sweep()
        office.deliver()


def tamper(office: Office, *statements: str, **values: object) -> None:
    """Change the record behind its triggers, and put the triggers back."""
    with transaction(office.engine) as tx:
        for table in triggers.APPEND_ONLY:
            names = triggers.sqlite_triggers(table) if sqlite(office) else triggers.postgresql_names(table)
            for name in names:
                tx.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite(office) else f" ON {table}")))
        for table in triggers.LETTER_TABLES:
            names = triggers.sqlite_letter_triggers(table) if sqlite(office) else [f"{table}_keeps_sent"]
            for name in names:
                tx.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite(office) else f" ON {table}")))
        for statement in statements:
            assert tx.execute(text(statement), values).rowcount != 0
        triggers.put_up(tx)


def sqlite(office: Office) -> bool:
    return office.engine.dialect.name == "sqlite"


def found(verdict: Verdict) -> list[tuple[str, int, str]]:
    return [(place.ref, place.sequence, place.what) for place in verdict.places]


def says(office: Office, *words: str, ref: str = FIRST, sequence: int | None = None) -> bool:
    verdict = verify(office.engine)
    assert not verdict.ok
    return any(
        place.ref == ref and sequence in (None, place.sequence) and all(word in place.what for word in words)
        for place in verdict.places
    )


def reseal(office: Office, ref: str, change: dict[int, str]) -> None:
    """Write a history anew from its bodies, some of them changed, with seals that fit."""
    with reading(office.engine) as tx:
        number = tx.execute(text("SELECT id FROM case_file WHERE ref = :ref"), {"ref": ref}).scalar_one()
        bodies = tx.execute(text(f"SELECT sequence, body FROM history WHERE case_id = {number} ORDER BY 1")).all()
    seal = chain.beginning(ref)
    for sequence, kept in bodies:
        body = change.get(sequence, kept)
        seal = chain.seal(seal, body)
        where = f"WHERE case_id = {number} AND sequence = {sequence}"
        tamper(office, f"UPDATE history SET body = :body, seal = :seal {where}", body=body, seal=seal)
    tamper(office, f"UPDATE case_file SET head = :seal WHERE id = {number}", seal=seal)


def test_an_untouched_record_verifies(worked: Office) -> None:
    steps: list[tuple[int, int]] = []

    verdict = verify(worked.engine, progress=lambda done, of: steps.append((done, of)))

    assert found(verdict) == []
    assert verdict.ok
    assert (verdict.cases, steps) == (2, [(1, 2), (2, 2)])
    assert verdict.entries > 10
    assert verdict.rungs >= 7
    assert verdict.messages >= 10


def test_an_empty_record_verifies(office: Office) -> None:
    assert verify(office.engine).ok


def test_every_kind_of_entry_replays(worked: Office) -> None:
    do = worked.do
    do(order_pause, FIRST, "proceedings", "Procurator Fiscal", "asked", stops=("report",), role="chair")
    worked.later(days=10)
    worked.sweep()
    do(end_pause, FIRST, "P1", "the trial is over", role="chair")
    do(ask_extension, FIRST, "report/R2", 5, "the author was ill", name="A lead officer")
    do(grant_extension, FIRST, "E1", role="chair")
    do(promise, FIRST, POLICE, (worked.now + timedelta(days=3)).date())
    do(send_back, FIRST, FIFE, "one page is missing")
    do(redirect, FIRST, POLICE, "Education", "the school knows")
    do(decline, FIRST, "Education", "nothing is held")
    do(correct, FIRST, 1, "a slip of the pen", answers={"informed_on": "2026-02-28"})
    do(correct, FIRST, 2, "it was a day later", happened_on=(worked.now - timedelta(days=30)).date())
    worked.editions["next"] = small_edition(name="next-review", title="The next edition")
    do(move_edition, FIRST, "next", "the guidance was replaced")
    do(erase_personal_data, FIRST, "the time to keep it has run out")
    worked.later(days=40)
    worked.sweep()
    worked.deliver()

    assert found(verify(worked.engine)) == []
    assert verify(worked.engine, ref=FIRST.lower()).cases == 1


def test_sweeps_far_apart_and_dates_met_between_them_are_no_fault(office: Office) -> None:
    ref = asked(office, agencies=(FIFE,)).ref
    office.sweep()
    office.later(days=20)
    office.do(answer, ref, FIFE)
    office.later(days=20)
    office.sweep()
    office.deliver()

    assert found(verify(office.engine)) == []


@pytest.mark.parametrize("column", ["body", "seal"])
def test_a_changed_entry_is_found(worked: Office, column: str) -> None:
    change = "REPLACE(body, 'gather', 'gathef')" if column == "body" else "REPLACE(seal, substr(seal, 1, 1), 'x')"
    tamper(worked, f"UPDATE history SET {column} = {change} WHERE case_id = 1 AND sequence = 2")

    assert says(worked, "not as it was sealed", sequence=2)


def test_an_entry_that_is_no_entry_any_more_is_found(worked: Office) -> None:
    tamper(worked, "UPDATE history SET body = 'gone' WHERE case_id = 1 AND sequence = 3")

    assert says(worked, "cannot be replayed", sequence=3)


@pytest.mark.parametrize("change", ["kind = 'x'", "happened_on = '2026-01-01'", "recorded_at = '2026-01-01 10:00'"])
def test_a_changed_lookup_column_is_found(worked: Office, change: str) -> None:
    tamper(worked, f"UPDATE history SET {change} WHERE case_id = 1 AND sequence = 2")

    assert says(worked, "the columns of entry 2", sequence=2)


def test_an_entry_taken_out_is_found(worked: Office) -> None:
    tamper(worked, "DELETE FROM history WHERE case_id = 1 AND sequence = 2")

    assert says(worked, "entry 2 is missing", sequence=2)


def test_a_tail_taken_off_is_found(worked: Office) -> None:
    tamper(worked, "DELETE FROM history WHERE case_id = 1 AND sequence > 3")

    assert says(worked, "the history ends at entry 3", sequence=3)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("state = 'closed'", "state"),
        ("lead = 'Somebody else'", "lead"),
        ("version = 99", "version"),
        ("next_due_on = NULL", "next_due_on"),
        ("dossier = REPLACE(dossier, 'NHS Fife', 'NHS Fifi')", "dossier"),
        ("opened_on = '2020-01-01'", "the day the case was opened"),
    ],
)
def test_a_changed_case_is_found(worked: Office, change: str, column: str) -> None:
    tamper(worked, f"UPDATE case_file SET {change} WHERE id = 1")

    assert says(worked, column)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("UPDATE deadline SET due_on = '2027-01-01' WHERE case_id = 1 AND key = 'report/R2'", "report/R2"),
        ("UPDATE deadline SET status = 'met' WHERE case_id = 1 AND key = 'report/R2'", "report/R2"),
        ("DELETE FROM deadline WHERE case_id = 1 AND key = 'report/R2'", "missing from the diary"),
        ("UPDATE deadline SET key = 'other' WHERE case_id = 1 AND key = 'form'", "date other"),
    ],
)
def test_a_changed_diary_is_found(worked: Office, change: str, word: str) -> None:
    tamper(worked, change)

    assert says(worked, word)


def test_a_date_that_would_not_wake_the_sweep_is_found(office: Office) -> None:
    ref = office.do(open_case, "small", answers={"informed_on": "2026-03-01"}, agencies=(FIFE,)).ref
    tamper(office, "UPDATE deadline SET next_action_at = NULL WHERE key = 'form'")

    assert says(office, "form would not be looked at", ref=ref)


def test_a_rung_that_no_sweep_climbed_is_found(office: Office) -> None:
    ref = office.do(open_case, "small", answers={"informed_on": "2026-03-01"}, agencies=(FIFE,)).ref
    tamper(office, "UPDATE deadline SET next_action_at = NULL WHERE key = 'form'")
    office.later(days=9)
    office.sweep()

    assert says(office, "rung 0 of form (2026-03-08) was due", "not climbed", ref=ref)


def test_a_rung_left_out_once_is_found_though_the_date_was_met_since(office: Office) -> None:
    for _ in range(2):
        office.do(open_case, "small", answers={"informed_on": "2026-03-01"}, agencies=(FIFE,))
    tamper(office, "UPDATE deadline SET next_action_at = NULL WHERE case_id = 1")
    for _ in range(2):
        office.later(days=7)
        office.sweep()
    office.later(days=1)
    office.do(advance, FIRST, "gather")
    office.later(days=1)
    office.sweep()

    assert says(office, "rung 0 of form (2026-03-08) was due", "not climbed")


def test_a_removed_rung_is_found(worked: Office) -> None:
    tamper(worked, "DELETE FROM rung_climbed WHERE case_id = 1 AND key = 'report/R2' AND rung = 0")

    assert says(worked, "rung 0 of report/R2", "missing or changed")


def test_a_rung_that_nobody_climbed_is_found(worked: Office) -> None:
    moment = "'2026-03-09 09:00:00.000000'" if sqlite(worked) else "'2026-03-09 09:00:00+00'"
    values = (
        f"(1, 'form', '2026-03-08', 1, 0, {'1' if sqlite(worked) else 'true'}, {'0' if sqlite(worked) else 'false'}"
    )
    tamper(worked, f"INSERT INTO rung_climbed VALUES {values}, {moment}, 2)")

    assert says(worked, "rung 1 of form", "no entry answers for")


def test_a_rung_climbed_before_its_time_is_found(worked: Office) -> None:
    with reading(worked.engine) as tx:
        wanted = "SELECT sequence, body FROM history WHERE case_id = 1 AND kind = 'chased' ORDER BY sequence LIMIT 1"
        sequence, body = tx.execute(text(wanted)).one()
    data = json.loads(body)
    data["data"]["rung"] = 4
    reseal(worked, FIRST, {sequence: json.dumps(data, sort_keys=True, separators=(",", ":"))})

    assert says(worked, "climbed when it was not due", sequence=sequence)


def test_a_removed_message_is_found(worked: Office) -> None:
    tamper(worked, "DELETE FROM message WHERE case_id = 1 AND sequence = 3 AND kind = 'information_requested'")

    assert says(worked, "'information_requested' to NHS Fife is missing", sequence=3)


def test_a_removed_message_of_a_rung_is_found(worked: Office) -> None:
    tamper(worked, "DELETE FROM message WHERE case_id = 1 AND kind = 'escalation'")

    assert says(worked, "'escalation'", "nobody was told")


def test_a_message_that_reached_nobody_is_answered_for_by_word_of_it(office: Office) -> None:
    ref = gathering(office, agencies=("Education",)).ref
    office.deliver()
    assert verify(office.engine).ok

    tamper(office, "DELETE FROM unreached")

    assert says(office, "'case_alerted' to Education is missing", ref=ref)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE message SET status = 'owed', mail_id = NULL WHERE case_id = 1 AND sequence = 1", "should have gone"),
        ("UPDATE message SET mail_id = NULL WHERE case_id = 1 AND sequence = 1", "has no letter"),
        ("UPDATE mail SET status = 'waiting'", "has waited in its letter for too long"),
        ("UPDATE mail SET status = 'failed'", "is not marked as its letter is"),
        ("DELETE FROM attempt", "no channel accepted it"),
        ("UPDATE mail SET attempts = 7", "tries that are not on record"),
        ("UPDATE message SET contact_id = CASE contact_id WHEN 1 THEN 2 ELSE 1 END", "is in a letter to somebody else"),
        ("UPDATE message SET status = 'gone' WHERE case_id = 1", "is marked as nothing that a message can be"),
    ],
)
def test_a_message_that_is_stuck_or_only_said_to_be_sent_is_found(worked: Office, change: str, words: str) -> None:
    tamper(worked, change)

    assert says(worked, words)


def test_a_missing_or_altered_trigger_is_found(worked: Office) -> None:
    name = "history_refuses_delete" if sqlite(worked) else "history_refuses_change"
    with transaction(worked.engine) as tx:
        tx.execute(text(f"DROP TRIGGER {name}" if sqlite(worked) else f"ALTER TABLE history DISABLE TRIGGER {name}"))

    assert says(worked, name, ref="")
    assert not verify(worked.engine, ref=FIRST).ok


@pytest.mark.parametrize(("table", "what"), [("edition", "edition"), ("calendar_version", "calendar")])
def test_an_edition_or_calendar_that_is_gone_or_misnamed_is_found_by_a_process_that_knows_it(
    worked: Office, table: str, what: str
) -> None:
    assert verify(worked.engine).ok
    tamper(worked, f"UPDATE {table} SET name = 'another'")
    assert says(worked, f"the {what} another", "calls itself otherwise", ref="")
    tamper(worked, f"DELETE FROM {table}")

    assert says(worked, f"cannot be replayed (The {what} with fingerprint", "is not in this database", sequence=1)


@pytest.mark.parametrize("table", ["edition", "calendar_version"])
def test_a_changed_edition_or_calendar_is_found(worked: Office, table: str) -> None:
    tamper(worked, f"UPDATE {table} SET body = REPLACE(body, 'a', 'e')")

    assert says(worked, "is not as it was when it was used", ref="")


def test_a_case_can_be_verified_alone(worked: Office) -> None:
    tamper(worked, "UPDATE case_file SET lead = 'Somebody else' WHERE id = 1")

    assert not verify(worked.engine, ref=FIRST).ok
    assert verify(worked.engine, ref=SECOND).ok
    with pytest.raises(NotFound, match="There is no case"):
        verify(worked.engine, ref="TST-2026-0099")


@pytest.fixture
def lodged(worked: Office, tmp_path: Path) -> Path:
    """Lend a checkpoint that a partner keeps, of the record before it was tampered with; ours is lost."""
    with transaction(worked.engine) as tx:
        checkpoints.checkpoint(tx, worked.keys, tmp_path / "kept", worked.now)
    tamper(worked, "DELETE FROM checkpoint")
    return tmp_path / "kept" / "000001.json"


def test_a_record_that_only_grew_agrees_with_an_earlier_checkpoint(worked: Office, lodged: Path) -> None:
    worked.do(answer, FIRST, POLICE)

    assert found(verify(worked.engine, against=lodged, keys=worked.keys)) == []


def test_a_deleted_tail_with_the_case_put_back_is_found_against_a_checkpoint(worked: Office, lodged: Path) -> None:
    last = worked.case(FIRST).dossier.sequence
    tamper(worked, f"DELETE FROM history WHERE case_id = 1 AND sequence = {last}")

    whats = [place.what for place in verify(worked.engine, against=lodged).places if place.ref == FIRST]

    assert f"entry {last} is gone: the checkpoint in 000001.json (11 April 2026) saw it" in whats


def test_a_deleted_case_is_found_against_a_checkpoint(worked: Office, lodged: Path) -> None:
    for table in ("message", "deadline", "rung_climbed", "history"):
        tamper(worked, f"DELETE FROM {table} WHERE case_id = 2")
    tamper(worked, "DELETE FROM case_file WHERE id = 2")

    alone, verdict = verify(worked.engine), verify(worked.engine, against=lodged)

    assert [place.ref for place in alone.places if "the case is gone" in place.what] == [SECOND]
    assert {place.ref for place in verdict.places if "the case is gone" in place.what} == {SECOND}
    assert not verify(worked.engine, ref=SECOND, against=lodged).ok


def test_a_history_written_anew_is_found_against_a_checkpoint(worked: Office, lodged: Path) -> None:
    with reading(worked.engine) as tx:
        body = tx.execute(text("SELECT body FROM history WHERE case_id = 2 AND sequence = 2")).scalar_one()
    reseal(worked, SECOND, {2: body.replace("The lead officer", "The load officer")})

    whats = [place.what for place in verify(worked.engine, against=lodged).places if place.ref == SECOND]

    assert any("is not the one that the checkpoint in 000001.json" in what for what in whats)


def test_a_checkpoint_of_another_installation_is_named(worked: Office, tmp_path: Path) -> None:
    with transaction(worked.engine) as tx:
        theirs = checkpoints.checkpoint(tx, MasterKey(b"x" * 32), None, worked.now)
        tx.rollback()
    checkpoints.write(theirs, tmp_path / "kept" / "000001.json")

    verdict = verify(worked.engine, against=tmp_path / "kept" / "000001.json", keys=worked.keys)

    assert found(verdict) == [("", 0, "the checkpoint in 000001.json is signed with a key that is not ours")]


@pytest.mark.parametrize("damage", ["", "{}", "[1]", '{"checkpoint": {"heads": 7}, "signature": 1, "public_key": 2}'])
def test_a_damaged_checkpoint_file_is_one_sentence(worked: Office, lodged: Path, damage: str) -> None:
    lodged.write_text(damage)

    with pytest.raises(BadCheckpoint, match="is not a checkpoint, or is damaged"):
        verify(worked.engine, against=lodged)


def test_a_changed_or_missing_checkpoint_file_is_one_sentence(worked: Office, lodged: Path) -> None:
    lodged.write_text(lodged.read_text().replace("TST-2026-0001", "TST-2026-0009"))

    with pytest.raises(BadCheckpoint, match="not as it was signed"):
        verify(worked.engine, against=lodged)
    with pytest.raises(StorageTrouble):
        verify(worked.engine, against=lodged.with_name("none.json"))


def test_what_our_own_checkpoints_saw_must_still_be_there(worked: Office) -> None:
    with transaction(worked.engine) as tx:
        checkpoints.checkpoint(tx, worked.keys, None, worked.now)
    with reading(worked.engine) as tx:
        body = tx.execute(text("SELECT body FROM history WHERE case_id = 2 AND sequence = 2")).scalar_one()
    reseal(worked, SECOND, {2: body.replace("The lead officer", "The load officer")})

    assert says(worked, "is not the one that checkpoint 1 (11 April 2026) saw", ref=SECOND)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE checkpoint SET body = REPLACE(body, '000', '001') WHERE number = 2", "checkpoint 2"),
        ("UPDATE checkpoint SET body = 'gone' WHERE number = 2", "checkpoint 2 cannot be read"),
        ("UPDATE checkpoint SET at = '2020-01-01 00:00' WHERE number = 2", "checkpoint 2 cannot be read"),
        ("DELETE FROM checkpoint WHERE number = 2", "before checkpoint 3 is missing"),
        ("DELETE FROM checkpoint WHERE number = 1", "before checkpoint 2 is missing"),
    ],
)
def test_a_changed_or_missing_checkpoint_is_found(worked: Office, change: str, words: str) -> None:
    for _ in range(3):
        worked.later(days=1)
        worked.sweep()
        worked.deliver()
        with transaction(worked.engine) as tx:
            checkpoints.checkpoint(tx, worked.keys, None, worked.now)
    assert found(verify(worked.engine, keys=worked.keys)) == []

    tamper(worked, change)

    assert says(worked, words, ref="")


def test_checkpoints_signed_with_a_strange_key_are_named(worked: Office) -> None:
    with transaction(worked.engine) as tx:
        checkpoints.checkpoint(tx, MasterKey(b"x" * 32), None, worked.now)

    assert found(verify(worked.engine, keys=worked.keys)) == [("", 0, "checkpoint 1 is signed with another key")]


def test_a_broken_promise_is_known_to_the_replay_and_missed_where_nobody_was_told(
    office: Office,
) -> None:
    ref = asked(office).ref
    office.do(promise, ref, FIFE, date(2026, 3, 20))
    office.deliver()
    office.now = datetime(2026, 3, 21, 10, tzinfo=UTC)
    office.sweep()
    assert len(messages(office, kind="promise_broken")) == 1
    assert verify(office.engine).ok

    tamper(office, "UPDATE message SET kind = 'canary' WHERE kind = 'promise_broken'")

    assert "the message 'promise_broken' to NHS Fife is missing" in str(verify(office.engine).places)


@ON_A_FILE
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET sequence = 'last' WHERE sequence = 4 AND case_id = 1",
        "UPDATE audit_log SET sequence = 'last' WHERE sequence = 2",
        "UPDATE numbering SET last = 'none'",
        "UPDATE numbering SET series = CAST(series AS BLOB)",
        "UPDATE calendar_version SET body = CAST(body AS BLOB)",
        "UPDATE case_file SET sequence = CAST('4' AS BLOB)",
        f"UPDATE case_file SET ref = CAST(ref AS BLOB) WHERE ref = '{FIRST}'",
        "UPDATE rung_climbed SET at = 'noon'",
        "UPDATE mail SET body = CAST(body AS BLOB)",
        "UPDATE attempt SET detail = CAST(detail AS BLOB)",
    ],
)
def test_a_value_that_no_server_takes_is_found_in_a_file_and_all_else_is_still_looked_at(
    office_after: OfficeAfter, statement: str
) -> None:
    office = office_after(some_weeks)
    tamper(office, statement, f"UPDATE case_file SET lead = 'Nobody' WHERE ref = '{SECOND}'")

    found = [one.what for one in verify(office.engine, keys=office.keys, now=office.now).places]

    assert len(found) > 1
    assert "the case's lead is not what its history adds up to" in found


@ON_A_FILE
def test_a_round_whose_last_moment_cannot_be_read_is_taken_as_never_finished(office_after: OfficeAfter) -> None:
    office = office_after(some_weeks)
    tamper(office, "UPDATE beat SET at = '2026-02-30 noon'")

    assert verify(office.engine, keys=office.keys).ok


def test_a_database_that_goes_away_ends_the_look_and_is_no_fault_of_the_record() -> None:
    def away() -> Iterator[Discrepancy]:
        yield Discrepancy("", 0, "something")
        raise StorageTrouble("It is away.")

    with pytest.raises(StorageTrouble, match="It is away"):
        list(looked_through("the letters", away()))
