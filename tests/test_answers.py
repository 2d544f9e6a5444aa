"""What was filled in, checked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from states.answers import LONGEST_TEXT, far_ahead, faults, holds, line_fault, text_fault, tidy
from states.steps import Condition, Field
from tests.casework import MEGABYTE, ODD

TODAY = date(2026, 3, 2)
CHOICES = [{"name": "yes", "label": "Yes"}, {"name": "later", "label": "Later"}]


def field(kind: str = "text", **more: Any) -> Field:
    return Field.model_validate({"name": "it", "label": "It", "kind": kind, **more})


def said(one: Field, value: Any, recorded: dict[str, Any] | None = None) -> tuple[str, ...]:
    return faults((one,), {} if value is None else {"it": value}, recorded or {}, TODAY)


@pytest.mark.parametrize(
    ("one", "value"),
    [
        (field(), "Some words\nin two lines."),
        (field("person"), "Robin Example"),
        (field("agency"), "NHS Fife"),
        (field("date"), "2026-03-02"),
        (field("date", future=True), "2027-03-02"),
        (field("choice", choices=CHOICES), "later"),
        (field("choices", choices=CHOICES, least=2), ["yes", "later"]),
        (field("agencies", least=2), ["NHS Fife", "Police Scotland"]),
        (field("people"), ["Robin"]),
        (field("files"), ["form.pdf"]),
        (field("yes_no"), "yes"),
        (field("yes_no", reason_when="no"), {"answer": "yes"}),
        (field("yes_no", reason_when="no"), {"answer": "no", "reason": "Not known."}),
        (field("number"), 0),
        (field(required=False), None),
        (field(required=False), ""),
    ],
)
def test_a_right_answer_has_no_fault(one: Field, value: Any) -> None:
    assert said(one, value) == ()


@pytest.mark.parametrize(
    ("one", "value", "says"),
    [
        (field(), None, "“It” is missing: fill in 'it'."),
        (field(), "", "“It” is missing"),
        (field("choice", choices=CHOICES), None, "“It” is missing: fill in 'it', one of yes, later."),
        (field("choices", choices=CHOICES), [], "“It” is missing: fill in 'it', one or more of yes, later."),
        (field("choices", choices=CHOICES, least=2), None, "“It” is missing: fill in 'it', 2 or more of yes, later."),
        (field("number"), None, "“It” is missing: fill in 'it', a whole number."),
        (field("yes_no"), None, "“It” is missing: fill in 'it', yes or no."),
        (field("yes_no", reason_when="no"), "", "fill in 'it', yes or no, with the reason for a no."),
        (field("yes_no", reason_when="always"), "", "fill in 'it', yes or no, with the reason."),
        (field("agencies"), [], "“It” is missing"),
        (field("yes_no"), {}, "“It” is missing"),
        (field(), 7, "It must be text."),
        (field(), MEGABYTE, "It is 1,000,000 characters long: shorten it to 20,000 and attach the rest as a file."),
        (field(), ODD, "It holds a character that cannot be read (U+0007): type the text again without it."),
        (field(), "\ud800", "(U+D800)"),
        (field("person"), ["x"], "It must be text."),
        (field("date"), "2 March", "It must be a date written like 2026-03-02, not '2 March'."),
        (field("date"), "2026-02-29", "must be a date"),
        (field("date"), 20260302, "must be a date"),
        (field("date"), "2026-03-03", "It (3 March 2026) lies in the future: give a date up to today."),
        (field("choice", choices=CHOICES), "no", "It must be one of yes, later, not 'no'."),
        (field("choice", choices=CHOICES), ["yes"], "must be one of"),
        (field("choices", choices=CHOICES), "yes", "It must name at least 1 of yes, later."),
        (field("choices", choices=CHOICES, least=2), ["yes", "yes"], "It must name at least 2 of yes, later."),
        (field("choices", choices=CHOICES), ["yes", "no"], "It must be one of yes, later, not 'no'."),
        (field("agencies", least=2), ["NHS Fife", "NHS Fife"], "It must name at least 2, each once."),
        (field("agencies"), ["NHS Fife", ODD], "cannot be read"),
        (field("agencies"), "NHS Fife", "It must name at least 1, each once."),
        (field("yes_no"), "maybe", "It must be answered yes or no."),
        (field("yes_no"), {"answer": "maybe"}, "It must be answered yes or no."),
        (field("yes_no", reason_when="no"), "no", "It is answered no: give the reason."),
        (
            field("yes_no", reason_when="always"),
            {"answer": "yes", "reason": ""},
            "It is answered yes: give the reason.",
        ),
        (field("yes_no"), {"answer": "yes", "reason": ODD}, "cannot be read"),
        (field("number"), "7", "It must be a whole number."),
        (field("number"), True, "It must be a whole number."),
        (field("number"), 1.5, "It must be a whole number."),
    ],
)
def test_a_wrong_answer_is_told_in_a_sentence(one: Field, value: Any, says: str) -> None:
    (fault,) = said(one, value)

    assert says in fault


def test_every_fault_is_told_at_once_and_strangers_are_named() -> None:
    told = faults((field(), field("date", name="when", label="When")), {"colour": "red"}, {}, TODAY)

    assert told == (
        "There is no field called 'colour' here: the fields are it, when.",
        "“It” is missing: fill in 'it'.",
        "“When” is missing: fill in 'when', a date like 2026-03-02.",
    )
    assert faults((), {"colour": "red"}, {}, TODAY) == ("There is no field called 'colour' here: the fields are none.",)


def test_a_field_may_be_wanted_only_where_a_condition_holds() -> None:
    one = field(when={"field": "kind", "is": "death"})

    assert said(one, None, {"kind": "death"})
    assert not said(one, None, {"kind": "other"})
    assert not said(one, None)


@pytest.mark.parametrize(
    ("condition", "answers", "true"),
    [
        ({"is": "a"}, {"x": "a"}, True),
        ({"is": "a"}, {"x": "b"}, False),
        ({"is": "a"}, {}, False),
        ({"is": "yes"}, {"x": {"answer": "yes", "reason": "So."}}, True),
        ({"in": ["a", "b"]}, {"x": "b"}, True),
        ({"in": ["a", "b"]}, {"x": ["c", "b"]}, True),
        ({"in": ["a", "b"]}, {"x": ["c"]}, False),
        ({"given": True}, {"x": "a"}, True),
        ({"given": True}, {"x": ""}, False),
        ({"given": False}, {}, True),
        ({"within": {"months": 6, "before": "y"}}, {"x": "2025-08-31", "y": "2026-02-28"}, True),
        ({"within": {"months": 6, "before": "y"}}, {"x": "2025-08-27", "y": "2026-02-28"}, False),
        ({"within": {"months": 6, "before": "y"}}, {"x": "2026-03-01", "y": "2026-02-28"}, False),
        ({"within": {"months": 6, "before": "y"}}, {"x": "2026-02-28"}, False),
        ({"within": {"months": 6, "before": "y"}}, {"y": "2026-02-28"}, False),
        ({"within": {"days": 10, "before": "y"}}, {"x": "2026-02-18", "y": "2026-02-28"}, True),
        ({"within": {"days": 10, "before": "y"}}, {"x": "2026-02-17", "y": "2026-02-28"}, False),
        ({"within": {"months": 1, "before": "y"}}, {"x": "2024-02-29", "y": "2024-03-31"}, True),
        ({"within": {"months": 14, "before": "y"}}, {"x": "2024-12-31", "y": "2026-02-28"}, True),
    ],
)
def test_a_condition_is_asked_of_what_was_recorded(
    condition: dict[str, Any], answers: dict[str, Any], true: bool
) -> None:
    assert holds(Condition.model_validate({"field": "x", **condition}), answers) is true


def test_text_is_kept_without_blanks_around_it_and_with_its_letters_written_one_way() -> None:
    assert tidy("  Zoe\u0308 ") == "Zo\u00eb"
    assert tidy([" a ", {"b": " c "}, 7]) == ["a", {"b": "c"}, 7]
    assert tidy((" a",)) == ["a"]


def test_a_text_may_be_as_long_as_the_limit_and_hold_line_breaks_and_tabs() -> None:
    assert text_fault("It", "a" * LONGEST_TEXT) is None
    assert text_fault("It", "one\r\n\ttwo") is None


@pytest.mark.parametrize("sign", [0x61C, 0x200B, 0x200E, 0x200F, 0x202A, 0x202E, 0x2060, 0x2066, 0x2069, 0xFEFF])
def test_a_sign_that_nobody_sees_is_refused_by_its_number(sign: int) -> None:
    assert text_fault("It", f"right{chr(sign)} to left") == (
        f"It holds a sign that cannot be seen (U+{sign:04X}): type the text again without it."
    )


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_joiner_may_stand_between_signs_that_need_it_and_nowhere_else(joiner: str) -> None:
    assert text_fault("It", f"\U0001f468{joiner}\U0001f467 \u0645{joiner}\u06cc") is None
    for text in (f"NHS{joiner} Fife", f"{joiner}A", f"A{joiner}", f"a{joiner}b", f"\u0645{joiner}b"):
        assert "cannot be seen" in str(text_fault("It", text))


@pytest.mark.parametrize("end", ["\n", "\r", "\t", "\u2028", "\u2029", "\x85"])
def test_a_name_or_a_reason_is_one_line(end: str) -> None:
    assert line_fault("The reason", f"One.{end}Two.") == "The reason goes over more than one line: write it on one."
    assert line_fault("The reason", "One, two: three.") is None


def test_a_day_a_hundred_years_ahead_is_a_slip() -> None:
    assert far_ahead("The day", date(2126, 12, 31), date(2026, 3, 2)) is None
    assert far_ahead("The day", date(2127, 1, 1), date(2026, 3, 2)) == (
        "The day (1 January 2127) lies more than 100 years ahead: check the year."
    )


KEPT = f"sha256:{'0' * 64}:form.pdf"
MEASURE = {"indicator": "Referrals", "target": "100", "source": "The board"}


def test_a_kept_file_is_named_by_its_fingerprint() -> None:
    assert said(field("files"), [KEPT, "form.pdf"]) == ()
    assert "a kept file is written sha256:" in said(field("files"), ["sha256:short:form.pdf"])[0]
    assert "must name at least 1" in said(field("files"), "form.pdf")[0]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("words", "It must list at least 1, each with indicator, baseline"),
        (["words"], "It must list at least 1"),
        ([{"indicator": "Referrals"}], "It: a measure lacks target, source"),
        ([{**MEASURE, "colour": "red"}], "It: a measure has no place for colour"),
        ([{**MEASURE, "baseline": ODD}], "cannot be read"),
    ],
)
def test_a_measure_says_what_is_counted_how_much_is_wanted_and_where_it_is_read(value: Any, says: str) -> None:
    assert said(field("measures"), [MEASURE]) == ()
    assert says in said(field("measures"), value)[0]
