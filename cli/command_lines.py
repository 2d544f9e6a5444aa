"""Next steps worded as terminal commands: answers already given are filled in, the rest are left as gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from states.next_step import Advice, Besides, NextStep, Offer, always

if TYPE_CHECKING:
    from states.steps import Field

FIELD_GAPS = {
    "text": "TEXT",
    "person": "NAME",
    "agency": "AGENCY",
    "date": "DATE",
    "number": "NUMBER",
    "people": "NAME...",
    "agencies": "AGENCY...",
}
"""What stands in the gap of a field where its kind alone says it; the others list their answers."""

ONLY_BY_NAME = frozenset(
    (
        "about",
        "authority",
        "child",
        "field",
        "joined",
        "lead",
        "opens_by",
        "override",
        "reason",
        "role",
        "role_of",
        "stops",
        "until",
        "year",
    )
)
"""Arguments that are typed as options; the others stand in their order after the verb."""

ALL_BY_NAME = frozenset({"contact add"})
"""Verbs of which everything is typed as options."""

PLAIN = re.compile(r"[\w@%+=:,./-]*")
SIGNS_OF_A_SHELL = re.compile(r'["\\$`]')

OPTIONS = {"opens_by": "step", "role": "as", "role_of": "role"}
"""Arguments whose option has another name."""

GAPS = {
    "agencies": "AGENCY...",
    "authority": "NAME",
    "field": "NAME=VALUE",
    "joined": "NAME",
    "lead": "NAME",
    "override": "TEXT",
    "reason": "TEXT",
    "until": "DATE",
}
"""What stands in the gap of an argument; one that is not here is called what it is: AGENCY, FILE, EDITION."""

FLAGS = frozenset({"preview"})
"""Arguments that are typed by their name alone."""

LAST = frozenset({"field", "reason"})
"""Arguments that are typed after the fields."""


def written(offer: Offer) -> str:
    """What can be done, as it is typed."""
    if isinstance(offer, NextStep):
        return command(offer)
    return maybe(offer.fields) if isinstance(offer, Besides) else worded(offer)


def command(step: NextStep) -> str:
    """The command of a step, with a gap for each thing that it must be given or must record."""
    if not step.verb:
        return ""
    last = [name for name in step.arguments if name in LAST]
    first = [name for name in step.arguments if name not in LAST]
    words = [f"cairn {step.verb}", *(_argument(step, name) for name in first)]
    words += filled(field for field in step.fields if always(field))
    return " ".join((*words, *(_argument(step, name) for name in last)))


def worded(advice: Advice) -> str:
    """What mends something, with the commands that do it."""
    pieces = zip_longest(advice.words.split("{}"), map(command, advice.steps), fillvalue="")
    return "".join(chain.from_iterable(pieces))


def maybe(fields: Iterable[Field]) -> str:
    """What may be added to a command where it applies."""
    return " ".join(filled(field for field in fields if not always(field)))


def filled(fields: Iterable[Field]) -> Iterator[str]:
    """Fields as they are typed, each with its gap: "--field decided_on=DATE"."""
    for field in fields:
        if field.kind == "files":
            yield f"--file {field.name}=FILE"
        elif field.kind == "measures":
            yield f"--fields {field.name}.json"
        else:
            yield f"--field {field.name}={_gap(field)}"


def _argument(step: NextStep, name: str) -> str:
    if name in FLAGS:
        return f"--{name}"
    value = "|".join(map(_quoted, step.arguments[name])) or GAPS.get(name, name.upper())
    by_name = name in ONLY_BY_NAME or step.verb in ALL_BY_NAME
    return f"--{OPTIONS.get(name, name.replace('_', '-'))} {value}" if by_name else value


def _quoted(word: str) -> str:
    """A word as a shell takes it for one."""
    if PLAIN.fullmatch(word):
        return word
    escaped = SIGNS_OF_A_SHELL.sub(lambda found: f"\\{found[0]}", word)
    return f'"{escaped}"'


def _gap(field: Field) -> str:
    names = [choice.name for choice in field.choices]
    if field.kind == "yes_no":
        answers = names or ["yes", "no"]
        return "|".join(f"{one}:WHY" if field.reason_when in {one, "always"} else one for one in answers)
    return FIELD_GAPS.get(field.kind) or f"{'|'.join(names)}{'...' if field.kind == 'choices' else ''}"
