"""Sessions, invitations and counted tries as they are kept, on either database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from records import accounts, credentials, sent_forms, sessions
from records.accounts import Account
from records.credentials import CREDENTIALS, INVITATIONS
from records.database import reading, transaction
from records.keys import MasterKey
from records.sessions import SESSIONS
from states.entry import CAIRN
from tests.casework import opened
from workflows.verbs.record_reading import is_on_record, record_reading

if TYPE_CHECKING:
    from tests.office import Office


def account(office: Office) -> int:
    with transaction(office.engine) as tx:
        return accounts.add(tx, Account(0, "lead", "A. Lead", ("lead_officer",)), CAIRN, office.now).id


def test_a_session_is_found_by_what_the_browser_holds_and_by_nothing_that_is_kept(office: Office) -> None:
    number = account(office)
    with transaction(office.engine) as tx:
        token = sessions.begin(tx, number, "lead_officer", "A browser", office.now)

    with reading(office.engine) as tx:
        (kept,) = tx.execute(select(SESSIONS.c.id)).scalars()
        let_in = sessions.let_in(tx, token, "", office.now)
        assert let_in is not None
        found = let_in.session
        assert (found.account_id, found.role, found.browser) == (number, "lead_officer", "A browser")
        assert sessions.let_in(tx, kept, "", office.now) is None
        assert sessions.let_in(tx, token, "", office.now + sessions.IDLE) is None
    with transaction(office.engine) as tx:
        sessions.end_all(tx, number)
        assert sessions.let_in(tx, token, "", office.now) is None


def test_a_session_ends_twelve_hours_after_it_began_however_often_it_is_used_and_with_its_role(office: Office) -> None:
    number = account(office)
    with transaction(office.engine) as tx:
        token = sessions.begin(tx, number, "lead_officer", "", office.now)
        of_another_role = sessions.begin(tx, number, "chair", "", office.now)
        found = sessions.let_in(tx, token, "", office.now)
        assert found is not None
        sessions.touch(tx, found.session, office.now + sessions.LONGEST - timedelta(minutes=30))
        ends = [office.now + sessions.LONGEST - timedelta(seconds=1), office.now + sessions.LONGEST]
        assert [sessions.let_in(tx, token, "", moment) is None for moment in ends] == [False, True]
        assert sessions.let_in(tx, of_another_role, "", office.now) is None


def test_sessions_that_ended_by_themselves_leave_no_row(office: Office) -> None:
    number = account(office)
    with transaction(office.engine) as tx:
        sessions.begin(tx, number, "lead_officer", "", office.now)
        sessions.begin(tx, number, "lead_officer", "", office.now + sessions.LONGEST + sessions.IDLE)
        assert len(tx.execute(select(SESSIONS.c.id)).all()) == 1


def test_a_code_is_good_once_until_its_day_and_a_newer_one_voids_it(office: Office) -> None:
    number, until = account(office), office.now + timedelta(days=1)
    with transaction(office.engine) as tx:
        for whose in (number, None):
            credentials.invite(tx, "first", whose, until)
            credentials.invite(tx, "second", whose, until)
            assert credentials.invitation(tx, "first", office.now) is None
            found = credentials.invitation(tx, "second", office.now)
            assert found is not None
            assert found.account_id == whose
            assert credentials.invitation(tx, "second", until) is None
            credentials.use_up(tx, "second")
            assert credentials.invitation(tx, "second", office.now) is None
        assert tx.execute(select(INVITATIONS.c.code)).all() == []


def test_tries_are_counted_within_their_time(office: Office) -> None:
    later = office.now + timedelta(hours=1)
    with transaction(office.engine) as tx:
        assert [credentials.count_try(tx, "name lead", office.now, office.now) for _ in range(3)] == [1, 2, 3]
        assert credentials.count_try(tx, "name other", office.now, office.now) == 1
        assert credentials.count_try(tx, "name lead", later, later) == 1
        credentials.forget_tries(tx, ["name lead"])
        assert credentials.count_try(tx, "name lead", later, later) == 1


def test_the_secret_of_an_app_is_kept_encrypted_and_a_lost_key_forgets_it(office: Office) -> None:
    number = account(office)
    with transaction(office.engine) as tx:
        credentials.keep(tx, office.keys, number, "hash", "SECRET", 7)
        assert "SECRET" not in str(tx.execute(select(CREDENTIALS)).all())
        found = credentials.of_account(tx, office.keys, number)
        assert found is not None
        assert (found.secret, repr(found)) == ("SECRET", f"Credential({number}, not shown)")
        assert [credentials.use_step(tx, number, step) for step in (7, 8, 8)] == [False, True, False]
        assert credentials.forget_unreadable(tx, office.keys) == 0
        assert credentials.forget_unreadable(tx, MasterKey(b"o" * 32)) == 1
        assert credentials.with_credentials(tx) == frozenset()


def test_what_is_read_within_half_an_hour_is_one_reading(office: Office) -> None:
    ref = opened(office).ref
    with transaction(office.engine) as tx:
        uow = office.uow(tx)
        record_reading(uow, ref, "case")
        record_reading(uow, "TST-2026-9999", "case")
        assert is_on_record(tx, uow.actor, ref, "case", office.now + timedelta(minutes=29))
        assert not is_on_record(tx, uow.actor, ref, "case_history", office.now)
        assert not is_on_record(tx, uow.actor, ref, "case", office.now + timedelta(minutes=30))
        assert not is_on_record(tx, office.uow(tx, "chair").actor, ref, "case", office.now)
        assert not is_on_record(tx, uow.actor, "TST-2026-9999", "case", office.now)


def test_a_form_that_was_sent_is_known_for_as_long_as_it_is_kept(office: Office) -> None:
    after = [timedelta(), timedelta(minutes=5), sent_forms.KEPT_FOR, sent_forms.KEPT_FOR + timedelta(seconds=1)]
    with transaction(office.engine) as tx:
        assert [sent_forms.is_first(tx, "key", office.now + one) for one in after] == [True, False, False, True]
