"""How a register is read, kept in a file: which column means what, and what was answered; for people to change."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import tomlkit

from states.answers import NEW_LINE, UNREADABLE
from states.errors import BadAnswer
from workflows.importing.column_meanings import in_doubt
from workflows.importing.questions_asked import ImportQuestion, Mapped
from workflows.importing.targets import LEFT_OUT, TARGETS, WORDS

HEAD = """How Cairn reads this register. What a column may mean: {targets},
field:NAME for a field of the edition, {words} (kept as words) or {left_out}."""
NOT_IN_A_REMARK = re.compile(f"(?:{NEW_LINE.pattern}|{UNREADABLE.pattern})+")
"""New lines, and control characters, which no remark of TOML may hold."""


def mapping_in(text: str) -> Mapped:
    """A mapping from the text of its file. Raises BadAnswer where it is none, naming what is wrong."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        raise BadAnswer(f"The mapping cannot be read ({trouble}): correct that line.") from None
    columns, answers = told.get("columns", {}), told.get("answers", {})
    if not isinstance(columns, dict) or not isinstance(answers, dict):
        raise BadAnswer("The mapping has [columns] and [answers], each line a name and what it means: write it so.")
    strangers = [str(one) for one in columns.values() if not _is_target(one)]
    if strangers:
        known = ", ".join((*TARGETS, "field:NAME", WORDS, LEFT_OUT))
        raise BadAnswer(f"A column cannot mean {strangers[0][:60]!r}: it means one of {known}.")
    return Mapped(
        str(told.get("sheet", "")),
        {str(name): str(one) for name, one in columns.items()},
        {str(key): str(one) for key, one in answers.items()},
    )


def _is_target(one: Any) -> bool:
    return isinstance(one, str) and (one in TARGETS or one in {WORDS, LEFT_OUT} or one.startswith("field:"))


def mapping_as_text(mapped: Mapped, questions: tuple[ImportQuestion, ...]) -> str:
    """A mapping as the text of a file, with every question beside its answer; what is open stands as a remark."""
    made = tomlkit.document()
    for line in HEAD.format(targets=", ".join(TARGETS), words=WORDS, left_out=LEFT_OUT).splitlines():
        made.add(tomlkit.comment(line))
    made["sheet"] = mapped.sheet
    columns, waiting = tomlkit.table(), in_doubt(mapped.columns, questions)
    for name, target in mapped.columns.items():
        if name in waiting:
            columns.add(tomlkit.comment(tomlkit.item({name: target}).as_string().strip()))
        else:
            columns[name] = target
    made["columns"] = columns
    answers = tomlkit.table()
    for one in questions:
        choices = (
            ", ".join(f"{name} ({words})" for name, words in one.choices)
            or f"{'what it should say' if one.free else 'a day'}, or words"
        )
        asked = f"{one.asks} [{', '.join(one.places)}] {choices}"
        answers.add(tomlkit.comment(NOT_IN_A_REMARK.sub(" ", asked)))
        if one.answer:
            answers[one.key] = one.answer
        else:
            answers.add(tomlkit.comment(tomlkit.item({one.key: one.proposal}).as_string().strip()))
    made["answers"] = answers
    return tomlkit.dumps(made)
