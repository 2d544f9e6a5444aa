"""Groups the rows of a register into reviews, recommendations and actions, and checks them against the guidance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any, NamedTuple

from states.identity import folded
from states.procedure import Procedure
from states.words import long_day, many
from workflows.importing.editions_of_days import AFTER, decision_called, decisions_of, edition_on, state_in
from workflows.importing.new_histories import (
    OF_ACTION,
    OF_NUMBER,
    OF_REVIEW,
    OF_TEXT,
    Brought,
    NewAction,
    NewRecommendation,
    NewReview,
    RowProblem,
    digest_of,
)
from workflows.importing.questions_asked import AS_WORDS, Asker
from workflows.importing.register_reading import RegisterRow
from workflows.importing.split_texts import bare_number, figures_and_letters, parts_of_list
from workflows.importing.targets import TARGETS

STANDS = tuple(
    zip(AFTER, ("before the committee", "in review", "report made", "followed through", "closed"), strict=True)
)
"""Where a review may stand, whatever its edition: the phase, and what a sheet says."""
RECOMMENDED = (
    ("proposed", "proposed"),
    ("accepted", "accepted"),
    ("in_progress", "being carried out"),
    ("claimed_complete", "said to be done"),
    ("closed", "closed"),
    ("rejected", "rejected"),
)
SAID_STATE = {
    "proposed": ("proposed", "draft"),
    "accepted": ("accepted", "agreed", "not started"),
    "in_progress": ("in progress", "ongoing", "open", "started", "being carried out"),
    "claimed_complete": ("done", "complete", "completed", "implemented", "said to be done"),
    "closed": ("closed", "discharged"),
    "rejected": ("rejected", "not accepted"),
}
BETWEEN_ANSWERS = (r"[;\n]", r"[;\n,]")
"""What stands between several answers in a cell; a comma may be part of one."""
ONE_REVIEW = (("same", "one review"), ("two", "two reviews"))
FOLLOW = ("notified", "decided", "started", "completed", "published")
"""The days of a review in the order in which they follow each other."""
FUTURE = "{row}: {what} lies in the future ({day}), and what has not happened is not recorded: correct the sheet"


class CaseHere(NamedTuple):
    """A case there is: its reference, and whether it was opened here and came in with no sheet."""

    ref: str
    opened_here: bool


@dataclass
class RecordsKnown:
    """What the record holds that a plan is held against: the editions, the agencies, what was imported before."""

    editions: tuple[Procedure, ...]
    today: date
    agencies: tuple[str, ...] = ()
    before: Mapping[str, Brought] = field(default_factory=dict)
    complete: bool = False
    """Whether the register of agencies is said to be complete: none that it lacks is entered."""
    regimes: tuple[str, ...] = ()
    """The regimes that are at home here, the most likely first."""
    here: Mapping[str, CaseHere] = field(default_factory=dict)
    """The cases there are, by their reference as it is compared."""


@dataclass
class Maker:
    """Groups the rows of a register by review and recommendation."""

    known: RecordsKnown
    asker: Asker
    columns: Mapping[str, str]
    problems: list[RowProblem] = field(default_factory=list)

    def reviews(self, rows: Iterable[RegisterRow]) -> Iterator[NewReview]:
        """The reviews of a register, each with all of its rows, in the order in which they are first named."""
        grouped: dict[str, list[RegisterRow]] = {}
        before = (key.removeprefix(OF_REVIEW) for key in self.known.before if OF_NUMBER not in key)
        alike = {figures_and_letters(name): (name, name) for name in before}
        for row in rows:
            reference = row.said.get("review.reference", "")
            if not reference:
                self.problems.append(RowProblem(row.number, "It has no reference of a review: nothing is made of it"))
                continue
            grouped.setdefault(self._known_as(folded(reference), reference, alike, row), []).append(row)
        for name, of_review in grouped.items():
            found = self._review(f"{OF_REVIEW}{name}", of_review)
            if found is not None:
                yield found

    def _known_as(
        self, name: str, reference: str, alike: dict[tuple[str, ...], tuple[str, str]], row: RegisterRow
    ) -> str:
        """A reference as it is compared; of two that differ by zeros or blanks alone it is asked if they are one."""
        known, written = alike.setdefault(figures_and_letters(reference), (name, reference))
        if known == name or f"{OF_REVIEW}{name}" in self.known.before:
            return name
        asks = f"{reference!r} and {written!r} differ in zeros or blanks alone: are they one review?"
        same = self.asker.ask(f"same:{name}", asks, f"row {row.number}", "same", ONE_REVIEW) == "same"
        return known if same else name

    def _review(self, key: str, rows: list[RegisterRow]) -> NewReview | None:
        first = rows[0]
        days: dict[str, date] = {}
        for row in rows:
            for target, day in row.days.items():
                part, _, name = target.partition(".")
                if part == "review" and self._past(row, target, day) and self._agrees(days.get(name), day, row, target):
                    days.setdefault(name, day)
        self._in_order(first, days)
        self._tell_apart(rows, {"review.decision", "review.status", "review.lead"})
        edition = self._edition(first, _held_by(rows, days))
        if edition is None:
            return None
        recommendations = tuple(self._recommendations(key, rows))
        words = _words_of(row for row in rows if "recommendation.text" not in row.said)
        decision = _first(rows, "review.decision")
        trigger = self._decided(edition, decision, first) if decision and "decided" in days else ""
        words |= {"Decision": decision} if decision and not trigger else {}
        fields, more = self._fields(edition, rows)
        stands = self._stands(edition, rows, days, has_recommendations=bool(recommendations))
        return NewReview(
            key,
            first.number,
            first.said["review.reference"],
            edition.name,
            days,
            stands,
            trigger,
            _first(rows, "review.lead"),
            fields,
            {**words, **more},
            tuple(dict.fromkeys(one for row in rows for one in _listed(row.said.get("review.agencies", "")))),
            tuple(dict.fromkeys(one for row in rows for one in row.children)),
            recommendations,
            edition.label_of("states", stands),
            edition.title,
        )

    def _past(self, row: RegisterRow, target: str, day: date) -> bool:
        if day <= self.known.today:
            return True
        said = FUTURE.format(row="The day", what=target.partition(".")[2], day=long_day(day))
        self.problems.append(RowProblem(row.number, said))
        return False

    def _agrees(self, known: date | None, day: date, row: RegisterRow, target: str) -> bool:
        if known is None or known == day:
            return True
        what = target.partition(".")[2].capitalize()
        said = f"{what} is {long_day(day)} here, and {long_day(known)} in an earlier row of the same review"
        self.problems.append(RowProblem(row.number, f"{said}: the earlier row is taken"))
        return False

    def _decided(self, edition: Procedure, said: str, row: RegisterRow) -> str:
        """The step that decided so, by its words or asked; empty where the words stay words."""
        found = decision_called(edition, said)
        if found:
            return found
        steps, plain = decisions_of(edition), folded(said)
        proposal = next((name for name, _ in steps if plain == name.replace("_", " ")), "")
        asks = f"Which decision under \u201c{edition.title}\u201d is it of which the sheet says {said!r}?"
        key = f"decision:{edition.name}:{plain}"
        answer = self.asker.ask(key, asks, f"row {row.number}", proposal, (*steps, (AS_WORDS, "none: kept as words")))
        return "" if answer == AS_WORDS else answer

    def _in_order(self, row: RegisterRow, days: Mapping[str, date]) -> None:
        """Tell of days that come before one that they follow."""
        known = [one for one in FOLLOW if one in days]
        for before, after in pairwise(known):
            if days[after] < days[before]:
                said = f"{after.capitalize()} ({long_day(days[after])}) lies before {before} ({long_day(days[before])})"
                self.problems.append(RowProblem(row.number, f"{said}: look which of them is right"))

    def _tell_apart(self, rows: list[RegisterRow], targets: set[str]) -> None:
        """Tell of what a later row says otherwise of the same thing: what the first says is taken."""
        for target in sorted(targets):
            first = _first(rows, target)
            others = [row for row in rows if row.said.get(target) and folded(row.said[target]) != folded(first)]
            for row in others[:1]:
                what, more = TARGETS[target].label, f", and so on in {many('row', len(others))}" * (len(others) > 1)
                said = f"{what} is {row.said[target]!r} here, and {first!r} in an earlier row of it{more}"
                self.problems.append(RowProblem(row.number, f"{said}: the earlier row is taken"))

    def _edition(self, row: RegisterRow, known: date | None) -> Procedure | None:
        """The edition of the first day that is known; asked, where none is known or none was in force."""
        found = edition_on(self.known.editions, known) if known else None
        if found is not None:
            return found
        choices = tuple((one.name, one.title) for one in self.known.editions)
        newest = max(self.known.editions, key=lambda one: one.issued_on).name
        oldest = min(self.known.editions, key=lambda one: one.issued_on).name
        why = "No day is known of a review" if not known else f"No edition was in force on {long_day(known)}"
        key = "edition" if not known else "edition:before"
        asks = f"{why}: under which edition does it come in?"
        name = self.asker.ask(key, asks, f"row {row.number}", oldest if known else newest, choices)
        return next((one for one in self.known.editions if one.name == name), None)

    def _stands(
        self, edition: Procedure, rows: list[RegisterRow], days: Mapping[str, date], *, has_recommendations: bool
    ) -> str:
        """The state in which a review stands now: as the sheet says it, or asked, once for all that are alike."""
        said, plain = _first(rows, "review.status"), folded(_first(rows, "review.status"))
        made = has_recommendations or bool({"completed", "published"} & days.keys())
        phase = "follow_through" if made else "review" if "started" in days else "decision"
        if "closed" in days:
            return state_in(edition, "closed", reviewed=made or "started" in days)
        choices = tuple((name, state.label) for name, state in edition.states.items())
        named = [name for name, label in choices if plain and plain in {folded(name), folded(label)}]
        phases = [one for one, words in STANDS if plain == folded(words)]
        if named or phases:
            return named[0] if named else state_in(edition, phases[0], reviewed=phases[0] != "closed" or made)
        whose = f"of which the sheet says {said!r}" if said else "of which it says nothing"
        made_words = "with a report or recommendations" if made else "without a report"
        asks = f"Where do reviews under “{edition.title}” stand now, {whose}, {made_words}?"
        key = f"stands:{edition.name}:{plain or phase}"
        proposal = state_in(edition, phase, reviewed=made)
        return self.asker.ask(key, asks, f"row {rows[0].number}", proposal, choices)

    def _fields(self, edition: Procedure, rows: list[RegisterRow]) -> tuple[dict[str, Any], dict[str, str]]:
        """What the sheet says for fields of the edition, where it fits them; the rest is kept as words."""
        fields, words = dict[str, Any](), dict[str, str]()
        for target in {one for row in rows for one in row.said if one.startswith("field:")}:
            name, said = target.partition(":")[2], _first(rows, target)
            known = edition.recordable.get(name)
            value = _fitting(known, said) if known is not None else None
            if value is None:
                words[name.replace("_", " ").capitalize()] = said
                if known is not None:
                    self.problems.append(
                        RowProblem(rows[0].number, f"{known.label}: {said!r} is no answer there, and is kept as words")
                    )
            else:
                fields[name] = value
        return fields, words

    def _recommendations(self, review: str, rows: list[RegisterRow]) -> Iterator[NewRecommendation]:
        grouped: dict[str, list[RegisterRow]] = {}
        alike: dict[tuple[tuple[str, ...], str], str] = {}
        last = ""
        for row in rows:
            number, text = row.said.get("recommendation.number", ""), row.said.get("recommendation.text", "")
            if not text:
                if row.said.get("action.text"):
                    self.problems.append(
                        RowProblem(row.number, "It has an action and no recommendation: nothing is made of it")
                    )
                continue
            words = digest_of(folded(text))[:12]
            key = alike.setdefault((bare_number(number), words), f"{review}{OF_NUMBER}{folded(number)}{OF_TEXT}{words}")
            key = last if row.goes_on and last.endswith(OF_TEXT + words) else key
            if key in grouped and not row.goes_on and not self._same(grouped[key][0], row):
                key = f"{key}+{len(grouped)}"
            grouped.setdefault(key, []).append(row)
            last = key
        for key, found in grouped.items():
            yield from self._recommended(key, found)

    def _same(self, first: RegisterRow, row: RegisterRow) -> bool:
        choices = (("one", "one recommendation, with an action for each row"), ("two", "a recommendation for each row"))
        asks = "Rows of a review have the same recommendation: is it one?"
        return self.asker.ask("repeated", asks, f"rows {first.number} and {row.number}", "one", choices) == "one"

    def _recommended(self, key: str, rows: list[RegisterRow]) -> Iterator[NewRecommendation]:
        first, text = rows[0], rows[0].said["recommendation.text"]
        parts = self._parts(text, "recommendation", first)
        self._tell_apart(rows, {"recommendation.number", "recommendation.status", "recommendation.addressee"})
        actions = tuple(self._actions(key, rows))
        agreed = first.days.get("recommendation.agreed")
        agreed = agreed if agreed is None or self._past(first, "recommendation.agreed", agreed) else None
        words = _words_of(row for row in rows if "action.text" not in row.said)
        for number, part in enumerate(parts):
            said = {"text": part, "addressee": first.said.get("recommendation.addressee", "")}
            fields = {name: value for name, value in said.items() if value}
            number_words = (
                {"Number": first.said["recommendation.number"]} if "recommendation.number" in first.said else {}
            )
            yield NewRecommendation(
                key if not number else f"{key}/{number + 1}",
                first.number,
                fields,
                self._state(first, has_actions=bool(actions)),
                agreed,
                {**number_words, **words},
                tuple(dict.fromkeys(one for row in rows for one in row.agencies)),
                actions if not number else (),
            )

    def _state(self, row: RegisterRow, *, has_actions: bool) -> str:
        said = folded(row.said.get("recommendation.status", ""))
        known = next((state for state, names in SAID_STATE.items() if said in names), "")
        if known:
            return known
        whose = f"of which the sheet says {said!r}" if said else "of which the sheet says nothing"
        asks = f"Where do recommendations {whose} stand now?"
        proposal = "" if said else "in_progress" if has_actions else "accepted"
        return self.asker.ask(f"recommended:{said}", asks, f"row {row.number}", proposal, RECOMMENDED)

    def _parts(self, text: str, what: str, row: RegisterRow) -> tuple[str, ...]:
        """The texts of a cell: one, or as many as its list has lines, where that is said."""
        parts = parts_of_list(text)
        if len(parts) == 1:
            return (text,)
        asks = f"A cell has {len(parts)} lines of a list: how many {what}s are they?"
        key = f"split{'' if what == 'recommendation' else f'_{what}'}:{digest_of(text)[:12]}"
        choices = (("one", f"one {what}"), ("several", "one for each line"))
        return parts if self.asker.ask(key, asks, f"row {row.number}", "one", choices) == "several" else (text,)

    def _actions(self, key: str, rows: list[RegisterRow]) -> Iterator[NewAction]:
        times: dict[str, int] = {}
        for row in rows:
            text = row.said.get("action.text", "")
            if not text:
                continue
            for part, agency in product(self._parts(text, "action", row), row.agencies or ("",)):
                same = f"{key}{OF_ACTION}{digest_of((folded(part), folded(agency)))[:16]}"
                times[same] = times.get(same, 0) + 1
                yield NewAction(f"{same}*{times[same]}", row.number, self._action(row, part, agency), row.words)

    def _action(self, row: RegisterRow, text: str, agency: str) -> dict[str, str]:
        said = row.said
        status = "dropped" if row.struck else said.get("action.status", "")
        days = {"due_on": row.days.get("action.due"), "evidence_on": row.days.get("action.done")}
        found = {
            "text": text,
            "agency": agency,
            "owner": said.get("action.owner", ""),
            "status": status if status != "words" else "",
            "note": said.get("action.note", ""),
            **{name: day.isoformat() for name, day in days.items() if day is not None},
        }
        return {name: value for name, value in found.items() if value}


def _words_of(rows: Iterable[RegisterRow]) -> dict[str, str]:
    """What rows keep as words, by heading; what several say there, one on each line.

    Where rows differ under several headings, each row has its line under all of them, so that it stays known what
    belongs together.
    """
    said = [row.words for row in rows if row.words]
    found = {head: [one.get(head, "") for one in said] for head in dict.fromkeys(head for one in said for head in one)}
    if sum(len(set(texts)) > 1 for texts in found.values()) > 1:
        return {
            head: "\n".join(" / ".join(text.splitlines()) or "-" for text in texts) for head, texts in found.items()
        }
    return {head: "\n".join(dict.fromkeys(filter(None, texts))) for head, texts in found.items()}


def _held_by(rows: Iterable[RegisterRow], days: Mapping[str, date]) -> date | None:
    """A day on which a review was held: its first day, or the day before one on which it was complete already."""
    begun = [day for name, day in days.items() if name in {"notified", "decided", "started"}]
    done = [day for name, day in days.items() if name not in {"notified", "decided", "started"}]
    done += [row.days["recommendation.agreed"] for row in rows if "recommendation.agreed" in row.days]
    return min((*begun, *(day - timedelta(days=1) for day in done)), default=None)


def _first(rows: Iterable[RegisterRow], target: str) -> str:
    return next((row.said[target] for row in rows if row.said.get(target)), "")


def _listed(said: str) -> tuple[str, ...]:
    return tuple(one for one in (part.strip() for part in said.split(";")) if one)


def _fitting(field_: Any, said: str) -> Any:
    """An answer to a field of the edition, from the words of a sheet; None where the words are none."""
    names = {folded(one.label): one.name for one in field_.choices} | {
        folded(one.name): one.name for one in field_.choices
    }
    if field_.kind == "choice":
        return names.get(folded(said))
    if field_.kind == "choices":
        ways = ([names.get(folded(one)) for one in re.split(sign, said) if one.strip()] for sign in BETWEEN_ANSWERS)
        return next((found for found in ways if all(found)), None)
    if field_.kind == "number":
        return int(said) if said.isdigit() else None
    return said if field_.kind in {"text", "person", "people"} else None
