"""Who keeps the cases of an edition: whatever role it says, reached, asked and named by the edition's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.procedure_checks import faults
from states.entry import Actor
from states.procedure import Procedure
from states.roles import capacity, keepers, role_obstacle
from states.steps import Notice
from tests.casework import edited, messages, tasks
from tests.office import FIFE, POLICE
from workflows.verbs.advance import advance
from workflows.verbs.open import open_case
from workflows.verbs.people import change_people, who_leads
from workflows.verbs.request import decline, request
from workflows.verification.verify import verify
from workflows.views.agenda import agenda, items
from workflows.views.tasks import tasks_for
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from tests.office import Office

KEEPER = {"label": "Information officer (FOI)", "keeps_cases": True}
STAND_IN = {"label": "Information assistant", "acts_for": ["information_officer"]}


def kept_by_another(**more: Any) -> Procedure:
    """The small edition in which an information officer is what the lead officer was."""
    whole = (
        edited().model_dump_json(by_alias=True, exclude_unset=True).replace('"lead_officer"', '"information_officer"')
    )
    found = Procedure.model_validate_json(whole).model_dump(mode="json", by_alias=True, exclude_unset=True)
    found["roles"] |= {"information_officer": KEEPER, "assistant": STAND_IN, **more}
    return Procedure.model_validate(found)


def test_the_role_that_keeps_the_cases_is_the_one_that_says_so() -> None:
    assert (edited().keeper, kept_by_another().keeper) == ("lead_officer", "information_officer")
    assert keepers(kept_by_another()) == ("chair", "information_officer", "assistant")
    called = {name: kept_by_another().label_of("roles", name) for name in OFFICERS}
    assert called == {"lead_officer": "Information officer (FOI)", "deputy_lead_officer": "Information assistant"}
    assert [kept_by_another().office_role(name) for name in ("information_officer", "chair", "")] == [
        "lead_officer",
        "chair",
        "",
    ]
    assert "keeps_cases" not in edited().roles["lead_officer"].model_dump()


def test_an_edition_whose_cases_nobody_keeps_is_refused() -> None:
    def wrong(**roles: Any) -> list[tuple[Any, str]]:
        whole = kept_by_another(**roles)
        return [(where, what) for where, what in faults(whole, calendars=frozenset({"scotland"}))]

    assert wrong() == []
    assert [where for where, _ in wrong(information_officer={"label": "Officer"})] == [("roles",)]
    ((where, _),) = wrong(chair={"label": "Chair", "keeps_cases": True})
    assert where in {("roles", "information_officer", "keeps_cases"), ("roles", "chair", "keeps_cases")}
    outside = {**KEEPER, "external": True, "recorded_by": ["chair"]}
    assert [where for where, _ in wrong(information_officer=outside)] == [("roles", "information_officer", "external")]


def test_the_lead_officer_of_the_office_acts_as_whoever_keeps_the_cases() -> None:
    procedure = kept_by_another()
    roles = ("information_officer",)
    acting = {name: capacity(procedure, Actor(name="A", role=name), roles) for name in ROLES}

    assert acting == {
        "information_officer": "",
        "lead_officer": "",
        "assistant": "information_officer",
        "deputy_lead_officer": "information_officer",
        "chair": None,
    }
    assert role_obstacle(procedure, Actor(name="A", role="chair"), roles, "This") == (
        "This is for the information officer (FOI): committee chair may not do it."
    )


OFFICERS = ("lead_officer", "deputy_lead_officer")
ROLES = ("information_officer", "lead_officer", "assistant", "deputy_lead_officer", "chair")


def test_whoever_keeps_the_case_and_notified_it_has_one_letter_and_the_record_is_whole(office: Office) -> None:
    procedure = kept_by_another()
    first = procedure.transitions[0].model_copy(
        update={"notify": (Notice(tell=("information_officer", "notifier"), message="acknowledged"),)}
    )
    office.editions["small"] = procedure.model_copy(update={"transitions": (first, *procedure.transitions[1:])})
    office.add_contact("information_officer", name="Kim Example")
    office.do(open_case, "small", role="information_officer", answers={"informed_on": "2026-03-01"})

    assert len(messages(office, kind="acknowledged")) == 1
    assert verify(office.engine).places == ()


def test_whoever_keeps_the_case_is_reached_and_asked(office: Office) -> None:
    office.editions["small"] = kept_by_another()
    office.add_contact("information_officer", name="Kim Example")
    given = {"answers": {"informed_on": "2026-03-01"}, "agencies": (FIFE, POLICE), "lead": "Kim Example"}

    case = office.do(open_case, "small", role="information_officer", **given)
    with office.engine.connect() as tx:
        (form,) = (one for one in items(tx, office.now.date(), ahead=None) if one.key == "form")
        assert form.role == "lead_officer"
        viewers = {role: Viewer(Actor(name="Kim Example", role=role), office.now) for role in ROLES}
        asked = {role: [one.key for one in agenda(tx, viewer).this_week] for role, viewer in viewers.items()}
        assert asked == {role: ["form"] if role != "chair" else [] for role in ROLES}
    office.do(advance, case.ref, "gather", role="assistant")
    office.do(request, case.ref, "report", (FIFE,))  # the office's own lead officer
    office.do(decline, case.ref, FIFE, "No records.", role="agency", agency_of_actor=FIFE)
    office.do(change_people, case.ref, deputy="Sam Example", why="He is away.", role="information_officer")

    kim = next(row.contact_id for row in messages(office, kind="case_opened"))
    assert {row.contact_id for row in messages(office, kind="answer_declined")} == {kim}
    assert [row.kind for row in tasks(office)] == ["declined"]
    assert office.deliver().failed == 0
    with office.engine.connect() as tx:
        assert [one.called for one in tasks_for(tx, viewers["assistant"])] == ["Information officer (FOI)"]
        assert not tasks_for(tx, viewers["chair"])
    with office.engine.connect() as tx:
        assert "information_officer" not in {one.role for one in items(tx, office.now.date(), ahead=None)}
        mine = office.uow(tx, "information_officer", name="Kim Example")
        assert (who_leads(mine), who_leads(mine, edition="small"), who_leads(mine, "Sam")) == ("", "Kim Example", "Sam")
