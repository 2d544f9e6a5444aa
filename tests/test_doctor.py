"""`cairn doctor`: what is well, what is wrong, and what to do about it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text, update

from cli.command_lines import worded
from config import procedures
from config.calendar_files import NATIONAL
from config.settings import Settings
from records import contacts, heartbeats
from records.cases import CASES
from records.children import ChildDetails
from records.database import connect, reading, transaction
from records.upgrade import upgrade
from tests.casework import asked, opened
from tests.mailserver import MailServer
from tests.office import FIFE, MONDAY, POLICE, Office
from workflows.checks import Look
from workflows.installation import operation_checks, setup_checks
from workflows.installation.doctor import Finding, doctor
from workflows.installation.held_folder import alone
from workflows.installation.prefect_api import address_file, auth_file
from workflows.messages.channel_check import canary
from workflows.verbs.agencies import add_agency
from workflows.verbs.open import open_case
from workflows.verbs.people import add_child

if TYPE_CHECKING:
    from pathlib import Path

RAISED = {"lead_informed_on": "2026-03-02", "others_safe": "yes"}
NOTIFIED = {"notification_form": "file 1", "notified_criteria": ["harmed"]}
RELAY = "smtp://mail.committee.example?from=cairn@committee.example"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the office's installation, with its key."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    chosen = Settings(data=data)
    chosen.key_file.write_text((b"k" * 32).hex())
    chosen.key_file.chmod(0o600)
    return chosen


def with_(settings: Settings, **changes: Any) -> Settings:
    return settings.model_copy(update=changes)


def faults(found: tuple[Finding, ...]) -> list[str]:
    return [finding.sentence for finding in found if not finding.ok]


def beaten(office: Office, *names: str, ago: timedelta = timedelta(minutes=1)) -> None:
    with transaction(office.engine) as tx:
        for name in names:
            heartbeats.beat(tx, name, office.now - ago)


def test_an_installation_in_order_has_no_fault_and_every_fault_a_remedy(office: Office, settings: Settings) -> None:
    opened(office)
    beaten(office, "sweep", "deliver", "checkpoint", "backup")
    found = doctor(office.engine, settings, office.now)

    assert faults(found) == ["1 open case goes by small-review as it was, not as its file now has it."]
    assert all(finding.remedy for finding in found if not finding.ok)
    assert not found[0].ok


def test_what_has_not_been_done_lately_is_a_fault(office: Office, settings: Settings) -> None:
    opened(office)
    office.later(days=2)
    beaten(office, "sweep", "deliver", ago=timedelta(minutes=16))
    beaten(office, "backup", ago=timedelta(hours=27))

    said = faults(doctor(office.engine, settings, office.now))

    assert "The last sweep ended well 16 minutes ago." in said
    assert "The last round of delivery ended well 16 minutes ago." in said
    assert "The last backup ended well 1 day ago." in said
    assert "The first checkpoint is still to come." in said
    assert "No Prefect server runs here." in said


def test_a_channel_that_stopped_answering_is_named_with_what_it_said(office: Office, settings: Settings) -> None:
    with MailServer() as server:
        office.relay = f"smtp://127.0.0.1:{server.port}?from=cairn@committee.example&tls=never"
        for refused in ({}, {"lead_officer.committee@example.org": "451 Try later"}):
            server.refuse = refused
            with transaction(office.engine) as tx:
                canary(tx, office.now)
            office.deliver()
            office.later(days=7)

    (said,) = [one for one in faults(doctor(office.engine, settings, office.now)) if "has not answered" in one]

    assert said.startswith(
        "The channel email to the lead officer has not answered since 9 March 2026, 10:00 "
        "(last accepted 2 March 2026, 10:00): "
    )
    assert "451" in said


def test_people_who_cannot_be_reached_are_named_by_their_place(office: Office, settings: Settings) -> None:
    opened(office)
    with transaction(office.engine) as tx:
        contacts.trouble(tx, 1, office.now)
        lead = contacts.reachable(tx, office.now.date()).in_role("lead_officer")
        assert lead is not None
        contacts.retire(tx, lead.id)

    said = faults(doctor(office.engine, settings, office.now))

    assert "There is no lead officer who can be reached today." in said
    assert "The first contact of NHS Fife could not be reached since 2 March 2026, 10:00." in said
    assert "NHS Fife, on 1 open case, has no contact who can be reached today." in said
    assert not [one for one in said if one.startswith(POLICE)]


def test_a_clock_that_was_set_back_is_found(office: Office, settings: Settings) -> None:
    opened(office)

    said = faults(doctor(office.engine, settings, office.now - timedelta(days=1)))

    assert "The clock stands before the last entry of the history (2 March 2026, 10:00)." in said


def test_messages_that_do_not_go_out_are_counted(office: Office, settings: Settings) -> None:
    opened(office)

    assert "1 message should have gone more than an hour ago." in faults(
        doctor(office.engine, settings, office.now + timedelta(hours=2))
    )


def test_a_trigger_that_is_gone_is_found(office: Office, settings: Settings) -> None:
    with transaction(office.engine) as tx:
        if tx.dialect.name == "sqlite":
            name = tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalar()
            tx.execute(text(f"DROP TRIGGER {name}"))
        else:
            tx.execute(text("ALTER TABLE history DISABLE TRIGGER ALL"))

    assert any("The history is not protected" in one for one in faults(doctor(office.engine, settings, office.now)))


def test_a_key_that_does_not_fit_is_found_before_anything_is_sent(office: Office, settings: Settings) -> None:
    settings.key_file.write_text((b"x" * 32).hex())

    assert any(
        "cannot be read with this master key" in one for one in faults(doctor(office.engine, settings, office.now))
    )
    assert not any("the names of cases" in one for one in faults(doctor(office.engine, settings, office.now)))


def test_a_key_that_the_names_were_not_encrypted_with_is_said_plainly(office: Office, settings: Settings) -> None:
    office.do(add_child, opened(office).ref, ChildDetails("A. Invented"))
    settings.key_file.write_text((b"x" * 32).hex())

    (found,) = [one for one in doctor(office.engine, settings, office.now) if "the names of cases" in one.sentence]

    assert not found.ok
    assert "Cases, dates, reminders and the history work" in found.sentence
    assert "cairn keys lost" in worded(found.remedy)


def test_recommendations_that_the_search_has_lost_are_counted(
    office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = [f"REC-2026-{number:04}" for number in range(1, 8)]
    monkeypatch.setattr("records.search.not_found_by", lambda _: iter(lost))

    (found,) = [one for one in doctor(office.engine, settings, office.now) if "The search" in one.sentence]

    assert found.sentence == f"The search does not find 7 recommendations ({', '.join(lost[:5])} and others)."
    assert "cairn recommendation reindex" in worded(found.remedy)


def test_a_national_calendar_that_lacks_a_holiday_or_has_one_more_is_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [one.ok for one in setup_checks.national_calendars(settings)] == [True]
    text = (NATIONAL / "scotland.toml").read_text()
    head, *days = text.split("[[holiday]]")
    more = '\nday = 2026-09-21\nname = "Proclaimed late"\n'
    for file in NATIONAL.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "scotland.toml").write_text("[[holiday]]".join([head, *days[7:], more]))
    monkeypatch.setattr("config.calendar_files.NATIONAL", tmp_path)

    lacks, has = setup_checks.national_calendars(settings)

    assert lacks.sentence.startswith("The calendar scotland lacks 1 January 2012 (New Year's Day (Scotland)), ")
    assert lacks.sentence.endswith("2 more, which the holidays package knows of.")
    assert "cairn calendar apply FILE" in worded(lacks.remedy)
    assert has.ok
    assert has.sentence == (
        "The calendar scotland has 21 September 2026 (Proclaimed late (Scotland)), "
        "which the holidays package does not know of."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"relay": SecretStr(RELAY)}, "Mail may leave unencrypted."),
        ({"relay": SecretStr(RELAY)}, "Mail would carry the made-up domain cairn.example."),
        ({"relay": SecretStr("smtp://s3cret")}, "The mail relay does not say who mail is from"),
        ({"rehearsal": True}, "The clock can be set by anybody"),
        ({"committee": "nowhere"}, "There is no file of the committee's own"),
        ({"alarm_roles": ("convener",)}, "There is no convener who can be reached today."),
    ],
)
def test_a_setting_that_would_embarrass_is_named_without_its_secret(
    office: Office, settings: Settings, change: dict[str, Any], said: str
) -> None:
    found = faults(doctor(office.engine, with_(settings, **change), office.now))

    assert any(one.startswith(said) for one in found)
    assert not [one for one in found if "s3cret" in one]


def test_files_that_others_may_read_are_named(office: Office, settings: Settings) -> None:
    settings.key_file.chmod(0o644)
    settings.data.chmod(0o755)

    found = doctor(office.engine, settings, office.now)

    assert f"Run chmod 600 {settings.key_file}." in [worded(one.remedy) for one in found]
    assert f"Run chmod 700 {settings.data}." in [worded(one.remedy) for one in found]


def test_a_key_that_is_missing_is_a_fault_and_a_key_in_the_settings_is_not(office: Office, settings: Settings) -> None:
    settings.key_file.unlink()

    assert any("There is no master key" in one for one in faults(doctor(office.engine, settings, office.now)))
    given = with_(settings, master_key=SecretStr((b"k" * 32).hex()))
    assert not [one for one in faults(doctor(office.engine, given, office.now)) if "key" in one]


def test_a_case_whose_edition_has_another_file_by_now_is_named(office: Office, settings: Settings) -> None:
    opened(office)
    with transaction(office.engine) as tx:
        tx.execute(update(CASES).values(edition="scotland-scr-2015"))

    (said,) = [one for one in faults(doctor(office.engine, settings, office.now)) if "goes by" in one]

    assert said == "1 open case goes by scotland-scr-2015 as it was, not as its file now has it."


def test_a_prefect_server_that_does_not_answer_is_a_fault(
    office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")

    assert "Prefect's server does not answer." in faults(doctor(office.engine, settings, office.now))


def test_cairn_that_is_starting_or_runs_is_not_to_be_started(office: Office, settings: Settings) -> None:
    def told() -> dict[str, str]:
        with reading(office.engine) as tx:
            look = Look(tx, settings, office.now)
            found = [*operation_checks.rounds(look), *operation_checks.prefect_server(look)]
        return {finding.sentence: finding.remedy.words for finding in found if not finding.ok}

    sweep = "The first sweep is still to come."
    assert told()[sweep].startswith("Start Cairn")
    with alone(settings, "stop it"):
        assert (told()[sweep], told()["Prefect's server is not there yet."]) == (operation_checks.LOOK_AGAIN.words,) * 2
        address_file(settings).parent.mkdir()
        for file in (address_file(settings), auth_file(settings)):
            file.write_text("http://127.0.0.1:1/api")
        assert told()[sweep].endswith(f"{settings.data}/logs says why.")
    address_file(settings).unlink()
    assert told()["No Prefect server runs here."].startswith("Start Cairn")


def test_an_empty_an_unreadable_and_a_locked_database_are_each_one_sentence(tmp_path: Path, settings: Settings) -> None:
    empty = connect(f"sqlite:///{tmp_path / 'empty.db'}")
    (tmp_path / "broken.db").write_bytes(b"this is no database" * 100)
    broken = connect(f"sqlite:///{tmp_path / 'broken.db'}")
    locked = connect(f"sqlite:///{tmp_path / 'locked.db'}", wait=0.05)
    upgrade(locked, None, MONDAY)

    assert any("There is no Cairn here" in said for said in faults(doctor(empty, settings, MONDAY)))
    assert not (tmp_path / "empty.db").exists()
    assert any("not a database or is damaged" in one for one in faults(doctor(broken, settings, MONDAY)))
    with closing(sqlite3.connect(tmp_path / "locked.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert any("database is busy" in one for one in faults(doctor(locked, settings, MONDAY)))
    for engine in (empty, broken, locked):
        engine.dispose()


def test_a_disk_that_is_nearly_full_is_a_fault(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_checks, "ENOUGH_ROOM", 1 << 62)

    (found,) = setup_checks.room_on_disk(settings)

    assert not found.ok
    assert "nearly full" in found.sentence


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5, minutes=50), "5 hours"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(age: timedelta, said: str) -> None:
    assert operation_checks._ago(age) == said


def test_an_agency_with_a_calendar_that_nobody_is_of_is_named(
    office: Office, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.settings.LOCAL", tmp_path)
    agencies = "".join(f'[agencies."{name}"]\ncalendar = "england"\n' for name in (POLICE, "NHS Fief"))
    (tmp_path / "leith.toml").write_text(f'committee = "Leith"\n{agencies}')

    said = faults(doctor(office.engine, with_(settings, committee="leith"), office.now))

    assert [one for one in said if "calendar" in one] == [
        "The committee's file gives NHS Fief a calendar, and no contact is of an agency of that name."
    ]


def test_a_fault_of_the_committees_file_is_said_once_however_many_editions_it_lies_over(
    office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ours.toml").write_text('committee = "Ours"\ncalender = "scotland"\n')
    monkeypatch.setattr("config.settings.LOCAL", tmp_path)
    office.editions |= {name: procedures.load(name) for name in ("scotland-scr-2015", "scotland-learning-review-2024")}
    office.do(open_case, "scotland-scr-2015", "inform_lead", answers=RAISED, role="designated_person")
    office.do(open_case, "scotland-learning-review-2024", "notify", answers=NOTIFIED, agency_of_actor=FIFE)

    found = doctor(office.engine, with_(settings, committee="ours"), office.now)

    told = [one.sentence for one in found if "ours.toml" in one.sentence or "as its file now has it" in one.sentence]
    assert len(told) == 1
    assert "calender: nothing of this name is known here" in told[0]


def test_who_will_be_written_to_and_is_not_entered_is_said_before_the_first_case(
    office: Office, settings: Settings
) -> None:
    found = doctor(office.engine, settings, office.now)

    (said,) = [one.sentence for one in found if "Nobody is entered who can be reached" in one.sentence]
    order = [
        said.index(one) for one in ("Nominated person", "Chief officers group", "Care Inspectorate", "Review team")
    ]
    assert order == sorted(order)
    assert "in some cases only, " in said
    assert "lead for looked-after children" in said.partition("in some cases only, ")[2]
    assert "Lead officer" not in said
    assert "Committee chair" not in said
    assert "Everybody who ought to be reached can be." not in [one.sentence for one in found]


def test_advice_begins_with_what_is_best_done_first_and_agencies_alike_share_a_line(
    office: Office, settings: Settings
) -> None:
    for name in ("Education", "Housing"):
        office.do(add_agency, name)

    found = doctor(office.engine, settings, office.now)

    advised = [one.sentence for one in found if one.ok and one.remedy.words]
    begins = ("The master key is in", "No committee's file", "No accounts are kept", "Nobody is entered who")
    places = [next(number for number, one in enumerate(advised) if one.startswith(start)) for start in begins]
    assert max(places[:3]) < places[3] < advised.index("Nobody outside notices when this machine stops.")
    assert "Education, Housing have no first and no senior contact who can be reached today." in advised


def test_nobody_is_said_to_be_reached_of_whom_an_open_task_says_otherwise(office: Office, settings: Settings) -> None:
    asked(office, "Education", agencies=("Education",))

    said = faults(doctor(office.engine, settings, office.now))

    assert any("cannot be reached: 1 open task says so." in one for one in said)
    assert "Everybody who ought to be reached can be." not in [
        one.sentence for one in doctor(office.engine, settings, office.now)
    ]


def test_accounts_are_wanted_and_likely_doubles_named(office: Office, settings: Settings) -> None:
    office.do(add_agency, "NHS Fiffe")

    said = [one.sentence for one in doctor(office.engine, settings, office.now) if one.ok and one.remedy]

    assert "No accounts are kept: whoever types a name is taken for that person." in said
    assert "NHS Fife and NHS Fiffe may be one and the same agency." in said
