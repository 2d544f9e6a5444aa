"""Parses what a person types at a question: choices by number, name or first letters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from states.identity import folded
from states.typed_days import LIKE, read_day

if TYPE_CHECKING:
    from workflows.views.question import Question

YES_NO = re.compile(r"(y|yes|n|no)\b[\s:,.;-]*(.*)", re.IGNORECASE | re.DOTALL)


class NoAnswer(ValueError):
    """What was typed is no answer to the question; the sentence says what one is."""


def taken(one: Question, typed: str) -> tuple[str, ...]:
    """The answers in what was typed, each as it is written on a command line. Raises NoAnswer."""
    parts = [part.strip() for part in typed.split(",")] if one.several else [typed.strip()]
    found = tuple(dict.fromkeys(_taken(one, part) for part in parts if part))
    if not found:
        raise NoAnswer("This must be answered.")
    return found


def _taken(one: Question, typed: str) -> str:
    if one.kind == "yes_no":
        return _yes_no(one, typed)
    if one.answers:
        return _chosen(one, typed)
    if one.kind == "date":
        return _day(typed)
    return _number(typed) if one.kind == "number" else typed


def _chosen(one: Question, typed: str) -> str:
    """The answer meant by a number, a name, its words, or the letters that only one begins with."""
    if typed.isdecimal() and 0 < int(typed) <= len(one.answers):
        return one.answers[int(typed) - 1][0]
    said = folded(typed)
    same = [name for name, words in one.answers if said in {folded(name), folded(words)}]
    begun = [name for name, words in one.answers if folded(name).startswith(said) or folded(words).startswith(said)]
    found = same or begun
    if len(found) == 1:
        return found[0]
    if one.free and not found:
        return typed
    if found:
        raise NoAnswer(f"{typed[:40]!r} may be {' or '.join(found[:5])}: type more of it, or its number.")
    raise NoAnswer(f"{typed[:40]!r} is none of the answers: type a number from 1 to {len(one.answers)}, or the name.")


def _day(typed: str) -> str:
    found = read_day(typed)
    if found is None:
        raise NoAnswer(f"{typed[:40]!r} is no date: write it like {LIKE}.")
    return found.isoformat()


def _number(typed: str) -> str:
    if not re.fullmatch(r"-?\d{1,9}", typed, re.ASCII):
        raise NoAnswer(f"{typed[:40]!r} is no whole number: write it in figures.")
    return typed


def _yes_no(one: Question, typed: str) -> str:
    found = YES_NO.fullmatch(typed)
    if found is None:
        raise NoAnswer(f"{typed[:40]!r} is neither yes nor no.")
    said, reason = ("yes" if found[1].lower().startswith("y") else "no"), found[2].strip()
    wanted = one.field.reason_when if one.field else None
    if wanted in {said, "always"} and not reason:
        raise NoAnswer(f"A {said} needs its reason: write {said}: and why.")
    return f"{said}:{reason}" if reason else said
