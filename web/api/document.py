"""The OpenAPI document of the interface for programs: made from its operations, kept in docs/api, and served."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, get_type_hints

from starlette.responses import Response

from web.api.as_json import ROOT
from web.api.doing import Form, Kept
from web.api.looking import View
from web.api.operations import Operation, operations
from web.api.problems import PROBLEM, Problem
from web.api.schemas import PLAIN, Schema, Schemas
from web.deed import Deed
from workflows.views.outcome import Outcome

TITLE, VERSION = "Cairn: the interface for programs", "1"
ABOUT = (
    "What a person can do at the desk of a Child Protection Committee, for a program that holds a token. Addresses are "
    "those of the desk. docs/api.md tells how it is used."
)
REFUSALS: dict[str, str] = {
    "400": "The body is no JSON of the form that is asked for, or a header is missing.",
    "401": "No token was sent, or one that lets nobody in.",
    "403": "The role of the token, or the token itself, does not do this.",
    "404": "There is no such thing, or it is kept to others.",
    "409": "This cannot be done as things stand.",
    "412": "The case has changed since it was read.",
    "413": "What was sent is too large.",
    "422": "An answer cannot be taken as it is.",
    "428": "The version that was seen is not said.",
    "503": "The database is busy: the same can be sent again.",
}
LOOKING = ("401", "403", "404", "409", "422", "503")
"""What somebody who looks at something may be answered besides."""
GAP = re.compile(r"\{(\w+)(:path)?\}")
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A text of one's own for what is sent now: sent again with the same, it is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
SEEN = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The version of the case that was seen: the ETag of the answer in which it was read.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
TRIAL = {
    "name": "trial",
    "in": "query",
    "description": "With yes, it is said what would happen, and nothing is written.",
    "schema": {"enum": ["yes", "no"], "default": "no"},
}
SENT_FILE: Schema = {
    "type": "object",
    "description": "A file that is kept as evidence once it is done.",
    "properties": {"name": PLAIN[str], "content": {"type": "string", "contentEncoding": "base64"}},
    "required": ["name", "content"],
    "additionalProperties": False,
}
ANSWER: Schema = {
    "description": "A text, a whole number, true or false, a list, or an answer with its reason, as the question asks.",
    "anyOf": [
        {"type": ["string", "integer", "boolean", "null"]},
        {"type": "array", "items": {"type": "string"}},
        {"type": "array", "items": {"anyOf": [{"type": "string"}, SENT_FILE]}},
        {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}},
        {"type": "object", "properties": {"answer": {"type": "string"}, "reason": {"type": "string"}}},
    ],
}


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    schemas = Schemas()
    problem, paths = _content(schemas.of(Problem), PROBLEM), dict[str, dict[str, Any]]()
    for one in operations():
        paths.setdefault(GAP.sub(r"{\1}", one.address), {})[one.method.lower()] = _operation(one, schemas)
    schemas.components["Answers"] = {
        "type": "object",
        "description": "An answer for each question: GET at the same address says which there are.",
        "additionalProperties": {"$ref": "#/components/schemas/Answer"},
    }
    schemas.components["Answer"] = ANSWER
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": ABOUT, "license": {"name": "MIT"}},
        "servers": [{"url": ROOT}],
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": {f"Refused{code}": {"description": words, **problem} for code, words in REFUSALS.items()},
            "parameters": {"key": KEY, "seen": SEEN, "trial": TRIAL},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def text() -> str:
    """The document as it is kept."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def _operation(one: Operation, schemas: Schemas) -> dict[str, Any]:
    doing = one.method == "POST"
    refused = {code: {"$ref": f"#/components/responses/Refused{code}"} for code in (REFUSALS if doing else LOOKING)}
    about = one.view.show if one.view else one.form.make if one.form else None
    first, _, rest = (inspect.getdoc(about) or _words(one)).partition("\n\n")
    body = {"requestBody": {"required": True, **_content({"$ref": "#/components/schemas/Answers"})}} if doing else {}
    return {
        "operationId": one.name,
        "summary": " ".join(first.split()) if doing or one.view else f"What is asked for: {' '.join(first.split())}",
        **({"description": " ".join(rest.split())} if rest else {}),
        "parameters": list(_parameters(one)),
        **body,
        "responses": {**dict(_answers(one, schemas)), **refused},
    }


def _words(one: Operation) -> str:
    return f"{one.policy.replace('_', ' ').capitalize()}."


def is_deed(one: Operation) -> bool:
    """Whether an operation is done on a case, and answers with what it did to that."""
    return one.form is not None and get_type_hints(one.form.make).get("return") is Deed


def _answers(one: Operation, schemas: Schemas) -> Iterator[tuple[str, Any]]:
    if one.view is not None and one.view.gives is Response:
        yield "200", {"description": "The file.", "content": {"*/*": {}}}
    elif one.view is not None:
        yield "200", _answer("What was asked for.", schemas.of(one.view.gives), tagged="version" in _names(one.view))
    elif one.method == "GET":
        yield "200", _answer("The questions there are now.", schemas.of(Form), tagged=is_deed(one))
    elif is_deed(one):
        yield "200", _answer("It is done, or with trial it could be.", schemas.of(Outcome), tagged=True)
        yield "201", _answer("It is done, and something new was made.", schemas.of(Outcome), tagged=True)
    else:
        given = one.form.gives if one.form is not None and one.form.gives is not None else Kept
        yield "200", _answer("It is done, or with trial it could be.", schemas.of(given), tagged=False)


def _names(view: View) -> tuple[str, ...]:
    return tuple(getattr(view.gives, "__dataclass_fields__", ()))


def _answer(words: str, schema: Schema, *, tagged: bool) -> dict[str, Any]:
    tag = {"description": "The version of the case.", "schema": PLAIN[str]}
    return {"description": words, **({"headers": {"ETag": tag}} if tagged else {}), **_content(schema)}


def _content(schema: Schema, kind: str = "application/json") -> dict[str, Any]:
    return {"content": {kind: {"schema": schema}}}


def _parameters(one: Operation) -> Iterator[dict[str, Any]]:
    for name, _ in GAP.findall(one.address):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    for name, asked in one.view.parameters.items() if one.view else ():
        yield {"name": name, "in": "query", "schema": _asked(asked)}
    if one.method == "POST":
        named = ("key", "trial", "seen") if is_deed(one) and "{ref}" in one.address else ("key", "trial")
        yield from ({"$ref": f"#/components/parameters/{name}"} for name in named)


def _asked(one: inspect.Parameter) -> Schema:
    hint = one.annotation
    if hint is bool:
        return {"enum": ["yes", "no"], "default": "yes" if one.default else "no"}
    low = {"minimum": 1, "maximum": 5000} if one.name == "limit" else {}
    said = Schemas().of(hint)
    return {**said, **low, **({"default": one.default} if one.default not in {"", inspect.Parameter.empty} else {})}


if __name__ == "__main__":
    import web.app

    assert web.app.PAGES
    sys.stdout.write(text())
