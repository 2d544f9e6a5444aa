"""One edition of the guidance as values: everything a case under it may do, and by when."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import Field as Setting
from pydantic import model_validator
from pydantic_core import from_json

from states.examples import Example
from states.figures import UNSAID, Figures
from states.limits import Limit
from states.moments import UNITED_KINGDOM
from states.proofs import DONE
from states.shared_labels import told_apart
from states.steps import Awaited, Field, PauseKind, Register, Request, Role, State, Transition
from states.timescales import Anchor, Ladder, Start, Timescale
from states.values import Name, Sentence, Source, Value
from states.words import in_a_sentence, names_in

LEAD, DEPUTY = "lead_officer", "deputy_lead_officer"
"""What the office calls whoever keeps its cases and whoever stands in for them, whatever an edition calls them."""


class Migration(Value):
    """How a case of an earlier edition comes over: which of its states, steps and requests become which of ours."""

    states: dict[Name, Name] = {}
    triggers: dict[Name, Name] = {}
    requests: dict[Name, Name] = {}
    note: str = ""


class Agency(Value):
    """What a committee says of one agency: the calendar and the time zone the dates it owes are counted in."""

    calendar: Annotated[str | None, Setting(exclude_if=lambda given: given is None)] = None
    time_zone: Annotated[str | None, Setting(exclude_if=lambda given: given is None)] = None


class Procedure(Value):
    """An edition of the guidance: states, transitions, timescales, ladders, roles, requests and pauses, each cited.

    Once a case has used it, an edition is known by its digest and never changes (`docs/decisions/0001-laws.md`).
    """

    name: str
    title: Sentence
    kind: Literal["case", "committee", "recommendation"] = "case"
    regime: str
    nation: str
    review: Sentence
    subject: Sentence = "child"
    prefix: str
    calendar: str
    time_zone: Annotated[str, Setting(exclude_if=lambda given: given == UNITED_KINGDOM)] = UNITED_KINGDOM
    issued_on: str = ""
    withdrawn_on: str = ""
    replaces: str = ""
    replaced_by: Annotated[str, Setting(exclude_if=lambda given: not given)] = ""
    summary: str = ""
    committee: str = ""
    sources: dict[str, Source]
    roles: dict[Name, Role]
    bodies: dict[Name, Role] = {}
    authorities: dict[Name, Sentence] = {}
    states: dict[Name, State]
    transitions: tuple[Transition, ...]
    timescales: dict[Name, Timescale] = {}
    ladders: dict[Name, Ladder] = {}
    requests: dict[Name, Request] = {}
    pauses: dict[Name, PauseKind] = {}
    events: dict[Name, Awaited] = {}
    registers: dict[Name, Register] = {}
    migrations: dict[str, Migration] = {}
    figures: Annotated[Figures, Setting(exclude_if=lambda given: given == UNSAID)] = UNSAID
    agencies: Annotated[dict[Sentence, Agency], Setting(exclude_if=lambda given: not given)] = {}
    examples: Annotated[tuple[Example, ...], Setting(exclude=True)] = ()
    """What proves the edition: no part of its digest, and not kept with its cases."""

    @model_validator(mode="after")
    def _spell_out(self) -> Self:
        """A step with no `dest` leaves a case where it stands: it is spelt out, once for each of its sources."""
        self.__dict__["transitions"] = tuple(one for move in self.transitions for one in _spelt_out(move))
        return self

    @cached_property
    def digest(self) -> str:
        """The fingerprint of this edition, local changes included: SHA-256 of its canonical text."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def canonical(self) -> str:
        """The edition as one line of JSON, the same whatever order its file was written in."""
        return _line(self.model_dump(mode="json", by_alias=True), in_order=False)

    @cached_property
    def written(self) -> str:
        """The edition as one line of JSON, its states and all else in the order of its file."""
        return _line(self.model_dump(mode="json", by_alias=True))

    @cached_property
    def openings(self) -> tuple[Transition, ...]:
        """The transitions that open a case, in the order of the file."""
        return tuple(move for move in self.transitions if not move.source)

    @cached_property
    def moves(self) -> dict[tuple[str, str], Transition]:
        """Every move by its state and trigger; openings stand under the empty state."""
        return {(source, move.trigger): move for move in self.transitions for source in move.source or ("",)}

    @cached_property
    def triggered(self) -> dict[str, tuple[Transition, ...]]:
        """The transitions of each trigger, in the order of the file."""
        found: dict[str, tuple[Transition, ...]] = {}
        for move in self.transitions:
            found[move.trigger] = (*found.get(move.trigger, ()), move)
        return found

    @cached_property
    def anchored(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Which timescales each anchor starts, such as ("state", "gathering")."""
        index: dict[tuple[str, str], tuple[str, ...]] = {}
        for name, rule in self.timescales.items():
            for anchor in () if rule.anchor.each else rule.anchor.given().items():
                index[anchor] = (*index.get(anchor, ()), name)
        return index

    @cached_property
    def conditional(self) -> tuple[tuple[str, Timescale], ...]:
        """The timescales that are for some cases only, or end under a condition, in the order of the file."""
        conditions = (
            (one, (one[1].when, one[1].met_by.when, one[1].cancelled_by.when)) for one in self.timescales.items()
        )
        return tuple(one for one, asked in conditions if any(asked))

    @cached_property
    def hanging(self) -> frozenset[str]:
        """The timescales that hang on the date of another."""
        return frozenset(name for name, rule in self.timescales.items() if rule.anchor.timescale is not None)

    @cached_property
    def following(self) -> tuple[str, ...]:
        """The timescales whose day is looked up after every entry, those that others hang on before these."""
        ordered: dict[str, None] = {}
        for name in self.timescales:
            self._put_in_order(name, ordered, ())
        return tuple(name for name in ordered if self.timescales[name].anchor.follows)

    def _put_in_order(self, name: str, ordered: dict[str, None], above: tuple[str, ...]) -> None:
        rule = self.timescales.get(name)
        if rule is None or name in ordered or name in above:
            return
        for base in rule.anchor.bases:
            self._put_in_order(base, ordered, (*above, name))
        ordered[name] = None

    @cached_property
    def belonging(self) -> dict[str, tuple[str, str]]:
        """What each timescale has a clock of its own for: ("request", its name), or "item" or "hold".

        A timescale that is the whole case's is not among them; one that hangs on another belongs to what that does.
        """
        found: dict[str, tuple[str, str]] = {}
        for name in (*(name for name in self.timescales if name not in self.following), *self.following):
            anchor = self.timescales[name].anchor
            owners = [("request", anchor.each)] if anchor.each else [self._owner(part, found) for part in anchor.parts]
            known = [owner for owner in owners if owner is not None]
            if known:
                found[name] = known[-1]
        return found

    def owners_of(self, anchor: Anchor) -> tuple[tuple[str, str], ...]:
        """For what the things a clock starts from have clocks of their own, each once; whatever `each` says."""
        owners = (self._owner(part, self.belonging) for part in anchor.parts)
        return tuple(dict.fromkeys(owner for owner in owners if owner is not None))

    def _owner(self, part: Start, found: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
        if part.timescale is not None:
            return found.get(part.timescale)
        own = (("request", part.request), ("item", part.register), ("hold", part.pause))
        return next(((kind, name) for kind, name in own if name is not None), None)

    def register_of(self, timescale: str) -> str:
        """The register whose items each have a clock of a timescale; "" where the clock is no item's."""
        kind, name = self.belonging.get(timescale, ("", ""))
        return name if kind == "item" else ""

    @cached_property
    def reopenings(self) -> frozenset[str]:
        """The steps that open a closed file again."""
        return frozenset(move.trigger for move in self.transitions if move.reopens)

    @cached_property
    def recordable(self) -> dict[str, Field]:
        """Every field that some step records, by its name."""
        return {field.name: field for move in self.transitions for field in told_apart(move.fields)}

    @cached_property
    def recordings(self) -> dict[str, tuple[Field, ...]]:
        """Every field that some step records, as each step has it, by its name."""
        found: dict[str, list[Field]] = {}
        for field in (field for move in self.transitions for field in move.fields):
            found.setdefault(field.name, []).append(field)
        return {name: tuple(fields) for name, fields in found.items()}

    @cached_property
    def to_do(self) -> frozenset[str]:
        """The states from which work can be said to be done: in them it is still to be done."""
        claims = [move for move in self.transitions if any(field.name == DONE for field in move.fields)]
        return frozenset(state for move in claims for state in move.source)

    def calendar_of(self, rule: Timescale, agency: str = "") -> str:
        """The calendar a date is counted in: of the agency that owes it, of the time limit, or of the edition."""
        own = self.agencies.get(agency) if rule.owner == "agency" else None
        return (own.calendar if own is not None else None) or rule.calendar or self.calendar

    def zone_of(self, rule: Timescale, agency: str = "") -> str:
        """The time zone in which the days of a date begin: of the agency that owes it, or of the edition."""
        return self.zone_at(agency) if rule.owner == "agency" else self.time_zone

    def in_its_days(self, limit: Limit | None, rule: Timescale, agency: str = "") -> Limit | None:
        """A limit whose days begin at midnight where whoever owes it is."""
        zone = self.zone_of(rule, agency)
        return limit if limit is None or limit.zone == zone else replace(limit, zone=zone)

    def zone_at(self, agency: str) -> str:
        """The time zone of an agency, in which its working hours are; the edition's where it has none of its own."""
        own = self.agencies.get(agency)
        return (own.time_zone if own is not None else None) or self.time_zone

    def source_words(self, name: str) -> str:
        """A source as it is read: its title, how much of it this edition rests on, and its name among the sources."""
        found = self.sources.get(name)
        return f"{found.title.replace('(part read)', '(read in part for this edition)')} [{name}]" if found else name

    def moves_from(self, state: str) -> tuple[Transition, ...]:
        """The moves that leave a state, in the order of the file."""
        return tuple(move for move in self.transitions if state in move.source)

    def transition(self, trigger: str) -> Transition | None:
        """The transition of that trigger, whichever state it starts from; None where there is none."""
        return next(iter(self.triggered.get(trigger, ())), None)

    @cached_property
    def office(self) -> str:
        """What whoever decides the cases is called in short: the committee, or the office where it is none."""
        body = self.figures.body
        return "committee" if body is None or "committee" in body.lower() else "office"

    @cached_property
    def keeper(self) -> str:
        """The role that keeps the cases: the one that says so, or the one called lead_officer; "" where none does."""
        named = (name for name, role in self.roles.items() if role.keeps_cases)
        return next(named, LEAD if LEAD in self.roles else "")

    @cached_property
    def naming(self) -> dict[str, tuple[str, ...]]:
        """Which fields of a case name who holds a role there, of each role that says so."""
        return {name: role.named_in for name, role in self.roles.items() if role.named_in}

    def own_role(self, role: str) -> str:
        """What this edition calls a role of the office: its lead officer is whatever role keeps the cases.

        The deputy is the first role that acts for that one.
        """
        if role in self.roles or not self.keeper:
            return role
        standing_in = (name for name, one in self.roles.items() if self.keeper in one.acts_for)
        return {LEAD: self.keeper, DEPUTY: next(standing_in, role)}.get(role, role)

    def office_role(self, role: str) -> str:
        """What the office calls a role of this edition: whoever keeps its cases is the lead officer there.

        Whoever stands in for that role is the deputy.
        """
        return self._office_roles.get(role, role) if role else role

    @cached_property
    def _office_roles(self) -> dict[str, str]:
        return {self.keeper: LEAD, self.own_role(DEPUTY): DEPUTY}

    def label_of(self, kind: str, name: str) -> str:
        """The words shown for a name; a name without words is shown as it is."""
        name = self.own_role(name) if kind == "roles" else name
        found: Any = getattr(self, kind).get(name)
        return found.label if found is not None else name.replace("_", " ")

    @cached_property
    def names(self) -> frozenset[str]:
        """The words that this edition writes with a capital wherever they stand, such as Commissioner."""
        called = [role.label for role in (*self.roles.values(), *self.bodies.values())]
        labelled = ("states", "timescales", "requests", "registers", "events", "pauses")
        texts = [one.label for part in labelled for one in getattr(self, part).values()]
        texts += [state.meaning for state in self.states.values()]
        texts += [words for move in self.transitions for words in (move.label, *(one.label for one in move.fields))]
        return names_in((*called, *self.authorities.values(), *texts), called)

    def said(self, kind: str, name: str) -> str:
        """The words for a name in the middle of a sentence: "lead officer", "Commissioner", "FOI request"."""
        return self.in_a_sentence(self.label_of(kind, name))

    @cached_property
    def lead_said(self) -> str:
        """The words for whoever keeps the cases in the middle of a sentence: every letter may say them."""
        return self.said("roles", LEAD)

    def in_a_sentence(self, label: str) -> str:
        """A label of this edition in the middle of a sentence: what it writes with a capital everywhere keeps it."""
        return in_a_sentence(label, self.names)

    def label_of_asked(self, request: str, item: str = "") -> str:
        """What is asked, with the number of the item it is asked about: "Response R2"."""
        return f"{self.label_of('requests', request)} {item}".rstrip()

    def label_of_date(self, timescale: str, subject: str, agency: str = "", item: str = "") -> str:
        """The words of a time limit, with the number of the item it is about, and who owes it: "Action A2"."""
        about = subject if self.register_of(timescale) else item
        label = f"{self.label_of('timescales', timescale)} {about}".rstrip()
        return f"{label} ({agency})" if agency else label


@lru_cache(maxsize=16)
def fingerprint(written: str) -> str:
    """The digest of the edition that was written as this line; none of it, "", where the line was tampered with."""
    try:
        data = from_json(written)
    except ValueError:
        return ""
    return hashlib.sha256(_line(data, in_order=False).encode()).hexdigest() if _line(data) == written else ""


def _line(data: Any, *, in_order: bool = True) -> str:
    return json.dumps(data, sort_keys=not in_order, separators=(",", ":"))


def _spelt_out(move: Transition) -> list[Transition]:
    if move.dest or not move.source:
        return [move]
    return [move.model_copy(update={"source": (state,), "dest": state}) for state in move.source]
