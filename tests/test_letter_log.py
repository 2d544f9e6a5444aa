"""What proves that people were told cannot be changed, forged or removed unseen: letters and tries are sealed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from records import audit_log
from records.database import reading, transaction
from records.letter_log import LOG, SEALED, letter_digest
from records.migrations import guarding
from tests.casework import opened
from workflows.messages.deliver import Post, _put_in_envelopes
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from tests.conftest import OfficeAfter
    from tests.office import Office


WORDS = st.text(st.characters(exclude_categories=["Cs"]))
"""What a database can keep: no halves of a pair of surrogates."""


@pytest.fixture
def told(office_after: OfficeAfter) -> Office:
    return office_after(agencies_told)


def agencies_told(office: Office) -> None:
    """A case whose agencies were told of it by letter."""
    opened(office)
    office.deliver()
    assert said(office) == []


def said(office: Office) -> list[str]:
    return [one.what for one in verify(office.engine, keys=office.keys, now=office.now).places]


def tamper(office: Office, *statements: str, **values: object) -> None:
    """Change letters behind their triggers, and put the triggers back."""
    sqlite = office.engine.dialect.name == "sqlite"
    with transaction(office.engine) as tx:
        for table in guarding.LETTER_TABLES:
            names = guarding.sqlite_letter_triggers(table) if sqlite else guarding.postgresql_letter_names(table)
            for name in names:
                tx.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}")))
        names = guarding.sqlite_triggers("attempt") if sqlite else guarding.postgresql_names("attempt")
        for name in names:
            tx.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite else " ON attempt")))
        for statement in statements:
            assert tx.execute(text(statement), values).rowcount > 0
        guarding.put_up(tx)


def test_each_try_is_sealed_with_the_letter_as_it_stood_and_says_nothing_of_it(told: Office) -> None:
    with reading(told.engine) as tx:
        entries = audit_log.entries(tx, LOG)
        tries = tx.execute(text("SELECT count(*) FROM attempt")).scalar_one()
        subjects = tx.execute(text("SELECT subject FROM mail")).scalars().all()

    assert len(entries) == tries > 0
    for entry in entries:
        assert set(entry.data) == {"letter", "status", "ended_at", "tries"}
        assert not any(subject in str(entry.data) for subject in subjects)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE mail SET body = 'Another text.'", "is not as it was sealed"),
        ("UPDATE mail SET subject = 'Another'", "is not as it was sealed"),
        ("UPDATE mail SET contact_id = 1 + contact_id % 2", "is not as it was sealed"),
        ("UPDATE mail SET created_at = :at", "is not as it was sealed"),
        ("UPDATE mail SET message_id = message_id || 'x'", "is not as it was sealed"),
        ("UPDATE message SET created_at = :at WHERE status = 'sent'", "is not as it was sealed"),
        ("UPDATE mail SET ended_at = :at", "did not end as it was sealed"),
        ("UPDATE mail SET status = 'failed'", "did not end as it was sealed"),
        ("UPDATE attempt SET outcome = 'refused'", "has a try that is not as it was sealed (try 1)"),
        ("UPDATE attempt SET at = :at", "has a try that is not as it was sealed (try 1)"),
        ("UPDATE attempt SET detail = 'something else'", "has a try that is not as it was sealed (try 1)"),
        ("DELETE FROM attempt", "has lost a try (try 1)"),
        (
            "INSERT INTO attempt SELECT mail_id, 2, at, outcome, detail FROM attempt WHERE number = 1",
            "has a try that nobody sealed (try 2)",
        ),
    ],
)
def test_whatever_is_changed_of_a_letter_or_a_try_is_found(told: Office, statement: str, what: str) -> None:
    moment = (
        "2026-02-01 09:00:00.000000" if told.engine.dialect.name == "sqlite" else datetime(2026, 2, 1, 9, tzinfo=UTC)
    )
    tamper(told, statement, **({"at": moment} if ":at" in statement else {}))

    assert any(what in one for one in said(told)), said(told)


def test_bytes_put_in_a_file_in_the_place_of_a_text_are_not_what_was_sealed_though_they_spell_the_same() -> None:
    mail = {**dict.fromkeys(SEALED, "text"), "created_at": datetime(2026, 3, 2, tzinfo=UTC)}

    assert letter_digest({**mail, "body": b"text"}, []) != letter_digest(mail, [])


@given(
    st.lists(WORDS | st.integers() | st.none(), min_size=6, max_size=6),
    st.lists(st.lists(WORDS | st.integers() | st.none(), min_size=4, max_size=4), max_size=3),
    st.datetimes(timezones=st.timezones()),
)
def test_a_letters_fingerprint_is_that_of_its_json_as_an_auditor_would_write_it(
    values: list[str | int | None], messages: list[list[str | int | None]], at: datetime
) -> None:
    moment = at.astimezone(UTC).isoformat()
    wanted = json.dumps([[*values, moment], [[*one, moment] for one in messages]], ensure_ascii=False)

    found = letter_digest(
        {**dict(zip(SEALED, values, strict=True)), "created_at": at}, [[*one, at] for one in messages]
    )

    assert found == hashlib.sha256(wanted.encode()).hexdigest()


def test_a_letter_that_was_removed_with_all_its_rows_is_found(told: Office) -> None:
    tamper(told, "DELETE FROM attempt", "UPDATE message SET mail_id = NULL, status = 'overtaken'", "DELETE FROM mail")

    assert any("was tried and is gone" in one for one in said(told))


def test_an_unsent_letter_that_is_passed_off_as_sent_is_refused_and_found(office: Office) -> None:
    opened(office)
    _put_in_envelopes(office.engine, Post(office.relay, office.keys, "cairn.example"), office.now, Counter())
    sent = "UPDATE mail SET status = 'sent'"
    with pytest.raises(DBAPIError, match="append-only once it is sent"), office.engine.begin() as tx:
        tx.execute(text(sent))

    tamper(
        office,
        sent,
        "UPDATE message SET status = 'sent' WHERE mail_id IS NOT NULL",
        "INSERT INTO attempt SELECT id, 1, created_at, 'accepted', 'queued' FROM mail",
        "UPDATE mail SET attempts = 1, ended_at = created_at",
    )

    assert any("was never sealed, and is marked as tried" in one for one in said(office))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE mail SET body = 'Another text.'",
        "UPDATE mail SET status = 'waiting'",
        "UPDATE mail SET ended_at = NULL",
        "DELETE FROM mail WHERE status = 'sent'",
        "UPDATE message SET status = 'overtaken'",
        "UPDATE message SET status = 'withheld'",
        "UPDATE message SET facts = '{}'",
        "DELETE FROM message",
    ],
)
def test_what_was_sent_is_neither_changed_nor_taken_back(told: Office, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only once it is sent"), told.engine.begin() as tx:
        tx.execute(text(statement))


def test_a_protection_of_letters_that_is_missing_is_named(told: Office) -> None:
    sqlite = told.engine.dialect.name == "sqlite"
    with transaction(told.engine) as tx:
        tx.execute(text("DROP TRIGGER mail_keeps_sent_change" if sqlite else "DROP TRIGGER mail_keeps_sent ON mail"))

    (what,) = said(told)
    assert what.startswith("the protection mail_keeps_sent")
