"""Messages at the terminal: contacts, sweeping, delivering, what was sent, what waits for a person, and health."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from notifications import inbox_source
from tests.terminal import Terminal
from workflows.messages.chase import SweepResult
from workflows.timetable.round_reports import swept

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "sc-very-secret-token"


def test_contacts_are_entered_and_their_addresses_never_shown(terminal: Terminal) -> None:
    terminal.enters_everybody()

    listed = terminal.types("contact", "list")

    assert "1  The fife, first contact of NHS Fife" in listed
    assert "by email; 09:00-17:00 on working days of Scotland" in listed
    assert "example.org" not in listed


def test_an_address_may_be_given_unseen(terminal: Terminal) -> None:
    words = ("contact", "add", "--role", "chair", "--name", "C. Chair", "--channel", "email")

    said = terminal.types(*words, keys="chair@example.org\n")
    terminal.types(*words, keys="\n")

    assert said == "Contact 1 is entered: C. Chair, chair.\n"
    assert terminal.code == 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--channel", "email=nonsense"), "neither an e-mail address"),
        (("--channel", "email=chair@example.org", "--hours", "9-5"), "Working hours are written like"),
        (("--channel", "email=chair@example.org", "--calendar", "mars"), "There is no calendar 'mars'"),
        (("--channel", "email=chair@example.org", "--agency", "NHS Fife"), "first, deputy, senior"),
    ],
)
def test_a_contact_that_could_not_be_reached_is_refused(more: tuple[str, ...], said: str, terminal: Terminal) -> None:
    terminal.types("contact", "add", "--role", "chair", "--name", "C. Chair", *more)

    assert terminal.code == 1
    assert said in terminal.err


def test_a_secret_in_an_address_is_repeated_nowhere(terminal: Terminal) -> None:
    channel = f"teams=nosuchscheme://hooks.example.org/{SECRET}"

    terminal.types("contact", "add", "--role", "chair", "--name", "C. Chair", "--channel", channel)

    assert terminal.code == 1
    assert SECRET not in terminal.err + terminal.out


def test_somebody_away_is_shown_and_not_written_to_meanwhile(terminal: Terminal) -> None:
    terminal.enters_everybody()
    ref = terminal.gathers()

    terminal.types("contact", "away", "1", "--from", "2026-03-10", "--to", "2026-03-12")
    listed = terminal.asks("contact", "list")
    rungs = terminal.asks("ladder", "rehearse", ref)["rungs"]

    assert next(one for one in listed if one["id"] == 1)["away"] == [{"from": "2026-03-10", "to": "2026-03-12"}]
    reminder = next(one for one in rungs if one["key"] == "agency_report/R1" and one["message"] == "reminder")
    assert (reminder["reaches_nobody"], reminder["unreachable"]) == (True, ["NHS Fife (owner)"])


def test_contacts_change_their_channels_and_retire(terminal: Terminal) -> None:
    terminal.enters_everybody()

    changed = terminal.types("contact", "channels", "1", "--channel", "email=new@example.org")
    retired = terminal.types("contact", "retire", "2")
    listed = terminal.asks("contact", "list")
    terminal.types("contact", "retire", "99")

    assert changed == "Contact 1 is now reached by email.\n"
    assert retired == "Contact 2 is written to no more.\n"
    assert 2 not in {one["id"] for one in listed}
    assert terminal.code == 1


def test_nobody_entered_is_said_plainly(terminal: Terminal) -> None:
    assert "a message becomes a task for whoever leads the case" in terminal.types("contact", "list")


def test_what_is_due_is_swept_delivered_and_shown_with_every_attempt(terminal: Terminal) -> None:
    terminal.enters_everybody()
    ref = terminal.gathers()
    terminal.now = "2026-03-11T12:00"

    swept = terminal.types("sweep")
    again = terminal.asks("sweep")
    owed = terminal.asks("outbox", ref, "--status", "owed")
    delivered = terminal.types("deliver")
    sent = terminal.types("outbox", ref)
    none_left = terminal.asks("deliver")

    assert "2 dates looked at; reminders and escalations owed: 2." in swept
    assert again["climbed"] == 0
    assert {one["message"] for one in owed} >= {"reminder", "information_requested"}
    assert "letters sent." in delivered
    assert "sent: reminder to NHS Fife (first contact) by email" in sent
    assert "accepted, Written to" in sent
    assert none_left["sent"] == 0


def test_a_delivery_says_what_waits_for_a_later_time(terminal: Terminal) -> None:
    terminal.enters_everybody()
    terminal.now = "2026-03-03T18:00"
    ref = terminal.gathers()

    said, counts = terminal.types("deliver"), terminal.asks("deliver")
    owed = terminal.asks("outbox", ref, "--status", "owed")

    assert said == f"0 letters sent.\n  {len(owed)} messages wait, the first until Wed 4 March 2026, 09:00.\n"
    assert counts["later"]["messages"] == len(owed) > 1
    assert counts["later"]["next_at"] == "2026-03-04T09:00:00+00:00"
    terminal.now = "2026-03-04T09:00"
    assert "wait" not in terminal.types("deliver")


def test_the_timetable_and_a_person_read_the_same_of_a_sweep_and_of_a_delivery(terminal: Terminal) -> None:
    terminal.enters_everybody()
    terminal.gathers()

    for name in ("sweep", "deliver"):
        terminal.types(name)  # now nothing is left to be done
        assert terminal.types(name).splitlines()[0] in terminal.asks("round", name)["lines"]


def test_an_outage_climbs_one_rung_late_and_passes_the_others_over(terminal: Terminal) -> None:
    terminal.enters_everybody()
    ref = terminal.gathers()
    terminal.now = "2026-03-30T12:00"

    said = terminal.types("sweep")

    assert "2 of them late" in said
    assert "passed over" in said
    assert "late; 4 earlier ones passed over" in terminal.types("history", ref)


def test_a_sweep_says_what_it_withdrew_settled_and_could_not_deal_with(terminal: Terminal) -> None:
    said = " ".join(swept(SweepResult(looked_at=3, withdrawn=2, stuck=1)).lines)
    assert "2 drafts withdrawn: not wanted any more" in said
    assert "1 date could not be dealt with" in said

    terminal.opens()
    terminal.enters_everybody()
    assert "settled: somebody can be reached there again" in terminal.types("sweep")
    assert terminal.asks("tasks") == []


def test_what_reaches_nobody_becomes_a_task_that_is_seen_to(terminal: Terminal) -> None:
    terminal.opens()

    waiting = terminal.asks("tasks")
    told = terminal.types("outbox", "tasks")
    terminal.types("task", "done", waiting[0]["id"][:8])
    nothing_said = terminal.err
    terminal.types("task", "done", waiting[0]["id"][:8], "--did", "Rang their duty desk.")
    done = terminal.out
    terminal.types("task", "done", waiting[0]["id"])
    twice = terminal.out
    listed = terminal.types("task", "list", "--done")
    terminal.types("task", "done", "zz")

    assert "cannot be reached" in told
    assert "Say what was done about it" in nothing_said
    assert done == "The task is seen to.\n"
    assert twice == "The task was seen to before.\n"
    assert "seen to by A. Example" in listed
    assert len(terminal.asks("tasks")) == len(waiting) - 1
    assert terminal.code == 0


def test_a_task_that_is_not_there_is_refused(terminal: Terminal) -> None:
    terminal.types("task", "done", "zz")

    assert terminal.code == 1
    assert "cairn tasks shows them" in terminal.err
    assert terminal.types("tasks") == "Nothing waits for a person.\n"
    assert "Nothing is owed" in terminal.types("outbox")


def test_the_doctor_says_what_is_wrong_and_what_to_do(terminal: Terminal) -> None:
    terminal.types("list")

    found = terminal.asks("doctor")
    said = terminal.types("doctor")

    assert terminal.code == 1
    assert all(one["remedy"] for one in found if not one["ok"])
    assert "wrong: " in said
    assert "well: The history can only grow." in said
    assert "to put right." in said


def test_the_doctor_of_an_empty_folder_changes_nothing(terminal: Terminal) -> None:
    terminal.types("doctor")

    assert terminal.code == 1
    assert "Traceback" not in terminal.err + terminal.out


def test_a_message_is_shown_once_however_many_letters_its_recipient_got(terminal: Terminal) -> None:
    terminal.enters_everybody()
    ref = terminal.gathers()
    for terminal.now in ("2026-03-02T10:05", "2026-03-11T10:00", "2026-03-16T10:00"):
        terminal.types("sweep")
        terminal.types("deliver")

    shown = terminal.asks("outbox", ref)

    assert len({one["message_id"] for one in shown if one["to"] == "The fife"}) > 1
    assert len(shown) == len({one["id"] for one in shown})


def test_a_status_that_there_is_not_is_no_empty_outbox(terminal: Terminal) -> None:
    terminal.types("outbox", "--status", "nix")

    assert terminal.code == 2
    assert "a status is one of owed, held" in terminal.err


def test_a_role_that_nobody_writes_to_is_refused(terminal: Terminal) -> None:
    terminal.types("contact", "add", "--role", "king", "--name", "K.", "--channel", "email=king@example.org")

    assert terminal.code == 1
    assert "No edition writes to a role 'king'" in terminal.err


def test_a_round_is_done_by_hand(terminal: Terminal) -> None:
    said = terminal.types("round", "audit")
    terminal.types("round", "nix")

    assert said.startswith("The record is whole.")
    assert (terminal.code, (terminal.folder / "data" / "checkpoints" / "000001.json").exists()) == (2, True)


def test_mailboxes_in_which_nothing_is_new_are_said_to_be_read_and_none_is_said_too(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.types("setup")
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    (incoming / "1.eml").write_bytes(b"Subject: Hello\n\nHello.\n")

    none = terminal.types("inbox", "read")
    terminal.env["CAIRN_INBOXES"] = f"folder://{incoming}"
    first, again = terminal.types("inbox", "read"), terminal.types("inbox", "read")

    assert none == "No mailbox is set to be read.\n"
    assert first.startswith("1 mail ")
    assert again == "The mailboxes were read.\n"


def test_a_backup_made_by_hand_is_one_that_doctor_knows_of(terminal: Terminal, tmp_path: Path) -> None:
    terminal.types("backup", str(tmp_path / "kept.zip"))

    assert "The last backup ended well less than a minute ago." in terminal.types("doctor")


def test_the_letters_that_wait_to_be_tried_again_can_be_asked_for(terminal: Terminal) -> None:
    terminal.enters_everybody()
    terminal.env["CAIRN_RELAY"] = "smtp://127.0.0.1:9?from=cairn@committee.example&tls=never"
    terminal.opens()
    terminal.types("deliver")

    waiting = terminal.asks("outbox", "--status", "waiting", clock=False)

    assert waiting
    assert terminal.asks("outbox", "--status", "sent", clock=False) == []


def test_others_may_write_while_a_mail_is_fetched_from_a_slow_server(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.types("setup")
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    (incoming / "1.eml").write_bytes(b"Subject: Hello\n\nHello.\n")
    terminal.env["CAIRN_INBOXES"] = f"folder://{incoming}"
    terminal.types("inbox", "read")
    (line,) = terminal.asks("inbox", "list", clock=False)
    fetched = inbox_source.Folder.one

    def slowly(*where: Any) -> bytes | None:
        with closing(sqlite3.connect(terminal.folder / "data" / "cairn.db", 0)) as other:
            other.execute("BEGIN IMMEDIATE")
        return fetched(*where)

    monkeypatch.setattr(inbox_source.Folder, "one", slowly)
    said = terminal.types("inbox", "show", line["id"])

    assert (terminal.code, "Hello." in said) == (0, True), terminal.err
