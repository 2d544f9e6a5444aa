"""Checks JSON sent by a program against a form: an object with an answer for each question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from starlette.datastructures import FormData

from states.answers import MEASURE
from web.answers import REASON
from web.api.problems import Unreadable
from workflows.views.question import Question

NOT_JSON = "The body is not JSON: {fault}. Send one object, such as {{}}."
NO_OBJECT = "The body is one object: the name of each question with its answer."
NO_QUESTION = "There is no question {name!r} here: the questions are {known}."
NOT_SO = "“{label}” ({name!r}) takes {takes}, not {said}."
TAKES = {
    "yes_no": 'a text, true or false, or an object {"answer", "reason"}',
    "measures": "a list of objects",
    "number": "a whole number",
}


def read(body: bytes) -> dict[str, Any]:
    """The object that was sent; an empty body is an empty one. Raises Unreadable."""
    if not body.strip():
        return {}
    try:
        found = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        raise Unreadable(NOT_JSON.format(fault=str(fault)[:80])) from None
    if not isinstance(found, dict):
        raise Unreadable(NO_OBJECT)
    return found


def _no_number(sign: str) -> float:
    raise ValueError(f"{sign} is no number")


def as_form(sent: dict[str, Any]) -> FormData:
    """The same as a form has it: a list as a field that is there several times, the parts of an object each alone."""
    return FormData([pair for name, value in sent.items() for pair in _pairs(str(name), value)])


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield name, "yes" if value else "no"
    elif isinstance(value, list):
        for place, one in enumerate(value):
            if isinstance(one, dict):
                yield from ((f"{name}.{place:03}.{part}", str(said)) for part, said in one.items() if part in MEASURE)
            else:
                yield name, str(one)
    elif isinstance(value, dict):
        yield name, str(value.get("answer", ""))
        yield f"{name}{REASON}", str(value.get("reason", ""))
    elif value is not None:
        yield name, str(value)


def faults(asked: Iterable[Question], sent: dict[str, Any], given: Iterable[str]) -> Iterator[str]:
    """What answers no question, or is of another form than its question asks for, each in a sentence."""
    known = {one.name: one for one in asked}
    for name, value in sent.items():
        one = known.get(name)
        if one is None and name not in given:
            yield NO_QUESTION.format(name=name[:60], known=", ".join(known) or "none")
        elif one is not None and value is not None and not _fits(one, value):
            takes = TAKES.get(one.kind, "a list of texts" if one.several else "a text")
            yield NOT_SO.format(label=one.label, name=name[:60], takes=takes, said=_kind_of(value))


def _fits(one: Question, value: Any) -> bool:
    if one.kind == "measures":
        return isinstance(value, list) and all(isinstance(each, dict) for each in value)
    if one.several:
        return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))
    if one.kind == "yes_no":
        return isinstance(value, str | bool | dict)
    if one.kind == "number":
        return isinstance(value, str | int) and not isinstance(value, bool)
    return isinstance(value, str)


def _kind_of(value: Any) -> str:
    kinds = {bool: "true or false", dict: "an object", list: "a list", str: "a text"}
    return kinds.get(type(value), "a number")
