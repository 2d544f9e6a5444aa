"""A case of the demo from opening to closing, and a recommendation with its evidence, by a generated client alone."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from tests.desk import EDITION, ORIGIN, client
from tests.generated_client import NAME, Generated, Through, generate
from tests.interface_story import ROLES, Told
from tests.program import program
from tests.test_web_deeds import kept
from web.api.as_json import ROOT
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pytest

    from tests.desk import Committee


def test_a_case_goes_from_opening_to_closing_through_a_client_that_is_generated_from_the_document(
    desk: Committee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(generate(tmp_path / "made"))
    roles = {*ROLES.values(), "deputy_lead_officer"}
    tokens = {role: program(desk, role, days=366).token for role in roles}
    theirs = Generated(f"{ORIGIN}{ROOT}", tokens, Through(client(desk.app, ORIGIN, desk.loop)))

    def at(now: datetime) -> None:
        desk.now = now

    refs = Told(theirs.sends, theirs.sees, at).tell()

    assert (kept(desk, refs["B"]).dossier.state, theirs.sees(refs["B"])["state"]) == ("not_proceeding",) * 2
    assert {"verified", "impact_assessed", "closed"} <= {state for ref, state in theirs.passed if ref == refs["R1"]}
    assert sum(one.is_file() for one in desk.here.settings.evidence.rglob("*")) >= 2
    assert theirs.files >= 2
    assert verify(desk.here.engine).ok

    history = theirs.calls("lead_officer", "case_history", refs["B"], limit=100).parsed
    assert all(one.actor.program for one in history.items)
    assert isinstance(history.items[0].happened_on, date)
    assert history.items[0].recorded_at.utcoffset() == timedelta(0)
    looks_into_the_rest(theirs, refs["C"])


def looks_into_the_rest(theirs: Generated, ref: str) -> None:
    """What is refused is read with its remedies, what is sent again is not done again, lists go on, forms say what."""
    version = theirs.sees(ref)["version"]
    said = {"body": theirs.answers({"deputy": "D. Deputy", "reason": "From today on."}), "idempotency_key": "once"}
    stale = theirs.calls("lead_officer", "people", ref, if_match='"1"', **said)
    assert (stale.status_code, stale.parsed.status, stale.parsed.type_) == (412, 412, "urn:cairn:problem:stale")
    assert stale.parsed.obstacles[0].remedies[0].href == f"{ROOT}/cases/{ref}"

    seen = f'"{version}"'
    tried, first, again = (
        theirs.calls("lead_officer", "people", ref, if_match=seen, trial=trial, **said)
        for trial in (True, False, False)
    )
    assert tried.parsed.version == first.parsed.version == again.parsed.version, first.content
    assert [one.headers.get("idempotent-replayed") for one in (tried, first, again)] == [None, None, "true"]

    page = theirs.calls("lead_officer", "cases", limit=1, kind="all").parsed
    rest = theirs.calls("lead_officer", "cases", limit=1, kind="all", cursor=page.next_).parsed
    assert page.items[0].ref != rest.items[0].ref
    chosen = import_module(f"{NAME}.models").Said.from_dict({"edition": EDITION, "step": "notify"})
    form = theirs.calls("lead_officer", "case_new_form", said=chosen).parsed
    asked = {one.name: one for one in form.questions}
    assert asked["agency"].kind == "agencies"
    assert all(one.value for one in asked["agency"].answers)
    drawing = theirs.calls("lead_officer", "edition_drawing", EDITION, of="committee")
    assert drawing.parsed.payload.read(4) == b"<svg"
