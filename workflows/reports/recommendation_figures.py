"""What one recommendation adds to the figures: its addressee, state, and whether it is done and had an effect.

Also what any case's registers say was learned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from records.recommendations import CAME_FROM, VERIFY
from states.proofs import DONE, taken_up
from states.words import in_a_sentence, long_day
from workflows.reports.case_files import Facts, File, Year

NOT_YET = "Not yet looked at"
LED_ELSEWHERE = frozenset({"national_sg", "other_body"})
"""The levels whose recommendations others lead: they are never late for the committee, and a reply is awaited."""

REPLIES = ("record_answer", "record_acceptance", "record_refusal")
LEARNING = ("learning_point",)
PRACTICE = ("good_practice",)
SOURCE = "learning_source"
INQUIRY = "appreciative_inquiry"
INQUIRED = (
    ("best_experiences", "Best experiences"),
    ("shared_vision", "Shared vision"),
    ("design", "Design"),
    ("resulting_actions", "Actions"),
    ("facilitator", "Facilitated by"),
)
PROOFS = {
    DONE: "said to be done",
    "fulfilled": "fulfilled",
    "impact_practice": "practice",
    "impact_outcomes": "outcomes",
}
"""What is recorded as proof of a recommendation, and how it is told."""

APPROACHES = ("process_approach", "output_approach", "follow_through_approach", "approach")


@dataclass(frozen=True)
class Followed:
    """A recommendation: what was promised, what is proven, what it changed. Empty words are facts not yet recorded.

    What was proven before it was taken up again counts no more: `earlier` tells it in words, for whoever wants to know.
    """

    ref: str
    of_ref: str
    text: str
    level: str
    level_label: str
    addressee: str
    responsible: str
    agencies: tuple[str, ...]
    themes: tuple[str, ...]
    urgency: str
    expected: str
    measures: str
    measured: bool
    stands: str
    opened_on: date
    closed_on: date | None
    done_on: date | None
    fulfilled: str
    verified_on: date | None
    practice: str
    outcomes: str
    impact_on: date | None
    enablers: tuple[str, ...]
    barriers: tuple[str, ...]
    sent_on: date | None
    answered: bool
    overdue: bool
    earlier: str = ""

    @property
    def led_elsewhere(self) -> bool:
        """Whether the Scottish Government or another body leads it."""
        return self.level in LED_ELSEWHERE


@dataclass(frozen=True)
class Learned:
    """Something that was learned: its kind, how it was captured, for whom and where it was shared."""

    ref: str
    on: date
    kind: str
    approaches: tuple[str, ...]
    text: str
    audience: str
    shared: str
    themes: tuple[str, ...]


def followed(file: File, today: date) -> Followed:
    """A recommendation as it stands."""
    said, words = file.fields, file.words
    begun = taken_up_with(file)
    proof = replace(file, dossier={**file.dossier, "fields": _recorded_after(file, begun)})
    return Followed(
        ref=file.ref,
        of_ref=source_of(file),
        text=str(said.get("text") or ""),
        level=str(said.get("level") or ""),
        level_label=short(words("level")) or "Not said",
        addressee=", ".join(filter(None, map(str.strip, str(said.get("addressee") or "").splitlines()))),
        responsible=_person(said.get("responsible")),
        agencies=tuple(file.dossier.get("agencies", ())),
        themes=_choices(file, "themes"),
        urgency=words("urgency"),
        expected=str(said.get("expected_change") or ""),
        measures=_measures(said) or str(said.get("no_measure_reason") or ""),
        measured=bool(said.get("measures")),
        stands=file.stands,
        opened_on=file.opened_on,
        closed_on=file.closed_on,
        done_on=_day(proof.fields.get("done_on")),
        fulfilled=proof.words("fulfilled"),
        verified_on=file.done(VERIFY) if file.done_by(VERIFY) > begun else None,
        practice=proof.words("impact_practice"),
        outcomes=proof.words("impact_outcomes"),
        impact_on=_day(proof.fields.get("measured_on")),
        enablers=_choices(proof, "enablers"),
        barriers=_choices(proof, "barriers"),
        sent_on=_day(proof.fields.get("sent_on")),
        answered=any(file.done_by(reply) > begun for reply in REPLIES),
        overdue=is_overdue(file, today),
        earlier=_earlier(file, proof),
    )


def taken_up_with(file: File) -> int:
    """The entry with which the work on a recommendation was last taken up."""
    entered, taken = (
        {name: mark["sequence"] for name, mark in file.dossier.get(marks, {}).items()} for marks in ("entered", "done")
    )
    return taken_up(file.procedure, entered, taken)


def _recorded_after(file: File, sequence: int) -> Facts:
    """The answers that were recorded after an entry; corrections of earlier ones are earlier ones too."""
    came_from = file.dossier.get("recorded_by", {})
    return {name: value for name, value in file.fields.items() if came_from.get(name, 0) > sequence}


def _earlier(file: File, proof: File) -> str:
    """What was proven in an earlier round and is not proven again, in words."""
    kept = [name for name in PROOFS if file.fields.get(name) and name not in proof.fields]
    told = (f"{PROOFS[name]} {_proof(file, name)}" for name in kept)
    return ", ".join(told)


def _proof(file: File, name: str) -> str:
    return long_day(_day(file.fields[name])) if name == DONE else in_a_sentence(file.words(name), ())


def short(label: str) -> str:
    """The words of a level without the examples that follow a colon."""
    return label.partition(":")[0]


def source_of(file: File) -> str:
    """The reference of the case a recommendation came from; empty where it came from none."""
    linked = (ref for ref, kind in file.dossier.get("links", {}).items() if kind == CAME_FROM)
    return next(linked, "") or str(file.fields.get("from_case") or "")


def is_overdue(file: File, today: date) -> bool:
    """Whether a date of a file has gone by. What is only asked after never is."""
    rules = file.procedure.timescales
    return any(
        one.get("status", "running") == "running" and one.get("due_on", "9999") < today.isoformat()
        for one in file.dossier.get("deadlines", {}).values()
        if one["timescale"] in rules and rules[one["timescale"]].can_be_late
    )


def learned(file: File, year: Year) -> Iterator[Learned]:
    """The learning points entered in a year, and what other sources point to: research, inspection, audit, staff."""
    for item in file.items(*LEARNING, SOURCE):
        if year.holds(item["on"]):
            said = item["fields"]
            found = tuple(name for field in APPROACHES for name in _labels(file, item, field))
            kind = file.spoken("kind", said.get("kind"), item["kept_in"]) or "Learning"
            yield _learned(file, item, kind, found, _point(said))


def _point(said: Facts) -> str:
    title, points_to = said.get("title"), said.get("what_it_points_to")
    return f"{title}: {points_to}" if title and points_to else str(said.get("point") or "")


def practised(file: File, year: Year) -> Iterator[Learned]:
    """The good practice entered in a year: from where it is known, and for whom and when it works."""
    for item in file.items(*PRACTICE):
        if year.holds(item["on"]):
            said = item["fields"]
            source = file.spoken("source", said.get("source"), item["kept_in"]) or "Review"
            parts = (said.get("description"), said.get("for_whom"), said.get("circumstances"))
            yield _learned(file, item, source, (), ". ".join(str(one).rstrip(". ") for one in parts if one) + ".")
    for item in file.items(INQUIRY):
        if year.holds(item["on"]):
            yield _learned(file, item, "Appreciative inquiries held", (), _inquired(file, item))


def _inquired(file: File, item: Facts) -> str:
    """An appreciative inquiry from what is best today to what is to be done, by whom it was held and with whom."""
    said = item["fields"]
    told = (f"{label}: {str(said[name]).rstrip('. ')}" for name, label in INQUIRED if said.get(name))
    who = file.spoken("participants", said.get("participants"), INQUIRY)
    return ". ".join(filter(None, (*told, f"With {who}" if who else ""))) + "."


def themes(file: File, year: Year) -> set[str]:
    """The themes of what was found, learned and done well in a case in a year."""
    kept = ("finding", *LEARNING, *PRACTICE, SOURCE)
    return {name for item in file.items(*kept) if year.holds(item["on"]) for name in _labels(file, item, "themes")}


def _learned(file: File, item: Facts, kind: str, approaches: tuple[str, ...], text: str) -> Learned:
    said = item["fields"]
    day, shared = date.fromisoformat(item["on"]), str(said.get("shared_where") or "")
    audience, found = str(said.get("audience") or ""), _labels(file, item, "themes")
    return Learned(file.ref, day, kind, approaches, text, audience, shared, found)


def _labels(file: File, item: Facts, field: str) -> tuple[str, ...]:
    given = item["fields"].get(field) or ()
    named = (given,) if isinstance(given, str) else given
    return tuple(file.reading.choice(field, str(one), item["kept_in"]) for one in named)


def _choices(file: File, field: str) -> tuple[str, ...]:
    return tuple(file.reading.choice(field, str(one)) for one in file.fields.get(field) or ())


def _measures(said: Facts) -> str:
    return "; ".join(_measure(one) for one in said.get("measures") or () if isinstance(one, dict))


def _measure(one: Facts) -> str:
    span = " ".join(f"{word} {one[name]}" for word, name in (("from", "baseline"), ("to", "target")) if one.get(name))
    how = " ".join(f"{word} {one[name]}" for word, name in (("by", "source"), ("with", "method")) if one.get(name))
    return ", ".join(filter(None, (str(one.get("indicator") or ""), span, how)))


def _person(said: object) -> str:
    return str(said.get("name") or "") if isinstance(said, dict) else str(said or "")


def _day(written: object) -> date | None:
    return date.fromisoformat(written) if isinstance(written, str) and written else None
