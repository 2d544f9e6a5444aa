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
from web.api.document_parts import CALLED, FILE, GAPS, KEY, LOOKING, REFUSALS, SAID, SEEN, SENT, TAGS, TRIAL
from web.api.operation_forms import Form, Kept
from web.api.operations import Operation, operations
from web.api.problems import PROBLEM, Problem
from web.api.schemas import PLAIN, Schema, Schemas, ref_to
from web.api.views import View
from web.deed import Deed
from workflows.views.outcome import Outcome

TITLE, VERSION = "Cairn: the interface for programs", "1"
ABOUT = (
    "What a person can do at the desk of a committee, for a program that holds a token. Addresses are "
    "those of the desk. docs/api.md tells how it is used."
)
RAISES = re.compile(r"\s*Raises [A-Z].*", re.DOTALL)
"""What a function raises, which is said in its answers."""
GAP = re.compile(r"\{(\w+)(:path)?\}")


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    schemas = Schemas(CALLED)
    problem, paths = _content(schemas.of(Problem), PROBLEM), dict[str, dict[str, Any]]()
    for one in operations():
        paths.setdefault(GAP.sub(r"{\1}", one.address), {})[one.method.lower()] = _operation(one, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": ABOUT, "license": {"name": "MIT"}},
        "servers": [{"url": ROOT}],
        "security": [{"token": []}],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted((schemas.components | SENT).items())),
            "responses": {f"Refused{code}": {"description": words, **problem} for code, words in REFUSALS.items()},
            "parameters": {"key": KEY, "said": SAID, "seen": SEEN, "trial": TRIAL},
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
    assert about is not None
    first, _, rest = RAISES.sub("", inspect.getdoc(about) or "").partition("\n\n")
    assert first, one
    body = {"requestBody": {"required": True, **_content(ref_to("Answers"))}} if doing else {}
    tag = one.address.split("/")[1]
    return {
        "operationId": one.name,
        "tags": [tag if tag in TAGS else "work"],
        "summary": " ".join(first.split()) if doing or one.view else f"What is asked for: {' '.join(first.split())}",
        **({"description": " ".join(rest.split())} if rest else {}),
        "parameters": list(_parameters(one)),
        **body,
        "responses": {**dict(_answers(one, schemas)), **refused},
    }


def is_deed(one: Operation) -> bool:
    """Whether an operation is done on a case, and answers with what it did to that."""
    return one.form is not None and get_type_hints(one.form.make).get("return") is Deed


def _answers(one: Operation, schemas: Schemas) -> Iterator[tuple[str, Any]]:
    if one.view is not None and one.view.gives is Response:
        yield "200", {"description": "The file.", "content": FILE}
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
        schema = {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "description": GAPS[name], "schema": schema}
    for name, asked in one.view.parameters.items() if one.view else ():
        yield {"name": name, "in": "query", "schema": _asked(asked)}
    if one.form is not None and one.method == "GET" and is_deed(one):
        yield {"$ref": "#/components/parameters/said"}
    if one.method == "POST":
        named = ("key", "trial", "seen") if is_deed(one) and "{ref}" in one.address else ("key", "trial")
        yield from ({"$ref": f"#/components/parameters/{name}"} for name in named)


def _asked(one: inspect.Parameter) -> Schema:
    hint = one.annotation
    low = {"minimum": 1, "maximum": 5000} if one.name == "limit" else {}
    said = Schemas().of(hint)
    return {**said, **low, **({"default": one.default} if one.default not in {"", inspect.Parameter.empty} else {})}


if __name__ == "__main__":
    import web.app

    assert web.app.PAGES
    sys.stdout.write(text())
