"""A meeting from its draft agenda to its minute: what is on it, who decides, what is refused, what is on record."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import docx
import pytest
from sqlalchemy import text

from config.meetings import COMMITTEE, SUB_GROUP
from config.procedures import load
from notifications import smtp
from records import accounts, audit_log, meetings, outbox, scanned_files
from records.database import reading, transaction
from records.kept_files import keep
from states.entry import Actor
from states.errors import BadAnswer, BadProcedure, NoQuorum, NotPossible, PapersShut
from states.moments import local_day
from states.next_step import NextStep
from states.words import counted, spoken
from tests.desk import guidance
from tests.mailserver import MailServer
from workflows.messages.chase import sweep
from workflows.messages.deliver import Post, deliver
from workflows.messages.refused import AGENDA_UNTOLD
from workflows.papers.word import TEMPLATES, word
from workflows.verbs import at_a_meeting as at
from workflows.verbs import meetings as agendas
from workflows.verbs.advance import advance
from workflows.verbs.contacts import add_contact, change_channels, retire_contact
from workflows.verbs.pause import order_pause
from workflows.verbs.request import answer, request
from workflows.verification.verify import verify
from workflows.views.meeting_papers import minute_paper
from workflows.views.viewer import Viewer

if TYPE_CHECKING:
    from pathlib import Path

    from config.meetings import BodyRule
    from records.audit_log import AuditEntry
    from states.meetings import Meeting
    from tests.desk import Committee

TWO = replace(COMMITTEE, quorum=2)
DECIDED = {
    "decided_on": "2026-03-02",
    "criteria": ["died"],
    "decision_reasons": "What happened is known, and what can be learned is not.",
    "ci_form_made": "yes",
}
"""What a decision to go on to a review records."""


def before_the_committee(desk: Committee) -> str:
    """A case that waits for the committee's decision."""
    ref = desk.open_case()
    asked = {"agencies_asked": ["NHS Fife"], "information_scope": "A first account."}
    desk.acts("nominated_person", advance, ref, "request_info", answers=asked)
    return to_decide(desk, ref)


def to_decide(desk: Committee, ref: str) -> str:
    desk.acts("lead_officer", request, ref, "information", ["NHS Fife"])
    outline = {"outline": "file 18", "circumstances": "file 19"}
    more = {"answers": outline, "override": "Nothing more is to be had."}
    desk.acts("nominated_person", advance, ref, "draft_recommendation", **more)
    form = {"recommendation_form": "file 20", "recommended": "proceed"}
    desk.acts("nominated_person", advance, ref, "submit", answers=form)
    return ref


def member_is_written_to(desk: Committee) -> None:
    address = ("email", "member@example.org")
    desk.acts("lead_officer", add_contact, role="committee", agency="", name="M. Member", channels=[address])
    desk.acts("lead_officer", add_contact, role="lead_officer", agency="", name="A. Lead", channels=[address])


def quorum_of(desk: Committee, members: int) -> None:
    """Set a quorum in the committee's own file."""
    path = desk.here.settings.own_file
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'committee = "Strath Committee"\n[meetings.committee]\nquorum = {members}\n', encoding="utf-8")


def called(desk: Committee, rule: BodyRule = TWO, days: int = 0) -> Meeting:
    on = local_day(desk.now + timedelta(days=days))
    return desk.acts("lead_officer", agendas.call_meeting, rule, on)


def held(desk: Committee, meeting: Meeting, *who: str) -> Meeting:
    present = [str(desk.numbers[one]) for one in who or ("committee", "chair")]
    return desk.acts("lead_officer", at.attend, TWO, meeting.number, present=present, apologies=["Health board member"])


def decides(desk: Committee, item: str, step: str = "proceed", number: int = 1) -> Any:
    more = {"answers": DECIDED, "authority": "child_protection_committee"}
    return desk.acts("lead_officer", at.decide_step, TWO, number, item, step, **more)


def test_an_item_that_was_left_out_is_put_back_before_it_is_taken(desk: Committee) -> None:
    before_the_committee(desk)
    meeting = called(desk)
    desk.acts("lead_officer", agendas.leave_out, TWO, meeting.number, "1", "The report comes in April.")
    held(desk, meeting)

    with pytest.raises(NotPossible, match="left out of the agenda") as refused:
        decides(desk, "1")

    assert refused.value.remedy == NextStep("meeting put-back", {"meeting": ("1",), "item": ("1",)})


def test_an_agenda_drafts_itself_from_what_the_body_decides_and_from_nothing_else(desk: Committee) -> None:
    waiting, gathering = before_the_committee(desk), desk.open_case()

    meeting, theirs = called(desk), called(desk, SUB_GROUP)

    assert [(one.kind, one.ref, one.about) for one in meeting.agenda] == [("decision", waiting, "cpc_decision")]
    assert theirs.agenda == ()
    assert gathering not in str(meeting)
    with pytest.raises(BadAnswer, match="There is a meeting on 2 March 2026 already"):
        called(desk)
    with pytest.raises(NotPossible, match="prepared by the roles chair, deputy lead officer, lead officer"):
        desk.acts("committee", agendas.call_meeting, TWO, local_day(desk.now + timedelta(days=1)))


def test_late_answers_and_holds_come_before_whoever_asked_for_them(desk: Committee) -> None:
    ref = before_the_committee(desk)
    hold = {"authority": "procurator_fiscal", "why": "A trial is near.", "stops": ("review_total",)}
    desk.acts("chair", order_pause, ref, "parallel_proceedings", **hold)
    other = desk.asks_agencies()

    found = called(desk, days=40).agenda

    assert [(one.kind, one.ref, one.about) for one in found] == [
        ("decision", ref, "cpc_decision"),
        ("hold", ref, "P1"),
        ("late", other, "agency_report/R1"),
        ("late", other, "agency_report/R2"),
    ]


def test_the_agenda_is_put_in_order_added_to_and_sent_to_the_members(desk: Committee) -> None:
    before_the_committee(desk)
    member_is_written_to(desk)
    number = called(desk, days=7).number
    before_the_committee(desk)
    desk.acts("lead_officer", agendas.bring_up_to_date, TWO, number)
    desk.acts("lead_officer", agendas.add_item, TWO, number, "Budget for training", "Asked for by the chair.")
    desk.acts("lead_officer", agendas.move_item, TWO, number, "3", -1)
    desk.acts("lead_officer", agendas.leave_out, TWO, number, "1", "The report comes in April.")
    sent, told = desk.acts(
        "lead_officer", agendas.send_agenda, TWO, number, "f" * 64, "https://desk.example/meetings/1"
    )

    assert [(one.id, one.left_out) for one in sent.items] == [("1", "The report comes in April."), ("3", ""), ("2", "")]
    assert told == ("M. Member",)
    with reading(desk.here.engine) as tx:
        (owed,) = tx.execute(text("SELECT kind, facts FROM message WHERE kind = 'agenda'")).all()
    assert "Budget" not in owed.facts
    assert "LR-2026" not in owed.facts
    assert verify(desk.here.engine).places == ()


def test_a_decision_wants_a_quorum_without_those_who_declared_an_interest(desk: Committee) -> None:
    ref = before_the_committee(desk)
    meeting = called(desk)
    with pytest.raises(NotPossible, match="Who is there is not recorded yet"):
        decides(desk, "1")
    held(desk, meeting)
    member = str(desk.numbers["committee"])
    desk.acts("committee", at.declare_interest, TWO, 1, "1", member, "I chaired the child's planning meeting.")

    with pytest.raises(NoQuorum, match="Now there: 1; still needed: 1"):
        decides(desk, "1")

    with reading(desk.here.engine) as tx:
        assert meetings.find(tx, 1).item("1").outcome == ""  # type: ignore[union-attr]
        assert meetings.shut_now(tx) == {(ref, member)}


def test_an_interest_is_lifted_by_somebody_else_and_the_papers_open_once_none_stands(desk: Committee) -> None:
    ref = before_the_committee(desk)
    held(desk, called(desk))
    desk.acts("lead_officer", agendas.add_item, TWO, 1, "What is said to the press", "Asked for by the chair.", ref=ref)
    member = str(desk.numbers["committee"])
    for item in ("1", "2"):
        desk.acts("committee", at.declare_interest, TWO, 1, item, member, "A relation works there.")
    with pytest.raises(NotPossible, match="declared already"):
        desk.acts("committee", at.declare_interest, TWO, 1, "1", member, "Again.")
    with pytest.raises(NotPossible, match="prepared by the roles"):
        desk.acts("committee", at.lift_interest, TWO, 1, "1", member, "It is none.")

    lead = desk.sign_in()
    lead.get("/meetings/1/items/1/lifting")
    lead.send(who=member, reason="It was another family.")
    done = lead.send(button=("confirmed", "yes"))

    assert "A relation works there. (lifted on Mon 2 March 2026: It was another family.)" in done.text
    assert shut_to(desk) == {(ref, member)}
    with pytest.raises(NotPossible, match="No such interest stands"):
        desk.acts("lead_officer", at.lift_interest, TWO, 1, "1", member, "Twice.")
    desk.acts("lead_officer", at.lift_interest, TWO, 1, "2", member, "It was another family.")
    assert shut_to(desk) == set()
    decides(desk, "1")
    assert any("Lifted on Mon 2 March 2026: It was another family." in one for one in minute_of(desk, 1))
    assert desk.sign_in("committee").get(f"/cases/{ref}").status_code == 200
    assert verify(desk.here.engine).places == ()


def test_nobody_lifts_an_interest_of_their_own(desk: Committee) -> None:
    ref = before_the_committee(desk)
    held(desk, called(desk))
    desk.acts("lead_officer", agendas.add_item, TWO, 1, "Budget for training", "Asked for by the chair.")
    chair = str(desk.numbers["chair"])
    for item in ("1", "2"):
        desk.acts("chair", at.declare_interest, TWO, 1, item, chair, "A neighbour.")

    with pytest.raises(PapersShut, match=f"You declared an interest in {ref}"):
        desk.acts("chair", at.lift_interest, TWO, 1, "1", chair, "It is none.")
    with pytest.raises(NotPossible, match="Nobody lifts an interest of their own"):
        desk.acts("chair", at.lift_interest, TWO, 1, "2", chair, "It is none.")

    assert shut_to(desk) == {(ref, chair)}


def shut_to(desk: Committee) -> set[tuple[str, str]]:
    with reading(desk.here.engine) as tx:
        return meetings.shut_now(tx)


def test_what_is_put_off_or_not_reached_comes_back_on_the_next(desk: Committee) -> None:
    first, second, third = (before_the_committee(desk) for _ in range(3))
    meeting = called(desk)
    desk.acts("lead_officer", agendas.add_item, TWO, 1, "Budget for training", "Asked for by the chair.")
    held(desk, meeting)
    decides(desk, "1")
    desk.acts("lead_officer", at.put_off, TWO, 1, "2", "The report is not to hand.")
    desk.acts("lead_officer", at.close_meeting, TWO, 1)

    again = called(desk, days=7)

    assert [(one.kind, one.ref, one.back_as, one.back_why) for one in again.agenda] == [
        ("minute", "", "", ""),
        ("decision", first, "", ""),
        ("decision", second, "put_off", "The report is not to hand."),
        ("decision", third, "not_reached", ""),
        ("other", "", "not_reached", ""),
    ]
    assert (again.agenda[1].about, again.agenda[2].about) == ("set_up", "cpc_decision")
    with pytest.raises(NotPossible, match="The meeting is closed"):
        decides(desk, "2")
    assert verify(desk.here.engine).places == ()


def test_the_minute_says_what_is_on_record_and_nothing_else(desk: Committee) -> None:
    first, second = (before_the_committee(desk) for _ in range(2))
    meeting = called(desk)
    held(desk, meeting)
    decides(desk, "1")
    desk.acts("lead_officer", at.put_off, TWO, 1, "2", "The report is not to hand.")

    assert minute_of(desk, 1) == recorded_of(desk, 1, {"1": (3, first), "2": (4, second)})
    assert "Not reached" not in " ".join(minute_of(desk, 1))


def minute_of(desk: Committee, number: int) -> list[str]:
    """The words of the minute in Word, below its head."""
    with reading(desk.here.engine) as tx:
        viewer = Viewer(Actor(name="L. Officer", role="lead_officer"), desk.now)
        made = minute_paper(tx, meetings.find(tx, number), TWO, "A committee", viewer)
    return words_in(word(made, TEMPLATES / "paper.docx"))


def words_in(document: bytes) -> list[str]:
    """The words of a paper in Word, below its title, its body, and the line that says it is a draft."""
    opened = docx.Document(io.BytesIO(document))
    assert not opened.tables
    words = [one.text for one in opened.paragraphs if one.text.strip()]
    assert words[0] == "Minute"
    assert words[3].startswith("Draft minute")
    return words[4:]


def recorded_of(desk: Committee, number: int, refs: dict[str, tuple[int, str]]) -> list[str]:
    """What the rows of the logs and histories have of a meeting, read anew: all that its minute may say."""
    with reading(desk.here.engine) as tx:
        log = audit_log.entries(tx, "meetings", subject=str(number))
        names = {str(one.id): one.person for one in accounts.read(tx)}
        bodies = {
            (row.ref, row.sequence): json.loads(row.body)
            for row in tx.execute(
                text("SELECT ref, history.sequence, body FROM history JOIN case_file ON id = case_id")
            )
        }
    there = next(one for one in reversed(log) if one.kind == "attended").data
    said = ["Present", *(names.get(one, one) for one in there["present"])]
    if there.get("apologies"):
        said += ["Apologies for absence", *(names.get(one, one) for one in there["apologies"])]
    interests = [one for one in log if one.kind == "interest_declared"]
    if interests:
        lines = (f"{names[one.data['who']]}, item {refs[one.data['item']][0]}: {one.reason}" for one in interests)
        said += ["Declarations of interest", *lines]
    for item, (place, ref) in refs.items():
        said.append(f"{place}. {ref}: Before the committee")
        last = next((one for one in reversed(log) if one.data.get("item") == item and one.kind in TAKEN), None)
        said += taken(last, bodies) if last else ["Not reached."]
    return said


TAKEN = {"decided", "put_off"}


def taken(last: AuditEntry, bodies: dict[tuple[str, int], dict[str, Any]]) -> list[str]:
    if last.kind == "put_off":
        return [f"Put off: {last.reason}"]
    ref, number = last.data["ref"], last.data["entry"]
    entry = bodies[ref, number]
    procedure = guidance("scotland-learning-review-2024")
    move = procedure.transition(entry["trigger"])
    assert move is not None
    fields = entry["data"]["fields"]
    words = {
        "decided_on": spoken(fields["decided_on"]),
        "criteria": "The child died",
        "decision_reasons": fields["decision_reasons"],
        "ci_form_made": fields["ci_form_made"],
    }
    labels = {one.name: one.label for one in move.fields}
    there = f"{counted(len(last.data['there']), 'member')} present who had declared no interest in this item"
    return [
        f"Decided: {move.outcome.capitalize()}",
        f"On the authority of: {procedure.authorities[entry['authority']]}",
        *(f"{labels[name]}: {words[name]}" for name in fields),
        f"{there}; the quorum is {last.data['quorum']}.",
        f"Entry {number} of the history of {ref}.",
    ]


def answered_with(desk: Committee, ref: str, folder: Path, *clean: bool) -> list[str]:
    """An answer with files, of which some were found clean; their fingerprints."""
    files = []
    for number, one in enumerate(clean):
        path = folder / f"{ref}-{number}.txt"
        path.write_text(f"File {number} of {ref}.")
        files.append(keep(desk.here.settings.evidence.absolute(), path))
        if one:
            with transaction(desk.here.engine) as tx:
                scanned_files.note_clean(tx, files[-1].sha256, desk.now)
    said = {"information_file": "file 21", "account_given": "yes", "reflection_given": "yes"}
    written = tuple(one.written for one in files)
    desk.acts("lead_officer", answer, ref, "NHS Fife", answers=said, files=written)
    return [one.sha256[:8] for one in files]


def test_each_reads_the_papers_of_their_own_body_without_what_is_shut_to_them(desk: Committee, tmp_path: Path) -> None:
    first, second = (before_the_committee(desk) for _ in range(2))
    own = answered_with(desk, first, tmp_path, True)[0]
    clean, other = answered_with(desk, second, tmp_path, True, False)
    called(desk)
    called(desk, SUB_GROUP)
    member, reviewer = desk.sign_in("committee"), desk.sign_in("reviewer")
    member.get("/meetings/1/items/1/interest")
    member.send(who=str(desk.numbers["committee"]), reason="A relation works there.")
    assert "It is recorded." in member.send(button=("confirmed", "yes")).text

    seen = {"agenda.docx", "agenda.pdf", f"04-{second}.pdf", f"04-{second}/entry-6-{clean}-{second}-0.txt"}
    papers = member.get("/meetings/1/papers.zip").content
    assert names_in(papers) == {*seen, "not-in-here.txt"}
    with ZipFile(io.BytesIO(papers)) as opened:
        left_out = opened.read("not-in-here.txt").decode()
        assert (f"entry-6-{other}-{second}-1.txt" in left_out, first in left_out) == (True, False)
        assert opened.read(f"04-{second}/entry-6-{clean}-{second}-0.txt").decode() == f"File 0 of {second}."
    whole = names_in(desk.sign_in("auditor").get("/meetings/1/papers.zip").content)
    assert whole - names_in(papers) == {f"03-{first}.pdf", f"03-{first}/entry-6-{own}-{first}-0.txt"}
    assert "declared an interest" in member.get("/meetings/1").text
    assert member.get("/meetings/2").status_code == 404
    assert member.get("/meetings/1/items/1/interest").status_code == 403
    assert reviewer.get("/meetings/1").status_code == 403
    assert member.get("/meetings/1/closing").status_code == 403
    with reading(desk.here.engine) as tx:
        read = set(map(tuple, tx.execute(text("SELECT ref, part FROM reading WHERE role = 'auditor'"))))
    assert read == {(first, "meeting_packs"), (second, "meeting_packs")}


def names_in(archive: bytes) -> set[str]:
    with ZipFile(io.BytesIO(archive)) as opened:
        return set(opened.namelist())


def test_a_body_the_committee_does_not_have_or_no_number_is_a_fault_of_its_file(tmp_path: Path) -> None:
    own = tmp_path / "committee.toml"
    own.write_text('committee = "X"\n[meetings.board]\n[meetings.committee]\nquorum = 0\nquota = 3\n')

    with pytest.raises(BadProcedure) as wrong:
        load("scotland-learning-review-2024", own)

    faults = "\n".join(wrong.value.obstacles)
    assert "there is no body 'board'" in faults
    assert "Write a whole number, such as quorum = 5." in faults
    assert "line 5, meetings.committee.quota: nothing of this name is known here" in faults


def test_verify_finds_a_meeting_that_was_changed_and_papers_that_were_opened(desk: Committee) -> None:
    before_the_committee(desk)
    called(desk)
    desk.acts("lead_officer", at.declare_interest, TWO, 1, "1", str(desk.numbers["committee"]), "A relation.")
    with transaction(desk.here.engine) as tx:
        tx.execute(text("UPDATE meeting SET status = 'closed'"))
        tx.execute(text("DELETE FROM declared_interest"))

    found = {one.what for one in verify(desk.here.engine).places}

    assert "meeting 1 is not as entry 2 of the log left it" in found
    assert any("is not shut, which the meetings log says it is" in one for one in found)


@pytest.fixture
def agenda_sent(desk: Committee) -> Committee:
    """A committee on a Friday evening, whose agenda for the Monday after next was sent to its one member."""
    desk.later(days=4, hours=8)
    before_the_committee(desk)
    member_is_written_to(desk)
    called(desk, days=10)
    desk.acts("lead_officer", agendas.send_agenda, TWO, 1, "f" * 64)
    return desk


def agendas_told(desk: Committee) -> tuple[list[Any], list[str]]:
    """How the agendas that were owed stand, and the open tasks about those that reached nobody."""
    with reading(desk.here.engine) as tx:
        owed = tx.execute(text("SELECT status, reason FROM message WHERE kind = 'agenda' ORDER BY created_at")).all()
        asked = [facts["problem"] for facts in outbox.open_tasks(tx, AGENDA_UNTOLD).values()]
    return [tuple(one) for one in owed], asked


def delivers(desk: Committee, relay: str) -> None:
    deliver(desk.here.engine, Post(relay, desk.here.keys, "cairn.example"), desk.now)


def test_an_agenda_that_reaches_nobody_in_a_role_is_a_task_for_a_person(agenda_sent: Committee, tmp_path: Path) -> None:
    with reading(agenda_sent.here.engine) as tx:
        (member,) = tx.execute(text("SELECT id FROM contact WHERE role = 'committee'")).scalars()
    agenda_sent.later(days=1)
    agenda_sent.acts("lead_officer", retire_contact, member)
    agenda_sent.later(days=2)

    for _ in range(2):
        delivers(agenda_sent, f"mailbox://{tmp_path / 'mailbox'}")

    (owed,), asked = agendas_told(agenda_sent)
    assert owed[0] == "failed"
    assert [one.partition(" as ")[2].partition(":")[0] for one in asked] == ["chair", "committee"]
    assert all("of the child protection committee on Monday 16 March 2026" in one for one in asked)


def test_an_agenda_is_not_sent_when_its_meeting_has_been(agenda_sent: Committee, tmp_path: Path) -> None:
    agenda_sent.later(days=3)
    delivers(agenda_sent, "smtp://127.0.0.1:9?from=cairn@cairn.example")
    agenda_sent.later(days=8)

    delivers(agenda_sent, f"mailbox://{tmp_path / 'mailbox'}")

    assert agendas_told(agenda_sent)[0] == [("overtaken", "The meeting was on 16 March 2026.")]


def test_an_agenda_that_a_mailbox_refuses_is_a_task_that_a_person_closes(agenda_sent: Committee) -> None:
    agenda_sent.later(days=3)
    with MailServer(refuse={"member@example.org": "550 5.1.1 No such person"}) as server:
        delivers(agenda_sent, f"smtp://127.0.0.1:{server.port}?from=cairn@cairn.example")
        smtp.close_connections()
    with reading(agenda_sent.here.engine) as tx:
        (member,) = tx.execute(text("SELECT id FROM contact WHERE role = 'committee'")).scalars()
    agenda_sent.acts("lead_officer", change_channels, member, [("email", "right@example.org")])
    sweep(agenda_sent.here.engine, agenda_sent.now)

    assert len(agendas_told(agenda_sent)[1]) == 2
