"""What is entered at a meeting: who is there, interests, each decision in its turn, what is put off, and the end."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.datastructures import FormData

from records import cases, need_to_know
from records.cases import Case
from states.errors import NotFound
from states.meetings import AgendaLine
from states.words import counted, spoken
from web.answers import Filled
from web.deed import Deed
from web.desk import Desk
from web.form_routes import deed_at, keeping_at
from web.keeping import Keeping
from web.meeting_room import AtMeeting, meeting_of
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import at_a_meeting as at_meeting
from workflows.views.meeting_people import People, may_prepare, people
from workflows.views.question import Question

router = APIRouter()

SHUTS = "From then on the papers of the item are shut to them. That is on record, and the minute says so."
OPENS = "From then on the papers are open to them again, unless another interest of theirs shuts them. It is on record."
DONE_AT = "?did=meeting"
PARTS = ("present", "apologies", "attending")


@keeping_at(router, "/meetings/{number}/attendance", "meeting_attendance")
def _attendance(at: Desk, number: str) -> Keeping:
    """Say who is at the meeting."""
    here = meeting_of(at, number)
    with at.reading() as tx:
        known = people(tx, here.rule)
    members = tuple((one.number, f"{one.name}, {one.roles}") for one in known.members)
    others = tuple((one.number, f"{one.name}, {one.roles}") for one in known.known.values() if not one.member)
    asked = (
        Question("present", "Members present", "choices", members, free=True),
        Question("apologies", "Apologies for absence", "choices", members, "may", free=True),
        Question("attending", "In attendance, not members", "choices", others, "may", free=True),
    )

    def do(uow: UnitOfWork, filled: Filled) -> str:
        present, apologies, attending = (filled.several(name) for name in PARTS)
        made = at_meeting.attend(uow, here.rule, here.number, present=present, apologies=apologies, attending=attending)
        return f"Present: {_named(known, made.present)}. Apologies: {_named(known, made.apologies)}."

    note = "Each decision keeps who was counted for it: record this again when somebody comes or goes."
    ticked = tuple((name, one) for name in PARTS for one in getattr(here.meeting, name) if one in known.known)
    written = {
        f"{name}.others": "\n".join(one for one in getattr(here.meeting, name) if one not in known.known)
        for name in PARTS
    }
    return replace(here.form("Who is there", asked, do, note=note), ticked=ticked, is_now=written)


@keeping_at(router, "/meetings/{number}/items/{item}/interest", "meeting_interest")
def _interest(at: Desk, number: str, item: str) -> Keeping:
    """Declare an interest in an item: the papers of its case are shut to whoever did, from then on."""
    here = meeting_of(at, number)
    one = _open_to(at, here, item)
    mine = at.viewer.actor.account
    with at.reading() as tx:
        known = people(tx, here.rule)
    prepares = may_prepare(here.meeting.body, at.viewer.actor.role)
    listed = [person for person in known.known.values() if person.number == mine or prepares]
    who = tuple((person.number, f"{person.name}, {person.roles}") for person in listed)
    words = [one for one in (*here.meeting.present, *here.meeting.attending) if one not in known.known]
    who += tuple((word, word) for word in words if prepares)
    asked = (
        Question("who", "Who declares it", "choice", who),
        Question("reason", "What the interest is", help="The minute records it. Name nobody whom a case is about."),
    )

    def do(uow: UnitOfWork, filled: Filled) -> str:
        declared = filled.word("who")
        at_meeting.declare_interest(uow, here.rule, here.number, item, declared, filled.word("reason"))
        return f"{known.name_of(declared)} declares an interest: {filled.word('reason')} {SHUTS}"

    return here.form("Declare an interest", asked, do, note=f"{one.title}. {SHUTS}")


@keeping_at(router, "/meetings/{number}/items/{item}/lifting", "meeting_interest_lift")
def _lifting(at: Desk, number: str, item: str) -> Keeping:
    """Take a declared interest back, with the reason."""
    here = meeting_of(at, number)
    one = _open_to(at, here, item)
    with at.reading() as tx:
        known = people(tx, here.rule)
    asked = (
        Question(
            "who", "Whose interest is lifted", "choice", tuple((who, known.name_of(who)) for who in sorted(one.away))
        ),
        Question("reason", "Why", help="The minute records it. Name nobody whom a case is about."),
    )

    def do(uow: UnitOfWork, filled: Filled) -> str:
        who = filled.word("who")
        at_meeting.lift_interest(uow, here.rule, here.number, item, who, filled.word("reason"))
        return f"The interest of {known.name_of(who)} is lifted: {filled.word('reason')} {OPENS}"

    return here.form("Lift an interest", asked, do, note=f"{one.title}. {OPENS}")


@deed_at(router, "/meetings/{number}/items/{item}/{ref}/steps/{step}", "meeting_step")
def _step(at: Desk, number: str, item: str, ref: str, step: str) -> Deed:
    """Take a step of a case at a meeting, as its body decided."""
    here = meeting_of(at, number)
    one = _of_case(here, item, ref)
    with at.reading() as tx:
        case = cases.find(tx, ref, to_change=False)
    move = case.procedure.moves.get((case.dossier.state, step))

    def do(uow: UnitOfWork, filled: Filled) -> Case:
        return at_meeting.decide_step(
            uow,
            here.rule,
            here.number,
            one.id,
            step,
            answers=filled.answers,
            reason=filled.word("reason"),
            authority=filled.word("authority"),
            override=filled.word("override"),
            seen=filled.seen,
        )[0]

    stands = FormData(
        {"authority": here.rule.authority_for(move) if move else "", "decided_on": f"{here.meeting.on:%d/%m/%Y}"}
    )
    title = move.label if move else step
    given = {"ref": case.ref, "step": step}
    return Deed(
        "advance",
        title,
        "Continue",
        do,
        given,
        here.address,
        filled=stands,
        then=here.address + DONE_AT,
        back_to=here.called,
    )


@keeping_at(router, "/meetings/{number}/items/{item}/hold", "meeting_hold")
def _hold(at: Desk, number: str, item: str) -> Keeping:
    """Record what was decided of a hold at a meeting."""
    here = meeting_of(at, number)
    one = _open_to(at, here, item)
    becomes = (("stays", "It stays"), ("ends", "It ends"))
    asked = (
        Question("becomes", "What becomes of the hold", "choice", becomes),
        Question("reason", "What was found, or why it ends", help="It stays on record."),
    )

    def do(uow: UnitOfWork, filled: Filled) -> str:
        ends = filled.word("becomes") == "ends"
        at_meeting.look_at_hold(uow, here.rule, here.number, item, filled.word("reason"), ends=ends)
        return f"{one.title}. The hold {'ends' if ends else 'stays'}: {filled.word('reason')}"

    return here.form("Look at a hold again", asked, do, note=one.title)


@keeping_at(router, "/meetings/{number}/items/{item}/noted", "meeting_noted")
def _noted(at: Desk, number: str, item: str) -> Keeping:
    """Record that an item was noted, or a minute approved."""
    here = meeting_of(at, number)
    one = _open_to(at, here, item)
    approves = one.kind == "minute"
    label = "Corrections, where there are any" if approves else "What was noted, and what is to be done"
    asked = (Question("words", label, ask="may" if approves else "must", help="The minute records it."),)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        at_meeting.note(uow, here.rule, here.number, item, filled.word("words"))
        return f"{one.title} {'is approved' if approves else 'was noted'}. {filled.word('words')}".strip()

    return here.form("Approve the minute" if approves else "Record that it was noted", asked, do, note=one.title)


@keeping_at(router, "/meetings/{number}/items/{item}/put-off", "meeting_put_off")
def _put_off(at: Desk, number: str, item: str) -> Keeping:
    """Put an item off, with the reason."""
    here = meeting_of(at, number)
    one = _open_to(at, here, item)
    asked = (Question("reason", "Why it is put off", help="The minute records it."),)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        at_meeting.put_off(uow, here.rule, here.number, item, filled.word("reason"))
        return f"{one.title} is put off to the next meeting. {filled.word('reason')}"

    return here.form("Put an item off", asked, do, note=one.title)


@keeping_at(router, "/meetings/{number}/closing", "meeting_closing")
def _closing(at: Desk, number: str) -> Keeping:
    """Close a meeting: its minute is drafted."""
    here = meeting_of(at, number)

    def do(uow: UnitOfWork, _: Filled) -> str:
        made = at_meeting.close_meeting(uow, here.rule, here.number)
        left = sum(one.outcome == "not_reached" for one in made.agenda)
        gone = f"{counted(left, 'item')} not reached: back on the next agenda." if left else "Every item was taken."
        return f"The meeting of {spoken(made.on)} is closed. {gone}"

    return here.form("Close the meeting", (), do, note="Nothing can be entered in it afterwards.")


def _open_to(at: Desk, here: AtMeeting, item: str) -> AgendaLine:
    """An item whose papers are not shut to whoever is signed in. Raises PapersShut or NotFound."""
    one = here.item(item)
    if one.ref:
        with at.reading() as tx:
            need_to_know.check_named(tx, one.ref, at.viewer.actor.account)
    return one


def _of_case(here: AtMeeting, item: str, ref: str) -> AgendaLine:
    one = here.item(item)
    if one.ref != ref.strip().upper():
        raise NotFound(f"Item {item[:20]} of this meeting is not about {ref[:40]}.")
    return one


def _named(known: People, who: tuple[str, ...]) -> str:
    return ", ".join(known.names(who)) or "none"
