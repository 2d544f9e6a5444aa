"""What whoever owns the database could do to names, addresses, checkpoints and tables, and what verify says of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from records import accounts, checkpoints, contacts, tokens, webhooks
from records.children import ChildDetails
from records.database import reading, transaction
from states.entry import CAIRN
from states.errors import NotSetUp
from tests.casework import opened
from tests.office import FIFE, shipped_edition
from workflows.installation.key_exchange import bind_addresses
from workflows.verbs.backup import LOG
from workflows.verbs.open import open_case
from workflows.verbs.people import add_child, erase_personal_data
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from records.cases import Case
    from tests.office import Office

CHILD = ChildDetails("Rowan Invented")


def said(office: Office, folder: Path | None = None) -> list[str]:
    verdict = verify(office.engine, keys=office.keys, now=office.now, checkpoint_files=folder)
    return [str(one) for one in verdict.places]


def tamper(office: Office, *statements: str, **values: object) -> None:
    """Change the database as its owner can, with its own checks switched off."""
    off = {"sqlite": "PRAGMA foreign_keys = OFF", "postgresql": "SET session_replication_role = replica"}
    on = {"sqlite": "PRAGMA foreign_keys = ON", "postgresql": "SET session_replication_role = origin"}
    with office.engine.connect() as tx:
        tx.exec_driver_sql(off[tx.dialect.name])
        tx.commit()
        for statement in statements:
            tx.execute(text(statement), values)
        tx.commit()
        tx.exec_driver_sql(on[tx.dialect.name])
        tx.commit()


@pytest.fixture
def named(office: Office) -> Case:
    """A case with two children, and one without any."""
    opened(office)
    ref = opened(office).ref
    office.do(add_child, ref, CHILD)
    case = office.do(add_child, ref, ChildDetails("Skye Invented"))
    assert said(office) == []
    return case


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM child WHERE number = 2", "the row of child 2 is gone"),
        ("UPDATE child SET sealed = '' WHERE number = 1", "the name of child 1 is gone, and no erasure is on record"),
        ("DELETE FROM case_key", "the key to the names of its children is gone, and no erasure is on record"),
        ("UPDATE child SET sealed = 'AAAA' WHERE number = 1", "the name of child 1 is damaged"),
        (
            "UPDATE child SET sealed = (SELECT sealed FROM child WHERE number = 2) WHERE number = 1",
            "the name of child 1 is damaged, or was put there from elsewhere",
        ),
        ("UPDATE case_key SET wrapped = 'AAAA'", "the name of child 2 is damaged"),
        ("INSERT INTO child (case_id, number, sealed) VALUES (1, 1, '')", "there is a row of child 1, and nobody"),
    ],
)
def test_a_name_that_is_gone_or_damaged_with_no_erasure_on_record_is_found(
    office: Office, named: Case, statement: str, what: str
) -> None:
    tamper(office, statement)

    assert any(what in one for one in said(office)), said(office)
    assert named.dossier.children == 2


def test_what_is_wrong_with_names_is_said_in_the_words_of_the_edition(office: Office) -> None:
    office.editions["adults"] = shipped_edition("scotland-adult-learning-review-2022")
    answers = {"notification_form": "file 1", "notified_basis": "died"}
    ref = office.do(open_case, "adults", "notify", answers=answers, agency_of_actor=FIFE).ref
    office.do(add_child, ref, CHILD)

    found = []
    for statement in ("UPDATE child SET sealed = 'AAAA'", "DELETE FROM case_key", "DELETE FROM child"):
        tamper(office, statement)
        found += said(office)

    assert f"{ref}: the name of adult 1 is damaged, or was put there from elsewhere." in found
    assert f"{ref}: the key to the names of its adults is gone, and no erasure is on record." in found
    assert f"{ref}: the row of adult 1 is gone." in found
    assert not [one for one in found if "child" in one]


def test_after_an_erasure_on_record_nothing_may_be_left(office: Office, named: Case) -> None:
    with reading(office.engine) as tx:
        kept = tx.execute(text("SELECT sealed FROM child WHERE number = 1")).scalar_one()
    office.do(erase_personal_data, named.ref, "The time for keeping them is over.")
    assert said(office) == []

    tamper(office, "UPDATE child SET sealed = :kept WHERE number = 1", kept=kept)

    assert said(office) == [f"{named.ref}: the name of child 1 is there, and an erasure is on record."]


def swapped(office: Office) -> None:
    with transaction(office.engine) as tx:
        rows = tx.execute(text("SELECT id, channels FROM contact WHERE id IN (1, 2)"))
        kept = {row.id: row.channels for row in rows}
        for one, other in ((1, 2), (2, 1)):
            tx.execute(text("UPDATE contact SET channels = :kept WHERE id = :one"), {"kept": kept[other], "one": one})


def test_addresses_that_were_exchanged_are_read_by_nobody_and_found(office: Office) -> None:
    swapped(office)

    with reading(office.engine) as tx:
        with pytest.raises(NotSetUp):
            contacts.address(tx, office.keys, 1, "email")
        assert set(contacts.damaged(tx, office.keys)) == {1, 2}


def test_addresses_kept_before_they_were_bound_are_read_then_bound_on_record(office: Office) -> None:
    with transaction(office.engine) as tx:
        where = contacts.address(tx, office.keys, 1, "email")
        old = json.dumps([{"channel": "email", "sealed": office.keys.encrypt_text(where, "contact")}])
        tx.execute(text("UPDATE contact SET channels = :old WHERE id = 1"), {"old": old})
        assert contacts.address(tx, office.keys, 1, "email") == where
        assert bind_addresses(tx, office.keys, office.now) == 0, "nobody is on record as having kept it so"
        from records import contact_log

        contact_log.note_all(tx, "changed", CAIRN, office.now)
        assert bind_addresses(tx, office.keys, office.now) == 1
        assert bind_addresses(tx, office.keys, office.now) == 0
        assert contacts.address(tx, office.keys, 1, "email") == where
    assert said(office) == []
    swapped(office)
    with reading(office.engine) as tx, pytest.raises(NotSetUp):
        contacts.address(tx, office.keys, 2, "email")


def signed(office: Office, folder: Path) -> None:
    with transaction(office.engine) as tx:
        checkpoints.checkpoint(tx, office.keys, folder, office.now)
    office.later(days=1)


def test_the_files_of_checkpoints_are_held_against_the_database(office: Office, tmp_path: Path) -> None:
    opened(office)
    office.deliver()
    for _ in range(3):
        signed(office, tmp_path)
    assert said(office, tmp_path) == []

    (tmp_path / "000002.json").unlink()
    assert said(office, tmp_path) == ["the file of checkpoint 2 is missing."]

    (tmp_path / "000002.json").write_bytes((tmp_path / "000001.json").read_bytes())
    assert said(office, tmp_path) == ["the file 000002.json is not checkpoint 2 as the database has it."]

    (tmp_path / "000002.json").write_text("{}")
    assert said(office, tmp_path) == ["the file 000002.json is no checkpoint as it was signed."]


def test_a_folder_without_any_file_is_said(office: Office, tmp_path: Path) -> None:
    signed(office, tmp_path / "elsewhere")

    verdict = verify(office.engine, keys=office.keys, now=office.now, checkpoint_files=tmp_path)

    assert verdict.ok
    assert "cannot be seen" in verdict.notes[0]


def test_an_older_copy_of_the_database_is_told_by_the_newer_file(office: Office, tmp_path: Path) -> None:
    ref = opened(office).ref
    signed(office, tmp_path)
    opened(office)
    with transaction(office.engine) as tx:
        made = checkpoints.checkpoint(tx, office.keys, None, office.now)
        tx.rollback()
    lost = {**json.loads(made.body)["heads"], "SM-2026-0099": [1, "0" * 64]}
    body = json.dumps({**json.loads(made.body), "heads": lost}, sort_keys=True, separators=(",", ":"))
    checkpoints.write(checkpoints.signed(office.keys, body), tmp_path / "000002.json")

    found = said(office, tmp_path)

    assert any("the checkpoint in 000002.json" in one and "is newer than any in the database" in one for one in found)
    assert any(one.startswith("SM-2026-0099, entry 1: the case is gone") for one in found)
    assert ref


def test_a_backup_brought_back_on_record_is_a_note(office: Office, tmp_path: Path) -> None:
    from records import audit_log

    opened(office)
    office.deliver()
    office.later(days=1)
    with transaction(office.engine) as tx:
        lost = checkpoints.checkpoint(tx, office.keys, None, office.now)
        tx.rollback()
    checkpoints.write(lost, tmp_path / "000001.json")
    made_at = office.now
    made_at = made_at.replace(day=made_at.day - 1)
    office.later(days=1)
    with transaction(office.engine) as tx:
        data = {"made_at": made_at.isoformat()}
        audit_log.append(tx, LOG, "cairn.zip", "restored", CAIRN, office.now, data=data)

    verdict = verify(office.engine, keys=office.keys, now=office.now, checkpoint_files=tmp_path)

    assert verdict.places == ()
    assert "brought back the backup cairn.zip" in " ".join(verdict.notes)


def test_a_trigger_that_is_not_ours_is_named(office: Office) -> None:
    if office.engine.dialect.name == "sqlite":
        tamper(office, "CREATE TRIGGER quiet AFTER INSERT ON attempt BEGIN DELETE FROM task; END")
    else:
        tamper(
            office,
            "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "CREATE TRIGGER quiet BEFORE INSERT ON attempt FOR EACH ROW EXECUTE FUNCTION quiet()",
        )

    assert said(office) == ["there is a trigger quiet that is not Cairn's."]


def test_a_missing_index_key_or_constraint_is_named(office: Office) -> None:
    if office.engine.dialect.name == "sqlite":
        tamper(
            office,
            "DROP INDEX ix_message_mail_id",
            "ALTER TABLE mailbox_read RENAME TO was",
            "CREATE TABLE mailbox_read (name VARCHAR(300) NOT NULL, validity BIGINT NOT NULL, uid BIGINT, read_at X)",
        )
    else:
        tamper(
            office,
            "DROP INDEX ix_message_mail_id",
            "ALTER TABLE mailbox_read DROP CONSTRAINT pk_mailbox_read",
            "ALTER TABLE mailbox_read ALTER COLUMN uid DROP NOT NULL",
        )

    found = said(office)

    assert "the index ix_message_mail_id of the table message is missing or altered." in found
    assert "the primary key of the table mailbox_read is missing or altered." in found
    assert "the column uid of the table mailbox_read is missing or altered." in found


def test_a_case_removed_before_the_first_checkpoint_leaves_what_verify_names(office: Office) -> None:
    gone = opened(office).ref
    opened(office)

    tamper(office, f"DELETE FROM case_file WHERE ref = '{gone}'")

    found = said(office)
    assert f"{gone}: the case is gone: its reference was given to one." in found
    assert "the table history has rows of a case file that is gone (1)." in found


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE api_token SET role = 'chair'", "token 1 is not as entry 1 of the log left it: role."),
        ("UPDATE api_token SET read_only = (1 = 0)", "token 1 is not as entry 1 of the log left it: read only."),
        (
            "UPDATE api_token SET revoked_at = NULL WHERE id = 2",
            "token 2 is not as entry 3 of the log left it: whether it is in use.",
        ),
        ("DELETE FROM api_token WHERE id = 1", "token 1 is gone, which nobody is on record as having done."),
        ("UPDATE webhook SET kinds = ''", "webhook 1 is not as entry 1 of the log left it: kinds."),
        (
            "UPDATE webhook SET active = (1 = 1) WHERE id = 2",
            "webhook 2 is not as entry 4 of the log left it: whether it is in use.",
        ),
    ],
)
def test_what_lets_a_program_in_or_tells_one_is_held_against_its_log(office: Office, change: str, what: str) -> None:
    with transaction(office.engine) as tx:
        account = accounts.add(tx, accounts.Account(0, "l", "L.", ("lead_officer",), ""), CAIRN, office.now, "")
        until = office.now + timedelta(days=9)
        token = tokens.Token(0, "P", account, "lead_officer", True, ("open",), office.now, until)
        for number in (1, 2):
            made, _ = tokens.make(tx, token, CAIRN, "")
            hook, _ = webhooks.make(tx, office.keys, "https://a.example", ("opened",), CAIRN, office.now)
            if number == 2:
                tokens.revoke(tx, made, CAIRN, office.now, "Lost.")
                webhooks.owe_again(tx, hook.id, office.now, CAIRN, office.now, "Missed.")
                webhooks.switch_off(tx, hook.id, CAIRN, office.now, "Done with.")
    assert said(office) == []

    tamper(office, change)

    assert what in said(office)
