"""What can be done next, as a value: the terminal words it as a command, a web page as a link or a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from states.steps import Field

Arguments = Mapping[str, tuple[str, ...]]
"""What a verb is given: one value that is known, several to choose from, or none where it is to be filled in."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing that can be done: the verb, what it is given, and the fields it records or may record.

    `verb` is the verb as it is typed without the program's name ("advance", "request send"). `fields` are in the order
    of their form; `Field.required` and `Field.when` say which must be filled in.
    """

    verb: str
    arguments: Arguments = field(default_factory=dict, hash=False)
    fields: tuple[Field, ...] = field(default=(), hash=False)


UNSAID = NextStep("")
"""Nothing that can be done."""


@dataclass(frozen=True)
class Besides:
    """What a step may record besides, where it applies: those of the fields of its form that it need not record."""

    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Advice:
    """What mends something: a sentence, or the end of one, with `{}` where each of the steps is named.

    A sentence that begins small goes on after what is wrong ("There is no such case: {} shows those there are.").
    """

    words: str
    steps: tuple[NextStep, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words)


NOTHING = Advice("")
"""Where nothing need be done."""

SAYS_IT = Advice("The sentence says what to do.")
"""For a sentence that says itself what mends it."""


def advice(words: str, *steps: NextStep | str) -> Advice:
    """What mends something; a step that is given nothing may be named by its verb alone."""
    return Advice(words, tuple(NextStep(one) if isinstance(one, str) else one for one in steps))


def plain(advice: Advice) -> str:
    """What mends something, where no interface words it: each step by the name of its verb."""
    pieces = zip_longest(advice.words.split("{}"), (f"“{one.verb}”" for one in advice.steps), fillvalue="")
    return "".join(chain.from_iterable(pieces))


def mended(sentence: str, advice: Advice, word: Callable[[Advice], str] = plain) -> str:
    """A sentence that says what is wrong, with what mends it: in the same sentence, where that begins small."""
    same = advice.words[:1].islower() or advice.words.startswith("{}")
    return f"{sentence.removesuffix('.')}: {word(advice)}" if same else f"{sentence} {word(advice)}"


Offer = NextStep | Besides | Advice
"""What each interface words in its own way."""


def always(field: Field) -> bool:
    """Whether a field must be filled in whatever else is recorded."""
    return field.required and field.when is None
