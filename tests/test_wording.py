"""Messages in words: only facts are shown, and no value adds a header or a line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notifications.layout import columns
from notifications.wording import (
    BadWording,
    Letter,
    Message,
    check,
    letter,
    needs,
)
from tests.wordings import MESSAGES, SAMPLE, body_of, planted, say


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_wording_reads_well_with_every_fact_and_with_only_those_it_needs(kind: str) -> None:
    bare = Message(kind, {fact: SAMPLE[fact] for fact in needs(kind)})

    for written in (letter([say(kind)]), letter([bare]), letter([say(kind, late=True, passed=2)])):
        assert len(written.subject) < 60
        assert "\n" not in written.subject
        assert "{" not in written.body
        assert "\n\n\n" not in written.body
        assert "  " not in re.sub(r"(?m)^ +[A-Z][\w ]*: +", "", written.body)
        assert not [line for line in written.body.splitlines() if line != line.rstrip()]
        lines = columns(written.body).splitlines()
        assert not [line for line in lines if len(line) > 72 and "https://" not in line]


def test_a_message_cannot_carry_what_is_not_a_fact() -> None:
    with pytest.raises(BadWording, match="carries 'child_name', which no message may carry"):
        letter([say("reminder", child_name="x")])


def test_no_value_can_add_a_header_or_a_line() -> None:
    trap = "Fife\r\nBcc: spy@elsewhere.example\n\n---\u2028Subject: x\x0b\x85\u202egnorw\u200b\x00"

    written = letter([say("overdue", timescale=trap, agency=trap, ref=trap, review=trap)])

    assert written.subject.isprintable()
    assert not [line for line in written.body.splitlines() if line.startswith(("Bcc:", "Subject:", "---"))]
    assert all(line.isprintable() for line in written.body.split("\n"))
    assert "Fife Bcc: spy@elsewhere.example --- Subject: x gnorw" in " ".join(written.body.split())


def test_a_line_of_evidence_stays_one_item() -> None:
    written = letter([say("escalation", evidence=["Asked\n- Forged\n\nAnd more", "Asked again"])])

    assert "- Asked - Forged And more\n- Asked again\n" in written.body


def test_values_are_never_read_as_a_template() -> None:
    written = letter([say("told", state="{{ ref }} {% for %}", news="{{ 7*7 }}")])

    assert written.subject == "SCR-2026-0003: {{ 7*7 }}"
    assert "{{ ref }} {% for %}" in written.body


def test_a_text_of_a_megabyte_and_a_list_of_thousands_are_cut() -> None:
    written = letter([say("digest", committee="x" * 1_000_000, items=["y" * 1_000_000] * 5000)])

    assert "- and 4940 more" in written.body
    assert len(written.body) < 60_000


def test_nothing_in_a_letter_is_escaped_for_the_web() -> None:
    assert "Argyll & Bute's <council>" in letter([say("overdue", agency="Argyll & Bute's <council>")]).body


def test_a_date_that_was_moved_shows_what_it_was_at_first() -> None:
    assert "At first: Monday 9 March 2026" in letter([say("reminder")]).body
    assert "At first" not in letter([say("reminder", original_due=SAMPLE["due"])]).body


def test_a_late_message_says_so_in_one_line_and_what_it_stands_for() -> None:
    alone = letter([say("overdue", late=True)]).body
    standing = letter([say("overdue", late=True, passed=1)]).body

    assert alone.split("\n\n")[1].startswith(
        "This letter comes later than planned. On the day it was due, the system was"
    )
    assert "was not sent" not in alone
    assert "One earlier letter about the same date was not sent" in standing
    assert "later than planned" not in letter([say("overdue")]).body


def test_what_is_due_is_said_so_that_it_is_true_on_whichever_day_it_is_read() -> None:
    written = letter([say("due_today")])

    assert written.subject == "SCR-2026-0003: the last day is 16 March"
    assert "The last day for this is Monday 16 March 2026." in written.body
    assert "oday" not in written.subject + written.body.replace("Monday", "")


def test_a_notification_of_no_agency_asks_the_committee_to_thank_whoever_sent_it() -> None:
    written = letter([say("acknowledged", reader="committee")])

    assert written.subject == "SCR-2026-0003: please thank whoever notified"
    assert "your notification" not in written.body.lower()


def test_several_messages_become_one_letter_with_the_most_urgent_first() -> None:
    written = letter(
        [
            say("acknowledged", ref="LR-2026-0009"),
            say("reminder", ref="LR-2026-0007", committee="the Lochinver Committee"),
            say("hold_review"),
            say("escalation"),
            say("overdue", agency="Police Scotland"),
        ]
    )

    assert written.subject == "3 cases: 4 things need you, 1 to know"
    starts = [line for line in written.body.splitlines() if re.match(r"\d of \d: ", line)]
    assert starts == [
        "1 of 5: SCR-2026-0003: your help, please, with NHS Fife",
        "2 of 5: SCR-2026-0003: still overdue since 16 March",
        "3 of 5: SCR-2026-0003: hold to review by 16 March",
        "4 of 5: LR-2026-0007: reminder again, due 16 March",
        "5 of 5: LR-2026-0009: your notification has arrived",
    ]
    assert written.body.count("Not for Police Scotland? Please say who to ask instead.") == 1
    assert written.body.count("says nothing about any child, adult or family") == 1
    assert written.body.endswith(
        "Sent by Cairn for the Kinlochbervie Child Protection Committee and the Lochinver Committee.\n"
    )


@pytest.mark.parametrize(
    ("messages", "subject"),
    [
        ([say("overdue"), say("reminder")], "SCR-2026-0003: 2 things need you"),
        ([say("overdue"), say("told")], "SCR-2026-0003: 1 thing needs you, 1 to know"),
        ([say("told"), say("published")], "SCR-2026-0003: 2 things to know"),
        ([say("canary", ref=None), say("digest", ref=None)], "2 things to know"),
        (
            [say("told", ref=f"LR-2026-000{number}") for number in range(1, 7)],
            "6 cases: 6 things to know",
        ),
    ],
)
def test_the_subject_says_how_much_needs_its_reader_and_in_which_cases(messages: list[Message], subject: str) -> None:
    assert letter(messages).subject == subject


def test_messages_of_one_kind_keep_the_order_they_came_in() -> None:
    written = letter([say("overdue", ref="LR-2026-0002"), say("overdue", ref="LR-2026-0001")])

    assert written.subject == "LR-2026-0002, LR-2026-0001: 2 things need you"
    assert written.body.index("LR-2026-0002: still") < written.body.index("LR-2026-0001: still")


def test_the_same_thing_is_said_once() -> None:
    assert letter([say("overdue"), say("overdue")]) == letter([say("overdue")])


def test_a_letter_written_twice_is_the_same_letter() -> None:
    messages = [say(kind) for kind in MESSAGES]

    assert letter(messages) == letter(list(messages))


def test_there_is_no_letter_about_nothing() -> None:
    with pytest.raises(BadWording, match="nothing to write"):
        letter([])


def test_a_message_of_a_committees_own_is_told_last(tmp_path: Path) -> None:
    planted(tmp_path, "Subject: Ours ({{ ref }})\n\nOur own.\n", "ours")
    planted(tmp_path, "Subject: Theirs\n\nTheirs.\n", "canary")

    written = letter([say("ours"), say("canary")], tmp_path)

    assert written.body.index("1 of 2: Theirs") < written.body.index("2 of 2: Ours")


def test_a_committee_can_close_its_letters_in_its_own_words(tmp_path: Path) -> None:
    body_of(tmp_path, "Text.")
    planted(tmp_path, "With thanks, {{ committee }}", "_closing")

    assert check(tmp_path) == ()
    own = Message("reminder", {"committee": "Lochinver"})
    assert letter([own], tmp_path) == Letter("A date is coming up", "Text.\n\nWith thanks, Lochinver\n")
