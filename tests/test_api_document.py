"""The OpenAPI document is made from what there is, is kept as it was made, and says what is really answered."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from starlette.responses import Response

from config.meetings import COMMITTEE
from records.database import transaction
from records.outbox import Owing, ask
from states.moments import local_day
from tests.program import program
from tests.test_recommend import FACTS
from web.api.as_json import ROOT
from web.api.document import GAP, document, text
from web.api.operations import NOT_LOOKED_AT, OF_THE_DESK, operations
from web.app import PAGES
from web.policy import TABLE
from workflows.verbs.meetings import add_item, call_meeting
from workflows.verbs.recommend import propose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.desk import Committee

KEPT = Path(__file__).parent.parent / "docs" / "api" / "openapi.json"
ASKED: Mapping[str, dict[str, str]] = {
    "case_as_it_was": {"day": "2026-03-02"},
    "search": {"q": "NHS"},
    "similar": {"q": "Agencies share what they know."},
    "due": {"start": "2026-03-02"},
    "extract": {"first": "2025-04-01", "last": "2026-03-31"},
    "case_move_preview": {"edition": "scotland-scr-2015"},
}


def test_the_document_is_kept_as_it_is_made() -> None:
    assert KEPT.read_text() == text(), "run: make api"
    assert document()["openapi"].startswith("3.1")
    assert len({one.name for one in operations()}) == len(operations())


def test_the_document_holds_together_and_says_what_each_thing_is_for() -> None:
    whole = document()
    named = {one["name"] for one in whole["tags"]}

    for name in set(re.findall(r'"#/components/(\w+/\w+)"', text())):
        part, _, one = name.partition("/")
        assert whole["components"][part].get(one), f"{name} is spoken of and is not there"
    for path, methods in whole["paths"].items():
        for one in methods.values():
            assert one["summary"].endswith("."), one["operationId"]
            assert "Raises" not in one["summary"], one["operationId"]
            assert set(one["tags"]) <= named
            gaps = [each["name"] for each in one["parameters"] if each.get("in") == "path"]
            assert gaps == re.findall(r"{(\w+)}", path)


def test_every_page_of_the_desk_can_be_looked_at_or_says_why_not() -> None:
    pages = {route.name for page in PAGES for route in page.router.routes if "GET" in route.methods}
    looked_at = {one.policy for one in operations()}

    rest = {name for name in pages - looked_at - set(NOT_LOOKED_AT) if not TABLE[name].public}
    assert rest == {"account_new", "account_change", "token_new", "token_revoke", "webhook_new", "webhook_change"}
    assert set(NOT_LOOKED_AT) <= pages
    assert OF_THE_DESK in NOT_LOOKED_AT.values()


def stocked(desk: Committee) -> dict[str, str]:
    """A committee with something of everything, and what stands in the gaps of an address."""
    ref = desk.drafts_letters()
    desk.acts("lead_officer", call_meeting, COMMITTEE, local_day(desk.now))
    desk.acts("lead_officer", add_item, COMMITTEE, 1, "Budget for training", "Asked for by the chair.")
    proposed = desk.acts("lead_officer", propose, desk.open_case(), FACTS).case.ref
    with transaction(desk.here.engine) as tx:
        owing = Owing(None, "", 0, "unreachable", {"problem": "NHS Fife cannot be reached"})
        task = ask(tx, owing, "unreachable", "lead_officer", desk.now)
    gaps = {"ref": ref, "key": "icr_report_due", "asked": "R1", "number": "1", "name": "scotland", "task": str(task)}
    return {**gaps, "edition": "scotland-learning-review-2024", "recommendation": proposed, "entry": "1"}


SPECIAL: Mapping[str, dict[str, str]] = {
    "recommendation": {"ref": "{recommendation}"},
    "task": {"number": "{task}"},
    "edition": {"name": "{edition}"},
    "due": {"name": "{edition}", "limit": "information"},
    "learning_paper": {"name": "board"},
    "year": {"year": "2025-26", "version": "full"},
}
ABSENT = {"pack", "sample", "case_move_preview", "compliance_published"}
"""Of these there is none in the committee: what is answered says so."""


def filled(name: str, address: str, gaps: Mapping[str, str]) -> str:
    """An address with something in each of its gaps."""
    known = {**gaps, **{gap: said.format(**gaps) for gap, said in SPECIAL.get(name, {}).items()}}
    return GAP.sub(lambda found: known.get(found[1], "x"), address)


def test_what_is_answered_is_as_the_document_says(desk: Committee) -> None:
    whole, gaps = document(), stocked(desk)
    programs = {role: program(desk, role) for role in ("lead_officer", "auditor", "administrator")}
    dates = programs["lead_officer"].get(f"/cases/{gaps['ref']}").json()["dates"]
    gaps, empty = {**gaps, "key": dates[0]["key"]}, list[str]()

    for one in operations():
        if one.method == "POST" or (one.view is not None and one.view.gives is Response):
            continue  # files are looked at where their pages are
        rule = TABLE[one.policy]
        who = next(each for role, each in programs.items() if rule.lets(role, doing=False))
        answer = who.get(filled(one.name, one.address, gaps), **ASKED.get(one.name, {}))
        said = whole["paths"][GAP.sub(r"{\1}", one.address)]["get"]["responses"].get(str(answer.status_code))
        assert said is not None, (one.name, answer.status_code, answer.text)
        check(whole, said, answer.headers["content-type"], answer.content)
        empty += [one.name] if answer.status_code != 200 else []
    assert {one for one in empty if not one.endswith("_form")} == ABSENT
    assert len(empty) < 40, empty


def check(whole: dict[str, Any], said: dict[str, Any], kind: str, content: bytes) -> None:
    """Hold an answer against the document."""
    if "$ref" in said:
        said = whole["components"]["responses"][said["$ref"].rpartition("/")[2]]
    schema = said["content"].get(kind.partition(";")[0], said["content"].get("*/*"))
    assert schema is not None, (kind, said)
    if "schema" not in schema:
        return
    body = json.loads(content)
    validator = Draft202012Validator({**schema["schema"], "components": whole["components"]})
    faults = [f"{'/'.join(map(str, one.absolute_path))}: {one.message[:300]}" for one in validator.iter_errors(body)]
    assert faults == []
    for moment in re.findall(r'"\d{4}-\d\d-\d\dT[^"]*"', content.decode()):
        assert re.fullmatch(r'"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)"', moment), moment


HOSTILE: tuple[bytes, ...] = (
    b"\xff",
    b'{"on": 3, "reason": {"answer": 1}, "agencies": [[1]], "what": null, "x": [{"a": {"b": []}}]}',
    b'{"reason": "\\ud800", "on": "2026-02-31", "until": "\\u0000", "number": 1e400}',
)


def test_whatever_is_sent_is_answered_as_the_document_says(desk: Committee) -> None:
    whole, gaps, lead = document(), stocked(desk), program(desk)

    for place, one in enumerate(operations()):
        said = whole["paths"][GAP.sub(r"{\1}", one.address)][one.method.lower()]["responses"]
        for body in HOSTILE if one.method == "POST" else ():
            headers = {**lead.headers(), "idempotency-key": f"k{place}", "if-match": '"2"'}
            answer = lead.client.post(f"{ROOT}{filled(one.name, one.address, gaps)}", content=body, headers=headers)
            assert str(answer.status_code) in said, (one.name, body, answer.status_code, answer.text)
            check(whole, said[str(answer.status_code)], answer.headers["content-type"], answer.content)
    odd = lead.get(f"/cases/{gaps['ref']}/items/J%0A/answer")
    assert (odd.status_code, odd.headers["content-type"]) == (404, "application/problem+json")
