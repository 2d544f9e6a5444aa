"""Commands killed at each moment that counts: done again they come to their end; nothing is twice, nothing is left."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from datetime import date
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.engine import make_url

from config import settings
from config.committee_file import OwnLimit, Retention
from config.edition_cache import CALENDARS
from config.meetings import SUB_GROUP
from states.entry import Actor
from states.errors import Refused
from tests import postgres
from tests.desk import NOON
from tests.killing import files_of, killed_each_time, rows_of, typed
from workflows.installation.installation import open_installation
from workflows.verbs.add_holiday import add_holiday
from workflows.verbs.local_settings import name_committee, set_limits, set_quorum, set_retention

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal import Terminal

DONE = "There is already a file"
LOST = ("keys", "lost", "--forget-names", "--reason", "Stolen.", "--as", "lead_officer", "--name", "A. Keeper")
PAPERS = ("--docx", "year.docx", "--xlsx", "year.xlsx")
LEAD = Actor(name="L. Officer", role="lead_officer")
EDITION = "scotland-scr-2015"
LIMITS = {"agency_report": OwnLimit(10, "working_days", "The committee, on 2 March 2026.")}
FEWEST_MOMENTS = 2
"""So many moments a command must have, or nothing was tried."""


def repeating_finishes(
    terminal: Terminal, *words: str, done: str = "nothing", twice: tuple[str, ...] = (), every: int = 1
) -> None:
    """Check that a command which was killed, at each moment, and typed again leaves the same as one that nobody killed.

    `done` is what it says where there is nothing left to do, `twice` are the tables in which its end may have come
    just before a kill, and comes again.
    """
    found = []
    for moment in killed_each_time(terminal.folder, typed(terminal, *words), every=every):
        terminal.types(*words)
        said = " ".join(terminal.err.split())
        assert terminal.code == 0 or re.search(done, said), (moment, said)
        found.append((moment, files_of(terminal.folder), rows_of(terminal)))
        terminal.types("verify")
        assert terminal.code == 0, (moment, terminal.out)
    files, rows = files_of(terminal.folder), rows_of(terminal)
    assert len(found) > FEWEST_MOMENTS
    for moment, its_files, its_rows in found:
        assert its_files == files, moment
        assert {name: its_rows[name] - rows[name] for name in rows if name not in twice} == dict.fromkeys(
            set(rows) - set(twice), 0
        ), moment
        assert all(its_rows[name] - rows[name] in {0, 1} for name in twice), moment


def test_a_backup_that_is_killed_is_made_by_the_same_command(terminal: Terminal) -> None:
    terminal.opens()

    repeating_finishes(terminal, "backup", "all.zip", done=DONE, twice=("audit_log",))


def test_a_restore_that_is_killed_is_finished_by_the_same_command(terminal: Terminal) -> None:
    terminal.opens()
    terminal.types("round", "audit")
    terminal.types("backup", "all.zip")
    key = shutil.copy2(terminal.folder / "data" / "master.key", terminal.folder / "kept.key")
    shutil.rmtree(terminal.folder / "data")
    (terminal.folder / "data").mkdir()
    shutil.copy2(key, terminal.folder / "data" / "master.key")

    repeating_finishes(terminal, "restore", "all.zip", done="was restored into this database already, on", every=2)


def test_a_bundle_that_is_killed_is_made_by_the_same_command_and_leaves_no_papers_behind(terminal: Terminal) -> None:
    ref = terminal.opens()
    bundle = ("case", "bundle", ref, "--for", "The court", "--reason", "It asked for it.", "--to", "court")

    repeating_finishes(terminal, *bundle, done=DONE, twice=("audit_log",), every=3)


def test_a_summary_that_is_killed_while_it_is_published_is_finished_by_the_same_command(terminal: Terminal) -> None:
    terminal.opens()
    terminal.now = "2026-05-02T10:00"

    repeating_finishes(terminal, "summary", "--year", "2025-26", *PAPERS, done=DONE, every=2)


def test_an_extract_in_several_files_that_is_killed_is_finished_by_the_same_command(terminal: Terminal) -> None:
    terminal.opens()
    period = ("--completed-from", "2026-01-01", "--completed-to", "2026-03-01")

    repeating_finishes(terminal, "extract", *period, "--xlsx", "a.xlsx", "--csv", "a.csv", done=DONE, every=2)


def test_the_files_of_a_mail_whose_writing_was_killed_are_written_by_the_same_command(terminal: Terminal) -> None:
    terminal.types("setup")
    incoming = terminal.folder / "incoming"
    incoming.mkdir()
    mail = EmailMessage()
    mail["Subject"] = "Our report"
    mail.set_content("It is enclosed.")
    for number in (1, 2):
        mail.add_attachment(f"%PDF-1.7 {number}".encode(), maintype="application", subtype="pdf", filename="a.pdf")
    (incoming / "1.eml").write_bytes(mail.as_bytes())
    terminal.env["CAIRN_INBOXES"] = f"folder://{incoming}"
    terminal.types("inbox", "read")
    (line,) = terminal.asks("inbox", "list", clock=False)

    repeating_finishes(terminal, "inbox", "save", line["id"], "--to", "files", done=DONE, twice=("audit_log",))
    assert [path.name for path in sorted((terminal.folder / "files").iterdir())] == ["1-a.pdf", "2-a.pdf"]


def test_a_lost_key_is_given_up_by_the_same_command_when_that_was_killed(terminal: Terminal) -> None:
    terminal.enters_everybody()
    terminal.types("case", "child", "add", terminal.opens(), keys="Rowan Example\n")
    (terminal.folder / "data" / "master.key").unlink()

    repeating_finishes(terminal, *LOST)


def test_the_personal_data_of_a_case_are_erased_once(terminal: Terminal) -> None:
    terminal.enters_everybody()
    terminal.types("case", "child", "add", ref := terminal.opens(), keys="Rowan Example\n")

    repeating_finishes(
        terminal, "case", "erase", ref, "--reason", "Retention.", "--yes", done="has been erased already"
    )


def test_an_audit_that_is_killed_is_made_good_by_the_next(terminal: Terminal) -> None:
    terminal.opens()

    for _ in killed_each_time(terminal.folder, typed(terminal, "round", "audit")):
        terminal.types("round", "audit")
        assert terminal.code == 0, terminal.err
        number = rows_of(terminal)["checkpoint"]
        assert files_of(terminal.folder / "data" / "checkpoints") == [f"{one:06}.json" for one in range(1, number + 1)]
        assert terminal.asks("verify")["ok"]


def test_a_committee_whose_adding_was_killed_is_added_by_the_same_command(terminal: Terminal) -> None:
    add = ("committee", "add", "angus", "--site", "https://angus.example.org")

    repeating_finishes(terminal, *add, done="There is a committee angus already", every=4)
    terminal.types(*add)
    assert terminal.code == 1


def test_a_committee_on_a_server_keeps_the_user_that_was_made_for_it(terminal: Terminal) -> None:
    with postgres.fresh_database() as server:
        terminal.env["CAIRN_NEW_SERVER"] = server
        add = ("committee", "add", "angus")
        try:
            for moment in killed_each_time(terminal.folder, typed(terminal, *add), commits=True):
                terminal.types(*add)
                already = "There is a committee angus already" in terminal.err
                assert terminal.code == 0 or already, (moment, terminal.err)
                terminal.types("--committee", "angus", "list")
                assert terminal.code == 0, (moment, terminal.err)
                _unmake(server)
        finally:
            _unmake(server)


SETTINGS = {
    "limits": lambda uow, own, ref: set_limits(uow, own, EDITION, LIMITS, "The committee, on 2 March 2026.", [ref]),
    "quorum": lambda uow, own, _: set_quorum(uow, own, SUB_GROUP, 3, "The committee, on 2 March 2026."),
    "retention": lambda uow, own, _: set_retention(uow, own, Retention(7, "The committee, on 2 March 2026.")),
    "name": lambda uow, own, _: name_committee(uow, own, "The Example Committee"),
    "holiday": lambda uow, *_: add_holiday(uow, "example", date(2026, 3, 16), "A feast", "Announced in the paper."),
}
"""What the committee settles at the desk, and keeps in a file."""


@pytest.mark.parametrize("what", SETTINGS)
def test_a_setting_whose_keeping_was_killed_is_kept_by_the_same_deed_and_recorded_once(
    terminal: Terminal, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, folder = terminal.opens(), terminal.folder
    monkeypatch.setattr(settings, "LOCAL_CALENDARS", folder / "calendars")
    (folder / "calendars").mkdir()
    shutil.copy2(CALENDARS / "scotland.toml", folder / "calendars" / "example.toml")

    def do() -> int:
        settings.calendar.cache_clear()
        here = open_installation(settings.Settings(data=folder / "data"), NOON)
        with here.uow(LEAD, NOON) as uow:
            SETTINGS[what](uow, here.settings.own_file, ref)
        here.engine.dispose()
        return 0

    found = []
    for _ in killed_each_time(folder, do):
        with suppress(Refused):  # it had come to its end
            do()
        found.append((rows_of(terminal), files_of(folder), written(folder)))
    assert len(found) > FEWEST_MOMENTS
    wanted = (rows_of(terminal), files_of(folder), written(folder))
    for moment, one in enumerate(found):
        assert one == wanted, moment
    settings.calendar.cache_clear()


def written(folder: Path) -> list[str]:
    """What the committee's own files say."""
    return [path.read_text() for path in sorted(folder.rglob("*.toml"))]


def _unmake(server: str) -> None:
    """Take away the user of the committee with all that is its own, where it is there."""
    import psycopg

    with suppress(psycopg.errors.UndefinedObject):
        postgres.execute(make_url(server).render_as_string(hide_password=False), "DROP OWNED BY cairn_angus CASCADE")
        postgres.execute(server, "DROP ROLE cairn_angus")
