"""The interface for programs: what is done at the desk is done by sending JSON, once, on what was seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from starlette.routing import Match

from records import accounts, tokens
from records.accounts import Account
from records.database import reading
from records.tokens import Token
from states.entry import Actor
from states.errors import BadAnswer, NotPossible
from tests.desk import AGENCIES, ANSWERS, EDITION, NOON, PEOPLE
from tests.program import Program, program
from tests.test_web_deeds import gathering, kept
from web.api.application import alike, routes
from web.api.as_json import ROOT
from web.api.document import GAP
from web.api.operations import FORM, NOT_FOR_PROGRAMS, Operation, operations
from web.api.token_guard import out_of_scope
from web.app import PAGES
from web.form_routes import FORMS
from web.policy import ACTING, TABLE
from workflows.verbs.accounts import add_account
from workflows.verbs.keep_to import keep_to
from workflows.verbs.tokens import Scope, make_token, revoke_token

if TYPE_CHECKING:
    from httpx2 import Response

    from tests.desk import Committee

ANSWER = {"information_file": "file 20", "account_given": True, "reflection_given": {"answer": "no", "reason": "Later"}}


def problem(answer: Response, status: int, name: str) -> dict[str, Any]:
    """The problem details of an answer, which must be of this status and kind."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    found: dict[str, Any] = answer.json()
    assert (found["type"], found["status"]) == (f"urn:cairn:problem:{name}", status)
    assert found["obstacles"]
    assert all(one["detail"].endswith((".", "?")) for one in found["obstacles"])
    return found


def test_a_program_reads_a_case_asks_and_records_an_answer_and_each_entry_says_by_whom(desk: Committee) -> None:
    ref = gathering(desk)
    lead = program(desk)

    case = lead.get(f"/cases/{ref}")
    assert (case.status_code, case.headers["etag"], case.json()["version"]) == (200, '"2"', 2)
    offer = next(one for one in case.json()["else"] if one["verb"] == "request send")
    assert offer["href"] == f"{ROOT}/cases/{ref}/requests?what=information"

    asked = lead.post(f"/cases/{ref}/requests", {"what": "information", "agencies": ["NHS Fife"]}, seen=2)
    assert (asked.status_code, asked.headers["etag"], asked.json()["kind"]) == (200, '"3"', "requested")
    form = lead.get(f"/cases/{ref}/requests/R1/answer")
    assert (form.headers["etag"], [one["name"] for one in form.json()["questions"]][:3]) == ('"3"', list(ANSWER))

    tried = lead.post(f"/cases/{ref}/requests/R1/answer", ANSWER, seen=3, trial="yes")
    assert (tried.json()["entry"], kept(desk, ref).dossier.version) == (4, 3)
    done = lead.post(f"/cases/{ref}/requests/R1/answer", ANSWER, seen=3)
    assert done.json() == tried.json()
    assert kept(desk, ref).dossier.requests["R1"].status == "answered"

    first = lead.get(f"/cases/{ref}/history", limit=3).json()
    rest = lead.get(f"/cases/{ref}/history", limit=3, cursor=first["next"]).json()
    assert [one["sequence"] for one in (*first["items"], *rest["items"])] == [1, 2, 3, 4]
    actor = rest["items"][0]["actor"]
    assert (actor["name"], actor["account"], actor["program"]) == ("L. Officer", str(desk.numbers["lead_officer"]), "1")
    assert rest["items"][0]["by"] == "L. Officer (lead officer, by program 1)"
    assert rest["items"][0]["recorded_at"] == "2026-03-02T12:00:00Z"
    assert rest["next"] is None


def test_a_case_is_opened_once_whatever_is_sent_again(desk: Committee) -> None:
    lead = program(desk)
    said = {"edition": EDITION, "step": "notify", "agency": ["NHS Fife"], **ANSWERS}

    first = lead.post("/cases/new", said, key="one")
    again = lead.post("/cases/new", said, key="one")
    assert (first.status_code, again.status_code, again.text) == (201, 201, first.text)
    assert (again.headers["idempotent-replayed"], again.headers["etag"]) == ("true", '"1"')
    ref = first.json()["ref"]
    assert first.headers["location"] == f"{ROOT}/cases/{ref}"
    problem(lead.post("/cases/new", {**said, "agency": ["Police Scotland"]}, key="one"), 422, "key-taken")
    problem(lead.post(f"/cases/{ref}/missed", said, key="one", seen=1), 422, "key-taken")
    assert [one["ref"] for one in lead.get("/cases").json()["items"]] == [ref]

    second = lead.post("/cases/new", said, key="two").json()["ref"]
    page = lead.get("/cases", limit=1).json()
    assert [one["ref"] for one in lead.get("/cases", limit=5, cursor=page["next"]).json()["items"]] == [second]
    other = program(desk, "deputy_lead_officer")
    assert other.post("/cases/new", said, key="one").json()["ref"] not in {ref, second}


def test_what_is_refused_says_all_that_stands_in_the_way_and_may_be_sent_again(desk: Committee) -> None:
    ref = gathering(desk)
    lead, person = program(desk), program(desk, "nominated_person")
    root = f"/cases/{ref}/requests"
    said = {"what": "information", "agencies": ["NHS Fife"]}

    problem(lead.client.post(f"{ROOT}{root}", json=said, headers=lead.headers()), 400, "no-idempotency-key")
    problem(lead.post(root, said), 428, "version-not-said")
    stale = problem(lead.post(root, said, seen=1, key="a"), 412, "stale")
    assert stale["obstacles"][0]["remedies"][0] | {"arguments": {}} == {
        "verb": "show",
        "words": f"the page of {ref}",
        "href": f"{ROOT}/cases/{ref}",
        "arguments": {},
    }
    problem(lead.post(root, said, seen='"x"', key="a"), 412, "stale")
    wrong = problem(
        lead.post(root, {**said, "colour": "red", "on": "soon", "agencies": 7}, seen=2, key="a"), 422, "bad-answer"
    )
    assert len(wrong["obstacles"]) == 3
    problem(lead.post(root, [1], seen=2), 400, "unreadable")
    problem(
        lead.client.post(f"{ROOT}{root}", content=b"{", headers={**lead.headers(), "idempotency-key": "b"}),
        400,
        "unreadable",
    )
    blocked = problem(person.post(f"/cases/{ref}/steps/draft_recommendation", {}, seen=2), 409, "not-possible")
    assert "Nobody has been asked yet" in blocked["detail"]
    missing = problem(lead.post("/cases/new", {"edition": EDITION, "step": "notify"}), 409, "not-possible")
    assert len(missing["obstacles"]) == 2

    assert lead.post(root, said, seen=2, key="a").status_code == 200
    problem(lead.post(root, said, seen=2, key="c"), 412, "stale")
    problem(lead.get("/cases", cursor="x"), 422, "bad-answer")
    problem(lead.get("/cases", limit="0"), 422, "bad-answer")
    problem(lead.get("/nowhere"), 404, "not-found")
    problem(lead.client.put(f"{ROOT}{root}", headers=lead.headers()), 405, "method")


def test_a_token_lets_in_as_far_as_its_account_its_role_and_its_scope_go(desk: Committee) -> None:
    ref = gathering(desk)
    root, said = f"/cases/{ref}/requests", {"what": "information", "agencies": ["NHS Fife"]}

    reader, asks = program(desk, read_only=True), program(desk, verbs=("requests",))
    problem(reader.post(root, said, seen=2), 403, "out-of-scope")
    assert reader.get(f"/cases/{ref}").status_code == 200
    problem(asks.post(f"/cases/{ref}/people", {"deputy": "D. Deputy"}, seen=2), 403, "out-of-scope")
    assert asks.post(root, said, seen=2).status_code == 200
    problem(program(desk, "administrator").get(f"/cases/{ref}"), 403, "out-of-scope")

    for held in ("", "cairn_x", f"{asks.token}x"):
        answer = Program(asks.client, held).get("/cases/LR-0000-0000")
        problem(answer, 401, "no-token")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    with reading(desk.here.engine) as tx:
        found = tokens.find(tx, asks.token)
        assert found is not None
        assert (found.verbs, found.used_at) == (("requests",), desk.now)
    desk.acts("administrator", revoke_token, found.id, "It is no longer used.")
    problem(asks.get("/cases"), 401, "no-token")
    short = program(desk, days=1)
    desk.now += timedelta(days=1)
    problem(short.get("/cases"), 401, "no-token")


def test_a_case_that_is_kept_to_others_is_not_there_for_a_program_either(desk: Committee) -> None:
    ref, other = gathering(desk), desk.open_case()
    desk.acts("lead_officer", keep_to, ref, [desk.numbers["lead_officer"]], "Named people only.")
    member, lead = program(desk, "committee"), program(desk)

    hidden = problem(member.get(f"/cases/{ref}"), 404, "not-found")
    missing = problem(member.get("/cases/LR-2026-0999"), 404, "not-found")
    assert hidden["detail"].replace(ref, "") == missing["detail"].replace("LR-2026-0999", "")
    assert [one["ref"] for one in member.get("/cases").json()["items"]] == [other]
    assert len(lead.get("/cases").json()["items"]) == 2
    for one in operations():
        address = one.address.replace("{ref}", ref)
        if ref in address and TABLE[one.policy].lets("committee", doing=one.method == "POST"):
            address = address.replace("{key:path}", "x").replace("{asked:path}", "x").replace("{", "").replace("}", "")
            answer = member.get(address) if one.method == "GET" else member.post(address, {}, seen=2)
            assert answer.status_code == 404, (one, answer.text)


def test_every_form_of_the_desk_is_an_operation_and_whoever_may_is_said_by_the_same_table() -> None:
    assert PAGES
    names = {one.name for one in operations()}

    assert set(FORMS) - set(NOT_FOR_PROGRAMS) == {one.name for one in operations() if one.method == "POST"}
    assert {f"{name}{FORM}" for name in FORMS if name not in NOT_FOR_PROGRAMS} <= names
    assert {one.policy for one in operations()} <= set(TABLE)
    for operation in operations():
        doing = operation.method == "POST"
        lets = {role for role in PEOPLE if TABLE[operation.policy].lets(role, doing=doing)}
        assert {role for role in PEOPLE if let_in(role, operation)} == lets, operation


def test_an_address_is_found_among_those_like_it_as_among_all() -> None:
    assert PAGES
    places = [one.address.split("/") for one in operations()]
    first, third = ({one[place] for one in places if len(one) > place} for place in (1, 3))
    filled = [GAP.sub("x", one.address) for one in operations()]
    others = [f"/{one}/x/{other}" for one in first for other in third]

    for address in (*filled, *others, "", "/", "/cases/", "//", "/cases/x/requests/a/b/answer"):
        for method in ("GET", "POST"):
            scope = {"type": "http", "method": method, "path": f"{ROOT}{address}", "root_path": ROOT}
            like, every = (
                next((one for one in some if one.matches(scope)[0] is Match.FULL), None)
                for some in ((one for one, _ in alike(scope)), routes())
            )
            assert like is every or (like is None and every is not None and "{" in every.path), (method, address)


def let_in(role: str, operation: Operation) -> bool:
    """Whether a token for a role lets a program do something."""
    token = Token(1, "A test", Account(1, "x", "X", (role,)), role, False, (), NOON, NOON)
    rule, doing = TABLE[operation.policy], operation.method == "POST"
    return out_of_scope(token, rule, operation.policy, (role,), doing=doing) is None


def test_no_operation_is_done_for_a_stranger_or_for_a_role_that_has_not_got_it(desk: Committee) -> None:
    keeper = program(desk, "administrator")
    stranger = Program(keeper.client, "")

    for operation in operations():
        path = GAP.sub("x", operation.address)
        for one in (stranger, keeper):
            answer = one.get(path) if operation.method == "GET" else one.post(path, {}, seen=1)
            lets = TABLE[operation.policy].lets("administrator", doing=operation.method == "POST")
            expected = answer.status_code == 401 if one is stranger else (answer.status_code == 403) is not lets
            assert expected, (operation.name, answer.status_code, answer.text)
            assert answer.status_code < 500


def test_tokens_are_made_by_an_administrator_for_somebody_of_the_committee(desk: Committee) -> None:
    make = {"known": {"requests"}}
    number = desk.numbers["lead_officer"]

    for role in ACTING & set(PEOPLE):
        with pytest.raises(NotPossible, match="administrator"):
            desk.acts(role, make_token, number, "lead_officer", "X", **make)
    for wrong in (
        {"verbs": ("colour",)},
        {"verbs": ("requests",), "read_only": True},
        {"days": 0},
        {"days": 367},
    ):
        with pytest.raises(BadAnswer):
            desk.acts("administrator", make_token, number, "lead_officer", "X", **make, scope=Scope(**wrong))
    agent = desk.acts("administrator", add_account, "F. First", "fife", ["agency"], AGENCIES[0])
    for who, role in ((number, "chair"), (999, "lead_officer"), (agent.id, "agency")):
        with pytest.raises(BadAnswer):
            desk.acts("administrator", make_token, who, role, "X", **make)
    by_token = Actor(name="K. Keeper", role="administrator", account=str(desk.numbers["administrator"]), program="1")
    with pytest.raises(NotPossible, match="administrator"), desk.here.uow(by_token, desk.now) as uow:
        make_token(uow, number, "lead_officer", "X", **make)
    with reading(desk.here.engine) as tx:
        assert tokens.read(tx) == ()
        assert accounts.read(tx)[len(PEOPLE) :] == (agent,)
