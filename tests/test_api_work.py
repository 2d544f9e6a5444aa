"""What is done beside the steps of a case is done by programs too: tasks, a yes, reminders, handing over, meetings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from config.meetings import COMMITTEE
from records.database import reading, transaction
from records.outbox import Owing, ask
from states.moments import local_day
from tests.program import program
from tests.test_api import problem
from tests.test_web_deeds import kept
from workflows.verbs.contacts import add_contact
from workflows.verbs.meetings import add_item, call_meeting, leave_out
from workflows.views.name_readings import name_readings

if TYPE_CHECKING:
    from tests.desk import Committee

NEW = "Another Officer"


def test_a_program_says_yes_closes_a_task_reminds_and_hands_over(desk: Committee) -> None:
    ref, lead = desk.drafts_letters(), program(desk)
    waiting = [one["id"] for one in lead.get(f"/yes/{ref}").json()["drafts"] if one["mine"]]
    with transaction(desk.here.engine) as tx:
        owing = Owing(None, "", 0, "unreachable", {"problem": "NHS Fife cannot be reached"})
        task = ask(tx, owing, "unreachable", "lead_officer", desk.now)

    asked = {one["name"]: one for one in lead.get(f"/yes/{ref}/said").json()["questions"]}
    assert [one["value"] for one in asked["letter"]["answers"]] == waiting != []
    problem(lead.post(f"/yes/{ref}/said", {"letter": waiting}), 422, "bad-answer")
    problem(lead.post(f"/yes/{ref}/said", {"decision": "withhold", "letter": waiting}), 422, "bad-answer")
    problem(lead.post(f"/yes/{ref}/said", {"decision": "go", "letter": waiting[1:]}), 412, "stale")
    said = {"decision": "go", "letter": waiting}
    problem(program(desk, "nominated_person").post(f"/yes/{ref}/said", said), 409, "not-possible")
    tried = lead.post(f"/yes/{ref}/said", said, trial="yes")
    assert tried.json() == {"did": f"Letters of {ref}, went: {len(waiting)}."}
    assert lead.post(f"/yes/{ref}/said", said).json() == tried.json()
    assert lead.get(f"/yes/{ref}").json()["drafts"] == []

    problem(lead.post(f"/tasks/{task}/settled"), 422, "bad-answer")
    closer = program(desk, verbs=("task",))
    assert closer.post(f"/tasks/{task}/settled", {"did": "Told them by telephone."}).json()["did"].startswith("Seen to")
    assert lead.get(f"/tasks/{task}").json()["did"] == "Told them by telephone."
    problem(closer.post("/reminders", {"date": [f"{ref} R1"]}), 403, "out-of-scope")

    desk.later(days=1)
    key = next(one["key"] for one in lead.get(f"/cases/{ref}").json()["dates"] if one["agency"])
    assert "written to" in lead.post("/reminders", {"date": [f"{ref} {key}"]}).json()["did"]
    again = problem(lead.post("/reminders", {"date": [f"{ref} {key}"]}), 409, "not-possible")
    assert again["detail"].endswith("was written to about it today already.")

    channels = [("email", "another@committee.example")]
    desk.acts("administrator", add_contact, role="lead_officer", name=NEW, channels=channels)
    version = kept(desk, ref).dossier.version
    said = {"to": NEW, "why": "On leave until May."}
    problem(lead.post("/handing-over", {**said, "ref": [ref]}), 422, "bad-answer")
    problem(lead.post("/handing-over", {**said, "ref": [f"{ref} {version - 1}"]}), 412, "stale")
    done = lead.post("/handing-over", {**said, "ref": [f"{ref} {version}"]})
    assert (done.json()["did"], kept(desk, ref).dossier.lead) == (f"Handed over to {NEW}: {ref}.", NEW)


def test_a_program_enters_a_child_and_every_reading_of_the_name_is_on_record(desk: Committee) -> None:
    ref, lead = desk.open_case(), program(desk, read_only=False)
    child = {"child": "A. Child", "born": "2019-05-01", "identifier": ["CHI=0105191234"]}

    assert lead.post(f"/cases/{ref}/children/new", child, seen=1).status_code == 200
    assert lead.get(f"/cases/{ref}/children").json() == {"ref": ref, "numbers": [1], "erased": False, "read": []}
    for _ in range(2):
        names = lead.get(f"/cases/{ref}/children/names").json()
        named = {"number": 1, "name": "A. Child", "born": "2019-05-01", "identifiers": {"CHI": "0105191234"}}
        assert names == [named]
    problem(program(desk, "nominated_person").get(f"/cases/{ref}/children/names"), 403, "out-of-scope")
    with reading(desk.here.engine) as tx:
        assert [(one.name, one.children) for one in name_readings(tx, ref)] == [("L. Officer", "child 1")] * 2


def test_a_program_orders_an_agenda_puts_an_item_back_and_publishes_a_year_that_is_over(desk: Committee) -> None:
    desk.acts("lead_officer", call_meeting, COMMITTEE, local_day(desk.now) + timedelta(days=7))
    for title in ("Budget for training", "Membership"):
        desk.acts("lead_officer", add_item, COMMITTEE, 1, title, "Asked for by the chair.")
    lead = program(desk)
    items = [one["value"] for one in lead.get("/meetings/1/order").json()["questions"][0]["answers"]]

    done = lead.post("/meetings/1/order", {"order": items[::-1]})
    assert done.json()["did"] == "The agenda: Membership; Budget for training."
    problem(lead.post("/meetings/1/update"), 409, "not-possible")
    desk.acts("lead_officer", leave_out, COMMITTEE, 1, items[0], "It is not ready.")
    back = lead.post(f"/meetings/1/items/{items[0]}/back")
    assert back.json()["did"] == "On the agenda again: Budget for training"
    problem(lead.post(f"/meetings/1/items/{items[0]}/back"), 409, "not-possible")

    draft = problem(lead.post("/learning/years/2025-26/published"), 409, "not-possible")
    assert "not over" in draft["detail"]
    assert "is published" in lead.post("/learning/years/2024-25/published").json()["did"]
