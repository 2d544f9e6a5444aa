from __future__ import annotations

import re
from pathlib import Path

import pytest

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
        assert written.subject.startswith("Cairn: ")
        assert "\n" not in written.subject
        assert "{" not in written.body
        assert "\n\n\n" not in written.body
        assert not [line for line in written.body.splitlines() if line != line.rstrip()]
        assert not [line for line in written.body.splitlines() if len(line) > 72 and "https://" not in line]


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
    written = letter([say("told", step="{{ ref }} {% for %}", subject_line="{{ 7*7 }}")])

    assert written.subject == "Cairn: {{ 7*7 }} (SCR-2026-0003)"
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

    assert alone.startswith("This message comes later than planned: on the day it was due, the system\nwas not running")
    assert "not sent" not in alone
    assert "One earlier message about the same date was not sent" in " ".join(standing.split())
    assert "later than planned" not in letter([say("overdue")]).body


def test_what_is_due_today_is_not_called_today_when_the_message_is_late() -> None:
    assert letter([say("due_today")]).subject.startswith("Cairn: Due today, Monday 16 March 2026")
    assert letter([say("due_today", late=True)]).subject.startswith("Cairn: Due on Monday 16 March 2026")


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

    assert written.subject == "Cairn: 4 things need you, 1 to know (SCR-2026-0003, LR-2026-0007, LR-2026-0009)"
    starts = [line[:20] for line in written.body.splitlines() if re.match(r"\d\. ", line)]
    assert starts == [
        "1. Your help is need",
        "2. Overdue since Mon",
        "3. Is the hold still",
        "4. Agency report for",
        "5. Your notification",
    ]
    assert written.body.count("Not yours, or you need longer?") == 1
    assert written.body.count("no personal data") == 1
    assert written.body.endswith(
        "Sent by Cairn for the Kinlochbervie Child Protection Committee and the\nLochinver Committee.\n"
    )


@pytest.mark.parametrize(
    ("messages", "subject"),
    [
        ([say("overdue"), say("reminder")], "Cairn: 2 things need you (SCR-2026-0003)"),
        ([say("overdue"), say("told")], "Cairn: 1 thing needs you, 1 to know (SCR-2026-0003)"),
        ([say("told"), say("published")], "Cairn: 2 things to know (SCR-2026-0003)"),
        ([say("canary", ref=None), say("digest", ref=None)], "Cairn: 2 things to know"),
        (
            [say("told", ref=f"LR-2026-000{number}") for number in range(1, 7)],
            "Cairn: 6 things to know (LR-2026-0001, LR-2026-0002, LR-2026-0003, LR-2026-0004, 2 more)",
        ),
    ],
)
def test_the_subject_says_how_much_needs_its_reader_and_in_which_cases(messages: list[Message], subject: str) -> None:
    assert letter(messages).subject == subject


def test_messages_of_one_kind_keep_the_order_they_came_in() -> None:
    written = letter([say("overdue", ref="LR-2026-0002"), say("overdue", ref="LR-2026-0001")])

    assert written.subject.endswith("(LR-2026-0002, LR-2026-0001)")


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

    assert written.body.index("1. Theirs") < written.body.index("2. Ours")


def test_a_committee_can_close_its_letters_in_its_own_words(tmp_path: Path) -> None:
    body_of(tmp_path, "Text.")
    planted(tmp_path, "With thanks, {{ committee }}", "_closing")

    assert check(tmp_path) == ()
    assert letter([say("reminder", committee="Lochinver")], tmp_path) == Letter(
        "Cairn: A date is coming up", "Text.\n\nWith thanks, Lochinver\n"
    )
