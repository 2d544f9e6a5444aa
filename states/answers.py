"""Checking what was filled in: the right kind of answer, nothing missing, no date in the future, nothing unreadable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from states.shared_labels import told_apart
from states.steps import Condition, Field, as_day
from states.words import long_day

LONGEST_TEXT = 20_000
"""Characters of one answer; longer papers are attached, not typed."""

UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters other than new lines and tabs, and halves of characters (Cc and Cs of Unicode)."""

BLANK_LETTERS, VARIATIONS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0", "\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Letters that look like nothing, and marks that choose how the sign before them is drawn."""

INVISIBLE = re.compile(
    f"[{BLANK_LETTERS}\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
    "|(?<![^\\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\\x00-\x7f])"
    f"|(?<![^\\x00-\x7f])[{VARIATIONS}]"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]"
)
"""Signs nobody sees that turn the order of letters or part a word; those that other signs need may stay with them."""

NEW_LINE = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]")

FURTHEST = 100
"""Years ahead of which no day is planned: a day beyond is a slip of the finger."""

LONG_AHEAD = 366
"""Days: a day that somebody names ahead and that lies further off than a year is asked about."""
KEPT_FILE = re.compile(r"sha256:([0-9a-f]{64}):(.+)", re.DOTALL)
"""How a file of evidence is named: the SHA-256 of its content, and the name it came with."""

Answers = Mapping[str, Any]


def faults(fields: tuple[Field, ...], given: Answers, recorded: Answers, today: date) -> tuple[str, ...]:
    """Every sentence that says what is wrong with the answers to a list of fields; empty when nothing is."""
    known = {field.name for field in fields}
    strangers = [
        f"There is no field called {name!r} here: the fields are {', '.join(sorted(known)) or 'none'}."
        for name in given
        if name not in known
    ]
    everything = {**recorded, **given}
    checked = [fault for field in told_apart(fields) for fault in _field_faults(field, given, everything, today)]
    return (*strangers, *checked)


def tidy(value: Any) -> Any:
    """Text without the blanks around it, the same letters always written the same way."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip()
    if isinstance(value, list | tuple):
        return [tidy(one) for one in value]
    if isinstance(value, Mapping):
        return {key: tidy(one) for key, one in value.items()}
    return value


def text_fault(label: str, text: str) -> str | None:
    """Why a text cannot be kept: too long, or with characters nobody can read; None when it can."""
    if len(text) > LONGEST_TEXT:
        return (
            f"{label} is {len(text):,} characters long: shorten it to {LONGEST_TEXT:,} and attach the rest as a file."
        )
    if text.isascii() and text.isprintable():
        return None
    odd = UNREADABLE.search(text)
    if odd is not None:
        return f"{label} holds a character that cannot be read (U+{ord(odd[0]):04X}): type the text again without it."
    unseen = INVISIBLE.search(text)
    if unseen is not None:
        return f"{label} holds a sign that cannot be seen (U+{ord(unseen[0]):04X}): type the text again without it."
    return None


def line_fault(label: str, text: str) -> str | None:
    """Why a text cannot be kept as one line, such as a name or a reason; None when it can."""
    if not text.isprintable() and NEW_LINE.search(text.strip()):
        return f"{label} goes over more than one line: write it on one."
    return text_fault(label, text)


def far_ahead(label: str, day: date, today: date) -> str | None:
    """Why a day cannot be planned: it lies further ahead than anything is; None when it can."""
    if day.year <= today.year + FURTHEST:
        return None
    return f"{label} ({long_day(day)}) lies more than {FURTHEST} years ahead: check the year."


def long_ahead(label: str, day: date, since: date) -> str | None:
    """Why a day that is named ahead may have been mistyped: it is more than a year off; None where it is not."""
    if day <= since or (day - since).days <= LONG_AHEAD:
        return None
    months = (day.year - since.year) * 12 + day.month - since.month
    return f"{label} is {long_day(day)}, {months} months ahead: check the year."


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether a condition is true of what has been recorded."""
    value = answers.get(condition.field)
    plain = value.get("answer") if isinstance(value, Mapping) else value
    checks = (
        condition.equals is None or plain == condition.equals,
        not condition.one_of or bool(set(condition.one_of) & set(plain if isinstance(plain, list) else [plain])),
        condition.given is None or condition.given == (not is_empty(value)),
        condition.within is None or _within(condition, answers),
    )
    return all(checks)


def _within(condition: Condition, answers: Answers) -> bool:
    window = condition.within
    assert window is not None
    day, before = as_day(answers.get(condition.field)), as_day(answers.get(window.before))
    if day is None or before is None:
        return False
    month = before.year * 12 + before.month - 1 - window.months
    last = _clamped(month // 12, month % 12 + 1, before.day)
    return last.toordinal() - window.days <= day.toordinal() <= before.toordinal()


def _clamped(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def is_empty(value: Any) -> bool:
    """Whether nothing stands in an answer."""
    return value is None or value in ("", [], {})


def expected(field: Field) -> str:
    """What an answer to a field may be, to go on a sentence with: ", one of died, harmed"; nothing for plain text."""
    names = ", ".join(choice.name for choice in field.choices)
    several = "one or more" if field.least <= 1 else f"{field.least} or more"
    reason = f", with the reason{'' if field.reason_when == 'always' else f' for a {field.reason_when}'}"
    return {
        "choice": f", one of {names}",
        "choices": f", {several} of {names}",
        "yes_no": f", yes or no{reason if field.reason_when else ''}",
        "date": ", a date like 2026-03-02",
        "number": ", a whole number",
    }.get(field.kind, "")


def _field_faults(field: Field, given: Answers, everything: Answers, today: date) -> list[str]:
    value = given.get(field.name)
    if is_empty(value):
        wanted = field.required and (field.when is None or holds(field.when, everything))
        return [f"“{field.label}” is missing: fill in {field.name!r}{expected(field)}."] if wanted else []
    fault = CHECKS[field.kind](field, value, today)
    return [] if fault is None else [fault]


def _text(field: Field, value: Any, _: date) -> str | None:
    if not isinstance(value, str):
        return f"{field.label} must be text."
    return text_fault(field.label, value)


def _date(field: Field, value: Any, today: date) -> str | None:
    day = as_day(value)
    if day is None:
        return f"{field.label} must be a date written like 2026-03-02, not {str(value)[:40]!r}."
    if day > today and not field.future:
        return f"{field.label} ({long_day(day)}) lies in the future: give a date up to today."
    return far_ahead(field.label, day, today)


def _choice(field: Field, value: Any, _: date) -> str | None:
    names = [choice.name for choice in field.choices]
    return None if value in names else f"{field.label} must be one of {', '.join(names)}, not {str(value)[:40]!r}."


def _name(field: Field, value: Any, _: date) -> str | None:
    return line_fault(field.label, value) if isinstance(value, str) else f"{field.label} must be text."


def _choices(field: Field, value: Any, today: date) -> str | None:
    if not isinstance(value, list) or len(set(map(str, value))) < field.least:
        return f"{field.label} must name at least {field.least} of {', '.join(one.name for one in field.choices)}."
    return next((fault for one in value if (fault := _choice(field, one, today))), None)


def _names(field: Field, value: Any, today: date) -> str | None:
    if not isinstance(value, list) or len(set(map(str, value))) < field.least:
        return f"{field.label} must name at least {field.least}, each once."
    return next((fault for one in value if (fault := _name(field, one, today))), None)


def _files(field: Field, value: Any, today: date) -> str | None:
    fault = _names(field, value, today)
    if fault is None and any(one.startswith("sha256:") and not KEPT_FILE.fullmatch(one) for one in value):
        return f"{field.label}: a kept file is written sha256:, its SHA-256 (64 letters and digits), : and its name."
    return fault


def _yes_no(field: Field, value: Any, _: date) -> str | None:
    answer = value.get("answer") if isinstance(value, Mapping) else value
    if answer not in ("yes", "no"):
        return f"{field.label} must be answered yes or no."
    reason = value.get("reason", "") if isinstance(value, Mapping) else ""
    if field.reason_when in (answer, "always") and not reason:
        return f"{field.label} is answered {answer}: give the reason."
    return text_fault(field.label, str(reason))


def _number(field: Field, value: Any, _: date) -> str | None:
    return None if isinstance(value, int) and not isinstance(value, bool) else f"{field.label} must be a whole number."


MEASURE = ("indicator", "baseline", "target", "source", "method")


def _measures(field: Field, value: Any, _: date) -> str | None:
    if not isinstance(value, list) or len(value) < field.least or not all(isinstance(one, Mapping) for one in value):
        return f"{field.label} must list at least {field.least}, each with {', '.join(MEASURE)}."
    for one in value:
        missing = [part for part in ("indicator", "target", "source") if not str(one.get(part, "")).strip()]
        strangers = [part for part in one if part not in MEASURE]
        if missing or strangers:
            wrong = f"lacks {', '.join(missing)}" if missing else f"has no place for {', '.join(strangers)}"
            return f"{field.label}: a measure {wrong}; it has {', '.join(MEASURE)}."
    return next(
        (fault for one in value for text in one.values() if (fault := text_fault(field.label, str(text)))), None
    )


CHECKS: dict[str, Callable[[Field, Any, date], str | None]] = {
    "text": _text,
    "person": _name,
    "agency": _name,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "number": _number,
    "people": _names,
    "agencies": _names,
    "files": _files,
    "measures": _measures,
}
