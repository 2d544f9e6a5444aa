"""Tries that come at the same moment are each counted, and of two that come first, one is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from config.meetings import COMMITTEE
from records import accounts, agencies, credentials, form_drafts, incoming, preferences, saved_views, scanned_files
from records.database import transaction
from states.entry import Actor
from states.errors import BadAnswer, NotPossible
from tests.office import FIFE, POLICE
from tests.patience import AT_LENGTH, until
from tests.test_samples_on_record import waits
from workflows.verbs.accounts import retire_account
from workflows.verbs.agencies import merge_agencies, named_agencies
from workflows.verbs.meetings import call_meeting

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from tests.office import Office

KEEPERS = ("administrator",)


def counts(office: Office) -> int:
    with transaction(office.engine) as tx:
        return credentials.count_try(tx, "a link", office.now, office.now - timedelta(minutes=15))


def test_the_first_two_tries_of_a_name_may_come_at_the_same_moment(office: Office) -> None:
    """On PostgreSQL neither sees the other's row before both have looked; on SQLite the second waits to look."""
    since = office.now - timedelta(minutes=15)
    with ThreadPoolExecutor(1) as pool, transaction(office.engine) as tx:
        assert credentials.count_try(tx, "a link", office.now, since) == 1
        other = pool.submit(counts, office)
        if office.engine.dialect.name == "postgresql":
            until(lambda: waits(office), "the second try")
        tx.commit()
        assert other.result(AT_LENGTH) == 2
    with transaction(office.engine) as tx:
        assert not credentials.is_first(tx, "a link", office.now, since)
        assert credentials.is_first(tx, "another", office.now, since)
        later = office.now + timedelta(minutes=30)
        assert credentials.count_try(tx, "a link", later, later - timedelta(minutes=15)) == 1


def keep_all(office: Office) -> str:
    """Everything that is made when it is first kept, and changed from then on."""
    with transaction(office.engine) as tx:
        return kept_all(office, tx, "again")


def kept_all(office: Office, tx: Connection, said: str) -> str:
    (agency,) = named_agencies(office.uow(tx), "Seabird Trust")
    saved_views.keep(tx, 1, "cases", "Mine", said)
    preferences.set_shortcuts(tx, 1, work=said == "again")
    scanned_files.note_clean(tx, "f" * 64, office.now)
    incoming.went_to(tx, "inbox", incoming.Position(1, len(said)), office.now)
    form_drafts.keep(tx, office.keys, 1, "/cases/new", form_drafts.FormDraft((("said", said),), 0, office.now))
    return agency


def test_what_two_keep_for_the_first_time_at_the_same_moment_is_kept_once(office: Office) -> None:
    """On PostgreSQL the second was refused with a traceback: its key was there when it came to write it."""
    with transaction(office.engine) as tx:
        one = accounts.Account(0, "lead", "L. Officer", ("lead_officer",))
        assert accounts.add(tx, one, office.uow(tx).actor, office.now).id == 1
    with ThreadPoolExecutor(1) as pool, transaction(office.engine) as tx:
        assert kept_all(office, tx, "first") == "Seabird Trust"
        other = pool.submit(keep_all, office)
        if office.engine.dialect.name == "postgresql":
            until(lambda: waits(office), "the second")
        tx.commit()
        assert other.result(AT_LENGTH) == "Seabird Trust"
    with transaction(office.engine) as tx:
        assert [one.name for one in agencies.read(tx).all].count("Seabird Trust") == 1
        assert [one.query for one in saved_views.of_account(tx, 1, "cases")] == ["again"]
        assert [row.shortcuts for row in tx.execute(preferences.PREFERENCES.select())] == [True]
        assert (scanned_files.is_clean(tx, "f" * 64), incoming.position(tx, "inbox")) == (
            True,
            incoming.Position(1, 5),
        )
        draft = form_drafts.find(tx, office.keys, 1, "/cases/new", office.now)
        assert draft is not None
        assert draft.typed == (("said", "again"),)


def test_no_agencies_become_each_other_no_last_keepers_retire_each_other_no_meeting_is_called_twice(
    office: Office,
) -> None:
    """Done at the same moment on PostgreSQL, each saw the register as it was: a name was looked for without end."""
    with transaction(office.engine) as tx:
        keepers = [
            accounts.add(
                tx, accounts.Account(0, f"k{number}", f"K. {number}", KEEPERS), office.uow(tx).actor, office.now
            )
            for number in (1, 2)
        ]

    def retire(tx: Connection, one: int) -> None:
        actor = Actor(name="K.", role="administrator", account=str(keepers[one].id))
        retire_account(replace(office.uow(tx), actor=actor), keepers[1 - one].id, "Left.")

    def merge(tx: Connection, one: int) -> None:
        merge_agencies(office.uow(tx), *((FIFE, POLICE) if one else (POLICE, FIFE)), "One of them.")

    def call(tx: Connection, _: int) -> None:
        call_meeting(office.uow(tx), COMMITTEE, office.now.date())

    def other(does: Callable[[Connection, int], None]) -> str:
        try:
            with transaction(office.engine) as tx:
                does(tx, 1)
        except (NotPossible, BadAnswer) as refused:
            return str(refused)
        return ""

    retired, called = "Accounts are kept by somebody", "There is a meeting on 2 March 2026 already"
    for does, says in ((merge, "are one agency already"), (retire, retired), (call, called)):
        with ThreadPoolExecutor(1) as pool, transaction(office.engine) as tx:
            does(tx, 0)
            told = pool.submit(other, does)
            if office.engine.dialect.name == "postgresql":
                until(lambda: waits(office), "the other")
            tx.commit()
            assert says in told.result(AT_LENGTH)
