"""The chronology of chasing: for each agency and request what was asked, when, by which rule, and what was heard.

Everything is as it was recorded, for those who must show that an agency was asked and what it answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, select

from config.phrases import limit_words, rung_words
from records import incoming, queries
from records.cases import Case
from records.contacts import CONTACTS
from records.mails import MAILS
from records.outbox import MESSAGES
from states.as_at import days_of
from states.audiences import audience_words
from states.dossier import Asked, Deadline
from states.entry import OF_A_REQUEST, Entry
from states.words import first_up
from workflows.views.due_date import citation
from workflows.views.history import HistoryLine, ReplayedEntry, corrections_of, line, replayed
from workflows.views.inbox import read_as
from workflows.views.message_fates import Fate, fate_of
from workflows.views.sentences import PLAIN, Marks
from workflows.views.viewer import Viewer

SENT = (
    select(
        *(MESSAGES.c[name] for name in ("id", "kind", "sequence", "agency", "deadline_key", "channel", "status")),
        *(MESSAGES.c[name] for name in ("created_at", "mail_id", "reason")),
        CONTACTS.c.name,
        CONTACTS.c.role,
        CONTACTS.c.agency.label("of_agency"),
        *(MAILS.c[name] for name in ("message_id", "subject", "body", "ended_at")),
    )
    .join(CONTACTS, CONTACTS.c.id == MESSAGES.c.contact_id)
    .join(MAILS, MAILS.c.id == MESSAGES.c.mail_id, isouter=True)
    .order_by(MESSAGES.c.created_at, MESSAGES.c.id)
)
DECIDED = frozenset({"confirmed", "withheld", "withdrawn"})
SET_ASIDE = "The day promised counts no more: more time was refused."
KEPT, BROKEN, NOT_YET = "The promise was kept.", "The promise was not kept.", "The day promised has not passed."


@dataclass(frozen=True)
class Try:
    """One try at sending a letter: when (UTC), what came of it, and what the channel answered."""

    at: datetime
    outcome: str
    detail: str


@dataclass(frozen=True)
class LetterSent:
    """A letter: to whom, by which channel, in which words, what the channel answered, and what came back since.

    `subject` and `words` are empty for one that has not left: it is put in words when it leaves.
    """

    to: str
    place: str
    agency: str
    channel: str
    owed_at: datetime
    ended_at: datetime | None
    message_id: str
    subject: str
    words: str
    status: str
    fate: Fate
    reason: str
    tries: tuple[Try, ...]
    heard: str


@dataclass(frozen=True)
class ChaseLine:
    """One thing that happened, by which rule of the ladder, with its letters, and whether a promise was kept.

    `put_right_to` is the day on which it really happened, where a later entry says that it was another.
    """

    happened: HistoryLine
    put_right_to: date | None
    rule: str
    letters: tuple[LetterSent, ...]
    promise: str


@dataclass(frozen=True)
class RequestChronology:
    """Everything about one request to one agency, in the order in which it happened. `stands` is what became of it."""

    asked: Asked
    label: str
    limit: str
    citation: str
    due: date | None
    overdue: bool
    stands: str
    lines: tuple[ChaseLine, ...]


def chronology(
    tx: Connection, case: Case, viewer: Viewer, agency: str = "", marks: Marks = PLAIN
) -> tuple[RequestChronology, ...]:
    """The chronology of each request of a case, or of those to one agency, in the order in which they were asked."""
    entries = {one.entry.sequence: one for one in replayed(tx, case)}
    every = [one.entry for one in entries.values()]
    rows = list(tx.execute(SENT.where(MESSAGES.c.case_id == case.id)).mappings())
    story = _Story(entries, days_of(every), corrections_of(every), rows, _letters(tx, rows))
    asked = (one for one in case.dossier.requests.values() if agency in {"", one.agency})
    return tuple(_request(case, viewer, one, story, marks) for one in asked)


@dataclass(frozen=True)
class _Story:
    """The history of a case, by the number of each entry, and its letters: read once for all of its requests."""

    entries: Mapping[int, ReplayedEntry]
    days: Mapping[int, date]
    right: Mapping[int, tuple[int, ...]]
    rows: Sequence[RowMapping]
    letters: Mapping[str, LetterSent]


def _request(case: Case, viewer: Viewer, asked: Asked, story: _Story, marks: Marks) -> RequestChronology:
    dates = case.dossier.dates_of("request", asked.id)
    keys = {one.key for one in dates}
    mine = [row for row in story.rows if _is_about(row, asked, keys, story)]
    numbers = {str(row["id"]) for row in mine}
    about = [one for one in story.entries.values() if _concerns(one.entry, asked, keys, numbers, case)]
    last = dates[-1] if dates else None
    rule = case.procedure.timescales.get(last.timescale) if last else None
    return RequestChronology(
        asked=asked,
        label=case.procedure.label_of_asked(asked.request, asked.item),
        limit=limit_words(rule) if rule else "",
        citation=citation(case.procedure, rule) if rule else "",
        due=last.due_on if last else None,
        overdue=bool(last and case.dossier.is_overdue(last, viewer.now)),
        stands=_stands(asked, last),
        lines=tuple(
            ChaseLine(
                replace(line(one, marks), put_right_by=story.right.get(one.entry.sequence, ())),
                day if (day := story.days[one.entry.sequence]) != one.entry.happened_on else None,
                _rule(one),
                tuple(story.letters[row["id"]] for row in mine if row["sequence"] == one.entry.sequence),
                _promise(one.entry, asked, last, viewer.in_days_of(case.procedure).today),
            )
            for one in about
        ),
    )


def _stands(asked: Asked, last: Deadline | None) -> str:
    said = "not answered" if asked.status == "open" else asked.status
    late = ", late" if last and last.late and asked.status == "answered" else ""
    return first_up(f"{said}{late}")


def _is_about(row: RowMapping, asked: Asked, keys: set[str], story: _Story) -> bool:
    """Whether a message is about a request: about a date of it, or owed to its agency by an entry about it."""
    if row["deadline_key"]:
        return row["deadline_key"] in keys
    owed_by = story.entries.get(row["sequence"])
    return owed_by is not None and row["of_agency"] == asked.agency and _names(owed_by.entry, asked)


def _concerns(entry: Entry, asked: Asked, keys: set[str], numbers: set[str], case: Case) -> bool:
    data = entry.data
    if _names(entry, asked):
        return True
    if entry.kind in DECIDED:
        return bool(numbers & set(data["messages"]))
    if entry.kind == "sent_again":
        return data["message"] in numbers
    if entry.kind.startswith("extension_"):
        number = data.get("id") or data["extension"]["id"]
        return case.dossier.extensions[number].deadline in keys
    return entry.kind in {"chased", "missed", "reminded"} and data.get("key") in keys


def _names(entry: Entry, asked: Asked) -> bool:
    """Whether an entry asks this, or says what its agency said about it."""
    data = entry.data
    if entry.kind == "requested":
        return any(one["id"] == asked.id for one in data["asked"])
    return entry.kind in OF_A_REQUEST and asked.id in {data["id"], data.get("new_id")}


def _rule(one: ReplayedEntry) -> str:
    """The rung of the ladder that was climbed, in words; nothing for what a person did."""
    data = one.entry.data
    if one.entry.kind != "chased" or data.get("rung") is None:
        return ""
    rule = one.procedure.timescales[data["key"].partition("#")[0].partition("/")[0]]
    ladder = one.procedure.ladders[rule.ladder or ""]
    rung = ladder.rungs[data["rung"]]
    who = audience_words(one.procedure, rung.tell)
    return f"Ladder “{ladder.label}”, rung {data['rung'] + 1}: {rung_words(rung, ladder.unit)}, to {who}"


def _promise(entry: Entry, asked: Asked, due: Deadline | None, today: date) -> str:
    """Whether what an agency promised was kept; nothing for what is no promise."""
    if entry.kind != "promised" or "until" not in entry.data or entry.data.get("acknowledged"):
        return ""
    until = date.fromisoformat(entry.data["until"])
    same = (one for one in due.quiets if (one.start, one.until) == (entry.happened_on, until)) if due else ()
    if any(one.ends_on is not None for one in same):
        return SET_ASIDE
    if asked.status == "answered" and asked.ended_on is not None:
        return KEPT if asked.ended_on <= until else BROKEN
    return BROKEN if today > until else NOT_YET


def _letters(tx: Connection, rows: Sequence[RowMapping]) -> Mapping[str, LetterSent]:
    mails = [row["mail_id"] for row in rows if row["mail_id"]]
    tried, back = queries.attempts(tx, mails), incoming.of_letters(tx, mails)
    return {row["id"]: _letter(row, tried.get(row["mail_id"], ()), back.get(row["mail_id"], ())) for row in rows}


def _letter(row: RowMapping, tried: Sequence[RowMapping], back: Sequence[RowMapping]) -> LetterSent:
    heard = "; ".join(dict.fromkeys(f"it {read_as(one)}" for one in back))
    return LetterSent(
        to=row["name"],
        place=row["role"].replace("_", " "),
        agency=row["of_agency"],
        channel=row["channel"],
        owed_at=row["created_at"],
        ended_at=row["ended_at"],
        message_id=row["message_id"] or "",
        subject=row["subject"] or "",
        words=row["body"] or "",
        status=row["status"],
        fate=fate_of(row["status"]),
        reason=row["reason"],
        tries=tuple(Try(one["at"], one["outcome"], one["detail"]) for one in tried),
        heard=heard,
    )


def asked_agencies(case: Case) -> tuple[str, ...]:
    """The agencies that were asked for something on a case, each once."""
    return tuple(dict.fromkeys(one.agency for one in case.dossier.requests.values()))
