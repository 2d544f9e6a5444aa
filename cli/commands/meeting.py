"""Meetings of the committee, its sub-group and the chief officers: agendas, what is decided, minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.files_out import out
from cli.form_input import Files, filled_in
from cli.options import Authority, Fields, FieldsFile, LateReason, Override, Reason, act, day, look, story, verb
from cli.outcome import carry_out
from cli.output import answer, answer_in_a_sentence, bullets, entries, heading, pairs, say, spoken
from cli.paper_options import WORD, Docx, Pdf, Xlsx, committee_name
from cli.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from config.meetings import BodyRule
    from records.cases import Case
    from states.meetings import Meeting
    from workflows.unit_of_work import UnitOfWork
    from workflows.views.meeting_page import MeetingLine, MeetingPage

app = story("Meetings: agendas, what is decided in them, minutes.")

Body = Annotated[str, Argument(metavar="BODY", help="Who meets: committee, sub_group or chief_officers.")]
Day = Annotated[date, Argument(parser=day, metavar="DATE", help="The day of the meeting.")]
Number = Annotated[int, Argument(metavar="MEETING", help="The meeting, by its number (cairn meeting list).")]
Item = Annotated[str, Argument(metavar="ITEM", help="The item, by the number it keeps (cairn meeting show).")]
Items = Annotated[list[str], Argument(metavar="ITEM...", help="The items in the order wanted; the rest come after.")]
Title = Annotated[str, Argument(metavar="TITLE", help="The item as it stands on the agenda.")]
Who = Annotated[str, Argument(metavar="WHO", help="The number of an account, or words for who has none.")]
Words = Annotated[str, Argument(metavar="TEXT", help="What was said to be done; of a minute, corrections.")]
Step = Annotated[str, Argument(metavar="STEP", help="What is decided (cairn meeting show lists it).")]
Place = Annotated[str, Option("--place", metavar="TEXT", help="Where it is held.")]
Case_ = Annotated[str, Option("--case", metavar="REF", help="The case it is about: its papers go with the agenda.")]
Ends = Annotated[bool, Option("--ends", help="The hold ends; without this it stays.")]
Minute = Annotated[bool, Option("--minute", help="The draft minute; without this the agenda.")]
Present = Annotated[list[str] | None, Option("--present", metavar="WHO", help="A member who is there; repeat it.")]
Sorry = Annotated[list[str] | None, Option("--apologies", metavar="WHO", help="Who sent apologies; repeat it.")]
Others = Annotated[list[str] | None, Option("--attending", metavar="WHO", help="Who attends, no member; repeat it.")]

Change = Callable[["UnitOfWork", "BodyRule"], "Meeting"]
"""What changes a meeting, in one transaction."""


@app.command("list")
@look
def list_(session: Session) -> None:
    """List the meetings, the newest first."""
    from config.meetings import bodies
    from workflows.views.meeting_page import meeting_list

    with session.reading() as tx:
        found = meeting_list(tx, dict(bodies(_local())), session.viewer())
    answer(found, _tell_list, as_json=session.as_json)


@app.command()
@look
def show(session: Session, number: Number) -> None:
    """Show a meeting: its agenda, who was there, what became of each item, and what can be decided."""
    from workflows.views.meeting_page import meeting_page

    with session.reading() as tx:
        meeting, rule = _found(session, tx, number)
        found = meeting_page(tx, meeting, rule, session.viewer())
    answer(found, _tell, as_json=session.as_json)


@app.command()
@look
def paper(
    session: Session, number: Number, docx: Docx = None, pdf: Pdf = None, xlsx: Xlsx = None, *, minute: Minute = False
) -> None:
    """Write the agenda of a meeting, or its minute."""
    from workflows.views.meeting_papers import agenda_paper, minute_paper

    make = minute_paper if minute else agenda_paper
    with session.reading() as tx:
        meeting, rule = _found(session, tx, number)
        made = make(tx, meeting, rule, committee_name(), session.viewer())
    out(session, made, docx, pdf, xlsx, WORD / "paper.docx")


@app.command()
@act
def draft(session: Session, body: Body, on: Day, place: Place = "") -> None:
    """Draft the agenda of a meeting from what is before the body on that day."""
    from config.meetings import body_called
    from workflows.verbs.meetings import call_meeting

    with session.uow() as uow:
        made = call_meeting(uow, body_called(_local(), body), on, place)
    _done(session, made, f"Meeting {made.number}: {len(made.agenda)} on the agenda (cairn meeting show {made.number}).")


@app.command()
@act
def update(session: Session, number: Number) -> None:
    """Put on an agenda what has come before the body since it was drafted."""
    from workflows.verbs.meetings import bring_up_to_date

    _change(session, number, lambda uow, rule: bring_up_to_date(uow, rule, number), "The agenda is up to date.")


@app.command()
@act
def order(session: Session, number: Number, items: Items) -> None:
    """Put the items of an agenda in order."""
    from workflows.verbs.meetings import put_in_order

    _change(session, number, lambda uow, rule: put_in_order(uow, rule, number, items), "The agenda is in that order.")


@app.command()
@act
def add(session: Session, number: Number, title: Title, case: Case_ = "", reason: Reason = "") -> None:
    """Add an item to an agenda, with the reason."""
    from workflows.verbs.meetings import add_item

    _change(session, number, lambda uow, rule: add_item(uow, rule, number, title, reason, ref=case), "It is added.")


@app.command("leave-out")
@act
def leave_out(session: Session, number: Number, item: Item, reason: Reason = "") -> None:
    """Leave an item out of an agenda, with the reason."""
    from workflows.verbs.meetings import leave_out as leaving

    _change(session, number, lambda uow, rule: leaving(uow, rule, number, item, reason), "It is left out.")


@app.command("put-back")
@act
def put_back(session: Session, number: Number, item: Item) -> None:
    """Put an item that was left out on the agenda again."""
    from workflows.verbs.meetings import bring_back

    _change(session, number, lambda uow, rule: bring_back(uow, rule, number, item), "It is on the agenda again.")


@app.command()
@act
def send(session: Session, number: Number) -> None:
    """Send the agenda: the members are told that it and its papers are ready at the desk."""
    from config.settings import settings
    from workflows.verbs.meetings import send_agenda
    from workflows.views.meeting_packs import fingerprint
    from workflows.views.meeting_papers import agenda_paper

    site = settings().site
    with session.uow() as uow:
        meeting, rule = _found(session, uow.tx, number)
        print_ = fingerprint(agenda_paper(uow.tx, meeting, rule, committee_name(), session.viewer()))
        made, told = send_agenda(uow, rule, number, print_, f"{site}/meetings/{number}" if site else "")
    _done(session, made, f"Told: {', '.join(told)}.")


@app.command()
@act
def attend(
    session: Session, number: Number, present: Present = None, apologies: Sorry = None, attending: Others = None
) -> None:
    """Record who is there."""
    from workflows.verbs import at_a_meeting

    def attending_now(uow: UnitOfWork, rule: BodyRule) -> Meeting:
        sorry, others = apologies or (), attending or ()
        return at_a_meeting.attend(uow, rule, number, present=present or (), apologies=sorry, attending=others)

    _change(session, number, attending_now, "Who is there is recorded.")


@app.command()
@act
def interest(session: Session, number: Number, item: Item, who: Who, reason: Reason = "") -> None:
    """Record that somebody declared an interest in an item: its papers are shut to them at the desk."""
    from workflows.verbs.at_a_meeting import declare_interest

    said = "The interest is on record, and the papers are shut."
    _change(session, number, lambda uow, rule: declare_interest(uow, rule, number, item, who, reason), said)


@app.command("lift-interest")
@act
def lift_interest(session: Session, number: Number, item: Item, who: Who, reason: Reason = "") -> None:
    """Lift an interest that was declared in an item, with the reason: its papers are open to them again."""
    from workflows.verbs.at_a_meeting import lift_interest as lifting

    said = "The interest is lifted, and that is on record."
    _change(session, number, lambda uow, rule: lifting(uow, rule, number, item, who, reason), said)


@app.command()
@verb
def decide(
    session: Session,
    number: Number,
    item: Item,
    step: Step,
    field: Fields = None,
    fields: FieldsFile = "",
    file: Files = None,
    reason: Reason = "",
    authority: Authority = "",
    override: Override = "",
    late_reason: LateReason = "",
) -> None:
    """Enter a decision: the step is taken as of the day of the meeting, where there is a quorum."""
    from workflows.verbs.at_a_meeting import decide_step
    from workflows.views.forms import step_form

    words = {"reason": reason, "authority": authority, "override": override, "late_reason": late_reason}
    ref, rule = _case_of(session, number, item)

    def deciding(uow: UnitOfWork) -> Case:
        from workflows.unit_of_work import look_at

        answers = filled_in(uow.tx, step_form(look_at(uow, ref), step), (field, fields, file)) if ref else {}
        return decide_step(uow, rule, number, item, step, answers=answers, seen=session.seen, **words)[0]

    carry_out(session, ref, deciding)


@app.command()
@verb
def hold(session: Session, number: Number, item: Item, reason: Reason = "", *, ends: Ends = False) -> None:
    """Enter what was decided of a hold: it stays, or it ends."""
    from workflows.verbs.at_a_meeting import look_at_hold

    ref, rule = _case_of(session, number, item)
    carry_out(session, ref, lambda uow: look_at_hold(uow, rule, number, item, reason, ends=ends, seen=session.seen)[0])


@app.command()
@act
def note(session: Session, number: Number, item: Item, words: Words = "") -> None:
    """Record that an item was noted; of an earlier minute, that it is approved."""
    from workflows.verbs.at_a_meeting import note as noting

    _change(session, number, lambda uow, rule: noting(uow, rule, number, item, words), "It is recorded.")


@app.command("put-off")
@act
def put_off(session: Session, number: Number, item: Item, reason: Reason = "") -> None:
    """Put an item off to the next meeting, with the reason."""
    from workflows.verbs.at_a_meeting import put_off as putting_off

    _change(session, number, lambda uow, rule: putting_off(uow, rule, number, item, reason), "It is put off.")


@app.command()
@act
def close(session: Session, number: Number) -> None:
    """Close a meeting: what was not reached comes back on the next agenda."""
    from workflows.verbs.at_a_meeting import close_meeting

    _change(session, number, lambda uow, rule: close_meeting(uow, rule, number), "The meeting is closed.")


def _change(session: Session, number: int, change: Change, said: str) -> None:
    from records import meetings

    with session.uow() as uow:
        made = change(uow, _rule(meetings.find(uow.tx, number)))
    _done(session, made, said)


def _done(session: Session, made: Meeting, said: str) -> None:
    answer_in_a_sentence(said, as_json=session.as_json, meeting=made.number, version=made.version, did=said)


def _case_of(session: Session, number: int, item: str) -> tuple[str, BodyRule]:
    """The case an item is about, and the rule of the body that meets."""
    from workflows.verbs.meetings import item_of

    with session.reading() as tx:
        meeting, rule = _found(session, tx, number)
    ref = item_of(meeting, item).ref
    session.check(ref)
    return ref, rule


def _found(session: Session, tx: Connection, number: int) -> tuple[Meeting, BodyRule]:
    from workflows.views.meeting_page import found_for

    meeting = found_for(tx, number, session.viewer())
    return meeting, _rule(meeting)


def _rule(meeting: Meeting) -> BodyRule:
    from config.meetings import body_called

    return body_called(_local(), meeting.body)


def _local() -> Path | None:
    from config.settings import settings

    return settings().local_file


def _tell_list(found: tuple[MeetingLine, ...]) -> None:
    entries(
        (f"{one.number}", f"{spoken(one.meeting.on)}, {one.label}: {one.stands}, {one.items} items", "")
        for one in found
    )
    if not found:
        say("There is no meeting yet: cairn meeting draft BODY DATE.")


def _tell(found: MeetingPage) -> None:
    meeting = found.meeting
    heading(f"Meeting {meeting.number}: {found.label}, {spoken(meeting.on)}")
    who = [("Present", found.present), ("Apologies", found.apologies), ("In attendance", found.attending)]
    needed = str(found.quorum) if found.quorum else "not set"
    pairs([("Stands", found.stands), ("Quorum", needed), *((label, ", ".join(names)) for label, names in who if names)])
    for one in found.lines:
        say(f"{one.place}. {one.title} (item {one.item.id}): {one.became or 'shut'}")
        more = [*(f"Declared an interest: {said}" for said in one.interests), one.back, one.moved_on, one.item.note]
        bullets(filter(None, more))
        bullets(f"cairn meeting decide {meeting.number} {one.item.id} {step.step}: {step.label}" for step in one.steps)
    bullets(f"Left out: {one.title} ({one.item.left_out})" for one in found.left_out)
