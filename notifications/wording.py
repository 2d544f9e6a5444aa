"""What we say: everything one recipient is owed at one moment becomes one considerate letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from notifications.grammar import FACTS
from notifications.layout import LONGEST_FACT, LONGEST_SUBJECT, one_line, shortened, wrapped
from notifications.texts import SUPPLIED, TEMPLATES, BadWording, Text, check, kinds, needs, part, path_of, rendered

__all__ = ["FACTS", "TEMPLATES", "BadWording", "Letter", "Message", "check", "kinds", "letter", "needs"]

# Most urgent first. What asks something of its reader comes before what only tells.
ASKS = (
    "system_alarm",
    "escalation",
    "promise_broken",
    "promise_passed",
    "overdue",
    "silence",
    "due_today",
    "hold_review",
    "task",
    "duty_due",
    "reminder",
    "information_requested",
    "chase_outside",
)
TELLS = (
    "case_alerted",
    "case_opened",
    "decision_made",
    "extension_decided",
    "hold_ordered",
    "hold_ended",
    "review_started",
    "report_ready",
    "plan_agreed",
    "outcome_sent",
    "published",
    "acknowledged",
    "information_received",
    "told",
    "digest",
    "canary",
)
_RANK = {kind: place for place, kind in enumerate(ASKS + TELLS)}

_MOST_LINES = 60
_MOST_REFERENCES = 4


@dataclass(frozen=True)
class Message:
    """One thing to say to one recipient: the name of its text, and the facts that text may use (see `FACTS`)."""

    kind: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Letter:
    """What one recipient reads: a subject on one line, and a plain text of about 72 columns."""

    subject: str
    body: str


@dataclass(frozen=True)
class _Section:
    kind: str
    ref: str
    committee: str
    text: Text


def letter(messages: Sequence[Message], folder: Path = TEMPLATES) -> Letter:
    """One letter for everything a recipient is owed at one moment: most urgent first, and nothing said twice.

    Messages of one kind keep the order they are given in. Raises BadWording where a text or a fact is missing.
    """
    ordered = sorted(messages, key=lambda message: _RANK.get(message.kind, len(_RANK)))
    sections = tuple(dict.fromkeys(_section(message, folder) for message in ordered))
    if not sections:
        raise BadWording("There is nothing to write: a letter needs at least one message.")
    subject, text = _alone(sections[0]) if len(sections) == 1 else _together(sections, folder)
    closing = "\n\n".join(wrapped(ending) for ending in _endings(sections, folder))
    return Letter(shortened(f"Cairn: {subject}", LONGEST_SUBJECT), f"{text}\n\n{closing}\n")


def _alone(section: _Section) -> tuple[str, str]:
    return section.text.subject, wrapped(section.text.body)


def _together(sections: Sequence[_Section], folder: Path) -> tuple[str, str]:
    opening = rendered(part("_several", folder), _summary(sections))
    numbered = (
        f"{wrapped(f'{number}. {section.text.subject}')}\n\n{wrapped(section.text.body, '   ')}"
        for number, section in enumerate(sections, 1)
    )
    return opening.subject, "\n\n\n".join((wrapped(opening.body), *numbered)) + "\n"


def _summary(sections: Sequence[_Section]) -> dict[str, object]:
    asking = sum(section.kind in ASKS for section in sections)
    refs = tuple(dict.fromkeys(section.ref for section in sections if section.ref))
    return {"subject_line": _in_short(asking, len(sections) - asking), "items": _few(refs), "count": len(refs)}


def _in_short(asking: int, telling: int) -> str:
    if not asking:
        return f"{telling} things to know"
    asked = "1 thing needs you" if asking == 1 else f"{asking} things need you"
    return f"{asked}, {telling} to know" if telling else asked


def _few(refs: tuple[str, ...]) -> tuple[str, ...]:
    more = len(refs) - _MOST_REFERENCES
    return (*refs[:_MOST_REFERENCES], f"{more} more") if more > 0 else refs


def _endings(sections: Sequence[_Section], folder: Path) -> Iterator[str]:
    yield from dict.fromkeys(section.text.foot for section in sections if section.text.foot)
    committees = dict.fromkeys(section.committee for section in sections if section.committee)
    yield rendered(part("_closing", folder), {"committee": " and ".join(committees)}).body


def _section(message: Message, folder: Path) -> _Section:
    facts = dict(SUPPLIED) | _facts(message)
    text = rendered(path_of(message.kind, folder), facts)
    if facts["late"]:
        note = rendered(part("_late", folder), facts)
        text = replace(text, body=f"{note.body}\n\n{text.body}")
    return _Section(message.kind, str(facts.get("ref", "")), str(facts.get("committee", "")), text)


def _facts(message: Message) -> dict[str, object]:
    strange = sorted(message.facts.keys() - FACTS)
    if strange:
        raise BadWording(f"A {message.kind} message carries '{strange[0]}', which no message may carry.")
    return {fact: _flat(value) for fact, value in message.facts.items() if value is not None}


def _flat(value: object) -> object:
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, (list, tuple)):
        lines = tuple(one_line(str(line), LONGEST_FACT) for line in value[:_MOST_LINES])
        more = len(value) - len(lines)
        return (*lines, f"and {more} more") if more else lines
    return one_line(str(value), LONGEST_FACT)
