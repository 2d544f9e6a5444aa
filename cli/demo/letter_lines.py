"""Letters as the demonstration prints them: the reader's role for the address, and a shortened subject."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflows.simulation.expectations import ArrivedLetter, address
from workflows.simulation.play import PLACES
from workflows.simulation.scenario import Scenario

REF = re.compile(r"[A-Z]+-\d{4}-\d{4}")
HEADED = re.compile(r"^\d+ of \d+: .*", re.MULTILINE)
"""The heading of each message of a letter that holds several."""


def names(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Who is behind each invented address."""
    for key, person in scenario.people.items():
        yield address(key), person.name
    for key, agency in scenario.agencies.items():
        for place in agency.places:
            yield (
                address(f"{key} {place}"),
                agency.name if place == "first" else f"{agency.name} ({PLACES[place].lower()})",
            )


def about(letter: ArrivedLetter) -> tuple[str, ...]:
    """The files a letter is about, in its order: a subject names two at most, and the headings in the text all."""
    headed = " ".join(HEADED.findall(letter.body))
    return tuple(dict.fromkeys(REF.findall(letter.subject) or REF.findall(headed)))


def plain(subject: str) -> str:
    """A subject without what every letter has: the name of the sender, the reference, the kind of review."""
    whose = rf"\s*\(?{REF.pattern}(, {REF.pattern})*\)?(, [a-z ]+ review)?"
    bare = re.sub(whose, "", re.sub(r"^\d+ cases: ", "", subject.removeprefix("Cairn: ")))
    return re.sub(r"(\d{1,2} \w+) 20\d\d", r"\1", bare).replace(" :", ":").strip(": ")


def together(people: list[str]) -> str:
    """Names in a row, each once."""
    return ", ".join(dict.fromkeys(sorted(people)))
