"""What we say: everything one recipient is owed at one moment becomes one considerate letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from notifications.grammar import FACTS
from notifications.layout import LONGEST_FACT, cut_inside, logical, one_line, subject_of
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
    "extension_asked",
    "answer_declined",
    "task",
    "duty_due",
    "reminder",
    "information_requested",
    "chase_outside",
)
TELLS = (
    "request_withdrawn",
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
    "agenda",
    "digest",
    "agency_digest",
    "fresh_link",
    "one_time_code",
    "canary",
)
SAID_BY = {"case_alerted": "information_requested"}
"""What need not be said of a case where the same letter says it, or more, by another message."""

BEFORE = (("_late", "late"), ("_more_time", "more_time"))
"""The parts that stand before a message, each with the fact that calls for it."""

_RANK = {kind: place for place, kind in enumerate(ASKS + TELLS)}

_MOST_LINES = 60
LONGEST_AGENCY = 24
"""Characters of the name of an agency in a subject."""
_MOST_REFERENCES = 2


@dataclass(frozen=True)
class Message:
    """One thing to say to one recipient: the name of its text, and the facts that text may use (see `FACTS`)."""

    kind: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Letter:
    """What one recipient reads: a subject of at most 59 characters, and a plain text with a paragraph a line."""

    subject: str
    body: str


@dataclass(frozen=True)
class _Section:
    kind: str
    ref: str
    committee: str
    stands_for: str
    gathered: bool
    text: Text
    office: str
    """What whoever decides its case is called."""
    unsaid: str
    """Whom no letter about it says anything of."""


def letter(messages: Sequence[Message], folder: Path = TEMPLATES, *, agency: str = "") -> Letter:
    """One letter for everything a recipient is owed at one moment: most urgent first, and nothing said twice.

    Messages of one kind keep the order they are given in. With an `agency` the subject names it, for a mailbox to which
    what another agency is asked goes too. Raises BadWording where a text or a fact is missing.
    """
    ordered = sorted(_needed(messages), key=lambda message: _RANK.get(message.kind, len(_RANK)))
    sections = tuple(dict.fromkeys(_section(message, folder) for message in ordered))
    if not sections:
        raise BadWording("There is nothing to write: a letter needs at least one message.")
    subject, text = _alone(sections[0]) if len(sections) == 1 else _together(sections, folder)
    parts = (*_openings(sections, folder), text, *_endings(sections, folder))
    return Letter(subject_of(_for_agency(subject, agency)), "\n\n".join(parts) + "\n")


def _for_agency(subject: str, agency: str) -> str:
    """A subject with the agency it is for behind the reference: what is too long of it is cut out of its middle."""
    head, colon, rest = subject.partition(": ")
    return f"{head}, {cut_inside(agency, LONGEST_AGENCY)}{colon}{rest}" if agency else subject


def _needed(messages: Sequence[Message]) -> list[Message]:
    """The messages without those that another of the same letter, about the same case, makes needless."""
    said = {(message.kind, message.facts.get("ref")) for message in messages}
    return [one for one in messages if (SAID_BY.get(one.kind), one.facts.get("ref")) not in said]


def _alone(section: _Section) -> tuple[str, str]:
    return section.text.subject, logical(section.text.body)


def _together(sections: Sequence[_Section], folder: Path) -> tuple[str, str]:
    """Each message under a heading of its own: what number it is of how many, and its subject."""
    opening = rendered(part("_several", folder), _summary(sections))
    headed = (
        f"{number} of {len(sections)}: {section.text.subject}\n\n{logical(section.text.body)}"
        for number, section in enumerate(sections, 1)
    )
    return opening.subject, "\n\n\n".join((logical(opening.body), *headed)) + "\n"


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
    return refs if len(refs) <= _MOST_REFERENCES else (f"{len(refs)} cases",)


def _openings(sections: Sequence[_Section], folder: Path) -> Iterator[str]:
    """Why a letter came to this reader, where it was meant for somebody else."""
    for place in dict.fromkeys(section.stands_for for section in sections if section.stands_for):
        yield logical(rendered(part("_deputy", folder), {"stands_for": place}).body)


def _endings(sections: Sequence[_Section], folder: Path) -> Iterator[str]:
    yield from dict.fromkeys(logical(section.text.foot) for section in sections if section.text.foot)
    if all(section.gathered for section in sections):
        offices = {"office": _of_each(section.office for section in sections)}
        yield logical(rendered(part("_weekly", folder), offices).body)
    committees = dict.fromkeys(section.committee for section in sections if section.committee)
    facts = {"committee": " and ".join(committees), "unsaid": _of_each(section.unsaid for section in sections)}
    yield logical(rendered(part("_closing", folder), facts).body)


def _of_each(words: Iterable[str]) -> str:
    """What a letter says of each of its cases, once."""
    return " or ".join(dict.fromkeys(words))


def _section(message: Message, folder: Path) -> _Section:
    facts = dict(SUPPLIED) | _facts(message)
    text = rendered(path_of(message.kind, folder), facts)
    before = [rendered(part(name, folder), facts).body for name, fact in BEFORE if facts.get(fact)]
    after = [rendered(part("_request", folder), facts).body] if facts.get("what") or facts.get("learn") else []
    body = "\n\n".join((*before, text.body, *after))
    ref, committee, deputy = (str(facts.get(name, "")) for name in ("ref", "committee", "stands_for"))
    gathered = bool(facts.get("gathered"))
    office, unsaid = str(facts["office"]), str(facts["unsaid"])
    return _Section(message.kind, ref, committee, deputy, gathered, replace(text, body=body), office, unsaid)


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
