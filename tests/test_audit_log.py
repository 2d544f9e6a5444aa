"""The audit log: numbered and sealed like a history, guarded, covered by checkpoints, verified, and in every backup."""

from __future__ import annotations

import hashlib
import json
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from records import audit_log
from records.audit_log import AUDIT_LOG
from records.backup import backup, restore
from records.checkpoints import checkpoint, read
from records.database import connect, reading, transaction
from records.migrations import guarding
from states.entry import Actor
from states.errors import StorageTrouble
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from tests.office import Office

OFFICER = Actor(name="A. Lead", role="lead_officer")


def noted(office: Office, log: str, subject: str, kind: str = "added") -> audit_log.AuditEntry:
    with transaction(office.engine) as tx:
        return audit_log.append(tx, log, subject, kind, OFFICER, office.now, data={"hours": "09:00-17:00"})


def told(office: Office) -> list[str]:
    return [str(place) for place in verify(office.engine, keys=office.keys, now=office.now).places]


def tamper(office: Office, statement: str, **values: object) -> None:
    with transaction(office.engine) as tx:
        drops = {
            "sqlite": [f"DROP TRIGGER audit_log_refuses_{what}" for what in ("update", "delete", "replace")],
            "postgresql": ["ALTER TABLE audit_log DISABLE TRIGGER audit_log_refuses_change"],
        }
        for drop in drops[tx.dialect.name]:
            tx.execute(text(drop))
        tx.execute(text(statement), values)
        guarding.put_up(tx)


def test_each_log_numbers_its_own_entries_and_gives_them_back_by_subject(office: Office) -> None:
    noted(office, "shelves", "1")
    noted(office, "boxes", "1")
    noted(office, "shelves", "2", "moved")

    with reading(office.engine) as tx:
        found = audit_log.entries(tx, "shelves")
        about = audit_log.entries(tx, "shelves", subject="2")

    assert [(one.sequence, one.subject, one.kind) for one in found] == [(1, "1", "added"), (2, "2", "moved")]
    assert [one.sequence for one in about] == [2]
    assert (about[0].actor, about[0].recorded_at, about[0].data) == (OFFICER, office.now, {"hours": "09:00-17:00"})


def test_anybody_can_recompute_the_seals(office: Office) -> None:
    noted(office, "shelves", "1")
    noted(office, "shelves", "2")

    ours = select(AUDIT_LOG.c.body, AUDIT_LOG.c.seal).where(AUDIT_LOG.c.log == "shelves")
    rows = office.rows(ours.order_by(AUDIT_LOG.c.sequence))

    before = hashlib.sha256(b"cairn log shelves").hexdigest()
    for body, seal in rows:
        before = hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
        assert seal == before
        assert body == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET kind = 'x'", "DELETE FROM audit_log"])
def test_an_entry_is_never_changed_or_removed(office: Office, statement: str) -> None:
    noted(office, "shelves", "1")

    with pytest.raises(StorageTrouble), transaction(office.engine) as tx:
        tx.execute(text(statement))


def test_what_is_taken_back_leaves_no_gap(office: Office) -> None:
    with transaction(office.engine) as tx:
        audit_log.append(tx, "shelves", "1", "added", OFFICER, office.now)
        tx.rollback()

    assert noted(office, "shelves", "1").sequence == 1
    assert told(office) == []


def test_those_who_write_at_once_are_given_numbers_one_after_another(office: Office) -> None:
    started = [Thread(target=noted, args=(office, "shelves", str(one))) for one in range(8)]

    for one in started:
        one.start()
    for one in started:
        one.join()

    mine = select(AUDIT_LOG.c.sequence).where(AUDIT_LOG.c.log == "shelves").order_by(AUDIT_LOG.c.sequence)
    assert [row[0] for row in office.rows(mine)] == [*range(1, 9)]
    assert told(office) == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE audit_log SET body = replace(body, '09:00', '08:00') WHERE sequence = 2", "entry 2 is not as it was"),
        ("UPDATE audit_log SET actor = 'B. Other' WHERE sequence = 2", "entry 2 is looked up by what it does not say"),
        ("DELETE FROM audit_log WHERE sequence = 2", "entry 2 is missing"),
        ("DELETE FROM audit_log WHERE sequence = 3", "it ends at entry 2, and 3 were given a number"),
        ("DELETE FROM audit_log", "it ends at entry 0, and 3 were given a number"),
    ],
)
def test_verify_names_what_was_tampered_with(office: Office, statement: str, what: str) -> None:
    for one in "123":
        noted(office, "shelves", one)
    assert told(office) == []

    tamper(office, statement)

    assert any(f"the shelves log: {what}" in one for one in told(office)), told(office)


def test_a_log_written_anew_or_cut_short_is_told_by_a_checkpoint(office: Office, tmp_path: Path) -> None:
    noted(office, "shelves", "1")
    noted(office, "shelves", "2")
    with transaction(office.engine) as tx:
        checkpoint(tx, office.keys, tmp_path, office.now)
    noted(office, "shelves", "3")
    assert told(office) == []
    assert read(tmp_path / "000001.json").logs["shelves"][0] == 2

    tamper(office, "DELETE FROM audit_log WHERE sequence > 1 AND log = 'shelves'")
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE numbering SET last = 1 WHERE series = 'audit shelves'"))

    assert told(office) == ["the shelves log: checkpoint 1 (2 March 2026) saw another entry 2."]


def test_a_backup_carries_it(office: Office, tmp_path: Path) -> None:
    noted(office, "shelves", "1")
    backup(office.engine, tmp_path / "all.zip", office.now, {})
    other = connect(f"sqlite:///{tmp_path / 'other.db'}")

    restore(other, tmp_path / "all.zip", office.now, {})

    with transaction(other) as tx:
        assert [one.subject for one in audit_log.entries(tx, "shelves")] == ["1"]
        assert audit_log.append(tx, "shelves", "2", "added", OFFICER, office.now).sequence == 2
    other.dispose()
