"""Rewords an edition for the reviews it follows: recommendations from a review of an adult speak of adults.

The words are files in `config/words`, one for whom a case may be about.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from states.procedure import Procedure

FOLDER = Path(__file__).parent / "words"
CHILD, ANYBODY = "child", "person"
"""Of whom editions speak as they were published, and as who somebody is spoken of who is neither child nor adult."""

AS_PUBLISHED = frozenset({"sources"})
"""What of an edition is no word of its own."""


def in_words_of(procedure: Procedure, subject: str) -> Procedure:
    """An edition as it speaks of that subject; itself of a child, of nobody, or where it has no such word.

    A subject that has no words of its own is spoken of as a person.
    """
    if subject in {"", CHILD}:
        return procedure
    found = _reworded(procedure.written, subject if subject in _words() else ANYBODY)
    return procedure if found.digest == procedure.digest else found


def worded_for(procedure: Procedure) -> str:
    """The subject in whose words an edition is; "" where it is in its own."""
    kept = json.loads(procedure.written)
    own = [value for name, value in kept.items() if name not in AS_PUBLISHED]
    return next((subject for subject, words in _words().items() if _speaks(own, words["said"])), "")


def in_any_words(procedure: Procedure) -> tuple[Procedure, ...]:
    """An edition itself, and as it speaks of each subject of which words are said."""
    every = (procedure, *(in_words_of(procedure, subject) for subject in _words()))
    return tuple({one.digest: one for one in every}.values())


def _speaks(value: Any, said: Mapping[str, str]) -> bool:
    texts = "\n".join(_texts(value))
    return any(new in texts for new in said.values()) and not any(old in texts for old in said)


@lru_cache(maxsize=16)
def _reworded(written: str, subject: str) -> Procedure:
    words = _words()[subject]
    kept = json.loads(written)
    changed = {name: value if name in AS_PUBLISHED else _said(value, words["said"]) for name, value in kept.items()}
    if changed != kept:
        changed["committee"] = kept["committee"] or words["committee"]
    return Procedure.model_validate_json(json.dumps(changed))


def _said(value: Any, said: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in said.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, list):
        return [_said(one, said) for one in value]
    return {name: _said(one, said) for name, one in value.items()} if isinstance(value, dict) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(one)


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Mapping[str, Any]]:
    return {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.toml"))}
