"""The wordings of messages: each message has one, none names a person, and a faulty one says what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notifications.wording import (
    ASKS,
    FACTS,
    TELLS,
    TEMPLATES,
    BadWording,
    Message,
    check,
    kinds,
    letter,
)
from states.errors import Refused
from tests.wordings import MESSAGES, SAMPLE, body_of, planted, say

PERSONAL_PROSE = re.compile(
    r"\b(child|children|name|names|surname|dob|birth|parent|mother|father|sibling)\b", re.IGNORECASE
)


def test_every_message_that_an_edition_or_the_system_can_send_has_a_wording() -> None:
    assert kinds() == set(MESSAGES) == {*ASKS, *TELLS}


def test_the_shipped_wordings_have_no_fault() -> None:
    assert check() == ()


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.j2")), ids=lambda path: path.name)
def test_no_shipped_wording_holds_a_word_for_a_person_or_a_family(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("says nothing about any child, adult or family", "")

    assert not PERSONAL_PROSE.findall(text)


def test_no_fact_could_hold_anything_about_a_person() -> None:
    assert set(SAMPLE) == FACTS
    assert not [fact for fact in FACTS for word in fact.split("_") if PERSONAL_PROSE.fullmatch(word)]


def test_an_unknown_fact_is_named_with_its_file_its_line_and_what_is_allowed(tmp_path: Path) -> None:
    (fault,) = check(body_of(tmp_path, "On {{ due }}:\n{{ colour }}"))

    assert "reminder.txt.j2 names 'colour' (line 4), which no message carries" in fault
    assert "agency, answer_to, answers, authority" in fault


@pytest.mark.parametrize(
    "text",
    [
        "{{ child_name }}",
        "{{ dob }}",
        "{{ ref.dateOfBirth }}",
        "{{ ref['surname'] }}",
        "{% for child in items %}{{ child }}{% endfor %}",
        "{% set name = ref %}{{ name }}",
        "{% macro parent() %}x{% endmacro %}",
        "{{ items|join(', ', 'forename') }}",
        "{% if due %}{% if chi_number is given %}x{% endif %}{% endif %}",
    ],
)
def test_a_personal_field_is_refused_by_that_reason(tmp_path: Path, text: str) -> None:
    faults = check(body_of(tmp_path, text))

    assert any("messages carry no personal data" in fault and "reminder.txt.j2 names '" in fault for fault in faults)


def test_a_personal_field_in_the_subject_or_below_the_line_is_found_too(tmp_path: Path) -> None:
    planted(tmp_path, "Subject: {{ child_name }}\n\nText.\n---\n{{ dob }}\n")

    subject, foot = check(tmp_path)

    assert "names 'child_name' (line 1): messages carry no personal data" in subject
    assert "names 'dob' (line 5): messages carry no personal data" in foot


@pytest.mark.parametrize(
    "text",
    [
        "{{ ref.__class__ }}",
        "{{ ref['x'] }}",
        "{{ self }}",
        "{{ range(9) }}",
        "{{ ref.format(x=1) }}",
        "{% set x = ref %}",
        "{% with x = ref %}{{ x }}{% endwith %}",
        "{% include 'other' %}",
        "{% import 'other' as x %}",
        "{% from 'other' import y %}",
        "{% extends 'other' %}",
        "{% block x %}{% endblock %}",
        "{% macro x() %}{% endmacro %}",
        "{% call ref() %}{% endcall %}",
        "{% filter upper %}x{% endfilter %}",
        "{% for ref in items %}{{ ref }}{% endfor %}",
        "{% for a, b in items %}{{ a }}{% endfor %}",
        "{% for x in items recursive %}{{ loop(x) }}{% endfor %}",
        "{% for x in items %}{{ loop.previtem }}{% endfor %}",
        "{% for x in items %}{{ x.secret }}{% endfor %}",
        "{% for x in items %}{% endfor %}{{ x }}",
        "{{ ref|attr('upper') }}",
        "{{ items|map(attribute='x') }}",
        "{{ ref|default('x') }}",
        "{{ 'a' * 999999999 }}",
        "{% if ref is defined %}x{% endif %}",
        "{{ loop }}",
        "{{ config }}",
        "{{ lipsum }}",
    ],
)
def test_no_trick_gets_past_the_check_or_into_a_letter(tmp_path: Path, text: str) -> None:
    assert check(body_of(tmp_path, text))

    with pytest.raises(BadWording):
        letter([say("reminder")], tmp_path)


def test_what_the_grammar_allows_is_written_out(tmp_path: Path) -> None:
    body_of(
        tmp_path,
        "{% if days > 1 and not late %}{{ days|plural('day') }}{% else %}none{% endif %}, "
        "{{ agencies|join(' and ') }}\n\n"
        "{% for line in items if line != ref %}\n"
        "- {{ loop.index }} of {{ items|length }}: {{ line|upper }}\n{% endfor %}",
    )

    assert check(tmp_path) == ()
    bare = {"days": 5, "agencies": ["NHS Fife", "Police Scotland"], "ref": "LR-2026-0001", "items": ["one", "two"]}
    assert letter([Message("reminder", bare)], tmp_path).body.startswith(
        "5 days, NHS Fife and Police Scotland\n\n- 1 of 2: ONE\n- 2 of 2: TWO\n"
    )


def test_a_fault_of_writing_is_found_with_its_line(tmp_path: Path) -> None:
    (fault,) = check(body_of(tmp_path, "One.\n{% if due %}\nTwo."))

    assert "reminder.txt.j2, line " in fault
    assert "cannot be read" in fault


def test_a_wording_that_was_put_right_or_spoilt_is_looked_at_anew(tmp_path: Path) -> None:
    found = [len(check(body_of(tmp_path, text))) for text in ("One.\n{% if due %}", "One.", "One.\n{% if due %}")]

    assert found == [1, 0, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A text without a subject.\n", "has no subject"),
        ("Subject:\n\nA text.\n", "has no subject"),
        ("Subject: Something\n\n", "has no text"),
    ],
)
def test_a_wording_without_a_subject_or_a_text_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (fault,) = check(planted(tmp_path, text))

    assert says in fault


def test_a_folder_without_wordings_and_a_file_that_is_not_text_are_faults(tmp_path: Path) -> None:
    assert "holds no wordings" in check(tmp_path)[0]

    (tmp_path / "reminder.txt.j2").write_bytes(b"Subject: \xff\n")

    assert "UTF-8" in check(tmp_path)[0]


def test_a_message_without_a_wording_is_refused() -> None:
    for kind in ("unheard_of", "_closing", "../wording", ""):
        with pytest.raises(Refused, match="No wording for the message"):
            letter([say(kind)])


def test_a_fact_that_is_missing_is_named_with_its_file() -> None:
    with pytest.raises(BadWording, match=r"reminder\.txt\.j2 asks for a fact its message does not carry: 'due'"):
        letter([say("reminder", due=None)])


def test_a_fact_of_the_wrong_kind_is_a_refusal_and_no_traceback(tmp_path: Path) -> None:
    body_of(tmp_path, "{% for line in days %}{{ line }}{% endfor %}")

    with pytest.raises(BadWording, match="cannot be written out"):
        letter([say("reminder")], tmp_path)


def test_the_words_below_the_line_are_the_same_wherever_they_can_meet() -> None:
    sharing = ("reminder", "due_today", "overdue", "promise_broken", "information_requested")

    feet = {(TEMPLATES / f"{kind}.txt.j2").read_text(encoding="utf-8").partition("\n---\n")[2] for kind in sharing}

    assert len(feet) == 1
