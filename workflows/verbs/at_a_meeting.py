"""What happens at a meeting: who is there, interests declared, decisions taken by their ordinary verbs, its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from config.meetings import BodyRule
from records import cases, meetings, need_to_know
from records.cases import Case
from states.entry import Entry
from states.errors import BadAnswer, NoQuorum, NotFound, NotPossible
from states.meetings import AgendaLine, Meeting
from states.next_step import NextStep, advice
from states.words import counted, long_day
from workflows.unit_of_work import UnitOfWork, check_words
from workflows.verbs.advance import advance
from workflows.verbs.meetings import check_prepares, item_of, open_meeting
from workflows.verbs.pause import end_pause, review_pause
from workflows.views.before_a_body import open_steps
from workflows.views.meeting_people import may_prepare, may_see, people
from workflows.views.viewer import Viewer

LONGEST_LIST = 100
NO_QUORUM = (
    "There is no quorum for this item: the {0} needs {1} who declared no interest in it. Now there: {2}; still needed: "
    "{3}. The item can be put off."
)


def attend(
    uow: UnitOfWork,
    rule: BodyRule,
    number: int,
    *,
    present: Sequence[str],
    apologies: Sequence[str] = (),
    attending: Sequence[str] = (),
) -> Meeting:
    """Record who is there: the members present, who sent apologies, and who attends without being a member.

    People are the numbers of their accounts, or words for those who have none. It may be recorded again as people come
    and go: each decision keeps who was counted for it. Raises NotPossible before the day of the meeting.
    """
    meeting = open_meeting(uow, rule, number)
    _check_held(uow, meeting)
    said = {
        "present": _who(uow, rule, present),
        "apologies": _who(uow, rule, apologies),
        "attending": _who(uow, rule, attending, members=False),
    }
    twice = {one for one in said["present"] if one in {*said["apologies"], *said["attending"]}}
    if twice:
        names = ", ".join(people(uow.tx, rule).names(sorted(twice)))
        raise BadAnswer(f"{names} cannot be there and away, or be counted twice: name each person once.")
    if not said["present"]:
        raise BadAnswer("Name at least one member who is there.")
    return meetings.record(uow.tx, meeting, "attended", uow.actor, uow.now, {k: v for k, v in said.items() if v})


def declare_interest(uow: UnitOfWork, rule: BodyRule, number: int, item: str, who: str, interest: str) -> Meeting:
    """Record that somebody declared an interest in an item: from now on its papers are shut to them, on record.

    A member declares their own, at the meeting or before it; whoever prepares the meeting enters anybody's.
    """
    meeting = meetings.find(uow.tx, number, to_change=True)
    one, own = item_of(meeting, item), who.strip() == uow.actor.account and bool(who.strip())
    if not may_see(meeting, Viewer(uow.actor, uow.now)):
        raise meetings.no_such_meeting(number)
    if meeting.status == "closed" or one.outcome == "decided":
        raise NotPossible("It is decided, or the meeting is closed: an interest is declared before the decision.")
    if not own and not may_prepare(meeting.body, uow.actor.role):
        raise NotPossible("A member declares an interest of their own; whoever prepares the meeting enters another's.")
    check_words(uow, cases.find(uow.tx, one.ref, to_change=False) if one.ref else None, interest)
    if not interest.strip():
        raise BadAnswer("Say what the interest is: the minute records it.")
    (declared,) = _who(uow, rule, (who,), members=False) or ("",)
    if not declared:
        raise BadAnswer("Say who declares the interest.")
    if declared in one.away:
        raise NotPossible("That interest is declared already.")
    said = {"item": one.id, "who": declared}
    made = meetings.record(uow.tx, meeting, "interest_declared", uow.actor, uow.now, said, interest.strip())
    if one.ref and declared.isdecimal():
        meetings.shut(uow.tx, meeting, one.ref, int(declared))
    return made


def lift_interest(uow: UnitOfWork, rule: BodyRule, number: int, item: str, who: str, why: str) -> Meeting:
    """Lift an interest that was declared in an item, with the reason: its papers are open to them again, on record.

    Whoever prepares the meeting does it, and nobody for themselves. That it was declared stays on record, and the
    minute says both. Papers that are shut by an interest in another item about the same case stay shut.
    """
    meeting = meetings.find(uow.tx, number, to_change=True)
    check_prepares(uow, rule)
    one, who = item_of(meeting, item), who.strip()
    if one.ref:
        need_to_know.check_named(uow.tx, one.ref, uow.actor.account)
    if who and who == uow.actor.account:
        raise NotPossible("Nobody lifts an interest of their own: somebody else who prepares the meeting does.")
    check_words(uow, _case_of(uow, one), why)
    if not why.strip():
        raise BadAnswer("Say why it is lifted: this needs its reason.")
    if who not in one.away:
        raise NotPossible("No such interest stands in this item: nothing was changed.")
    said = {"item": one.id, "who": who}
    made = meetings.record(uow.tx, meeting, "interest_lifted", uow.actor, uow.now, said, why.strip())
    if one.ref and who.isdecimal():
        meetings.open_again(uow.tx, one.ref, who)
    return made


def decide_step(
    uow: UnitOfWork,
    rule: BodyRule,
    number: int,
    item: str,
    step: str,
    *,
    answers: Mapping[str, Any] | None = None,
    reason: str = "",
    authority: str = "",
    override: str = "",
    late_reason: str = "",
    seen: int | None = None,
) -> tuple[Case, Entry]:
    """Enter a decision of an item in its turn: the step is taken by its ordinary verb, as of the day of the meeting.

    Raises NoQuorum where too few members are there who declared no interest, NotPossible for a step that is not this
    body's, and whatever the step itself is refused for; then nothing has been written.
    """

    def take(meeting: Meeting, one: AgendaLine) -> tuple[Case, Entry]:
        case = cases.find(uow.tx, one.ref, to_change=False)
        mine = open_steps(case, rule, Viewer(uow.actor, uow.now))
        if step not in {line.step for line in mine}:
            known = "; ".join(line.label for line in mine) or "nothing"
            raise NotPossible(f"{step[:60]!r} is not what the {rule.label} decides here. It decides: {known}.")
        words = {"reason": reason, "authority": authority, "override": override, "late_reason": late_reason}
        return advance(uow, one.ref, step, answers=answers, on=meeting.on, seen=seen, **words)

    return _decided(uow, rule, number, item, step, take)


def look_at_hold(
    uow: UnitOfWork, rule: BodyRule, number: int, item: str, found: str, *, ends: bool = False, seen: int | None = None
) -> tuple[Case, Entry]:
    """Enter what a body decided of a hold: it stays, or (with `ends`) it ends as of the day of the meeting."""

    def take(meeting: Meeting, one: AgendaLine) -> tuple[Case, Entry]:
        if one.kind != "hold":
            raise NotPossible(f"Item {one.id} is about no hold.")
        if ends:
            return end_pause(uow, one.ref, one.about, found, on=meeting.on, seen=seen)
        return review_pause(uow, one.ref, one.about, found, seen=seen)

    return _decided(uow, rule, number, item, "pause end" if ends else "pause review", take)


def note(uow: UnitOfWork, rule: BodyRule, number: int, item: str, words: str = "") -> Meeting:
    """Record that an item was noted, and what was said to be done; of an earlier minute, that it is approved."""
    meeting, one = _taking(uow, rule, number, item)
    check_words(uow, _case_of(uow, one), words)
    if one.kind != "minute" and not words.strip():
        raise BadAnswer("Say what was noted: the minute records it.")
    return meetings.record(uow.tx, meeting, "noted", uow.actor, uow.now, {"item": one.id}, words.strip())


def put_off(uow: UnitOfWork, rule: BodyRule, number: int, item: str, why: str) -> Meeting:
    """Put an item off, with the reason: it comes back on the next agenda. No quorum is needed for that."""
    meeting, one = _taking(uow, rule, number, item)
    check_words(uow, _case_of(uow, one), why)
    if not why.strip():
        raise BadAnswer("Say why it is put off: the minute records it.")
    return meetings.record(uow.tx, meeting, "put_off", uow.actor, uow.now, {"item": one.id}, why.strip())


def close_meeting(uow: UnitOfWork, rule: BodyRule, number: int) -> Meeting:
    """Close a meeting: whatever was not come to is recorded as not reached, and comes back on the next agenda."""
    meeting = open_meeting(uow, rule, number)
    _check_held(uow, meeting)
    said = {"not_reached": [one.id for one in meeting.agenda if not one.outcome]}
    return meetings.record(uow.tx, meeting, "closed", uow.actor, uow.now, said)


def _decided(
    uow: UnitOfWork,
    rule: BodyRule,
    number: int,
    item: str,
    step: str,
    take: Callable[[Meeting, AgendaLine], tuple[Case, Entry]],
) -> tuple[Case, Entry]:
    meeting, one = _taking(uow, rule, number, item)
    if not one.ref:
        raise NotPossible(f"Item {one.id} is about no case: record what was noted, or put it off.")
    counted_now = _check_quorum(meeting, one, rule)
    case, entry = take(meeting, one)
    said = {"item": one.id, "step": step, "ref": case.ref, "entry": case.dossier.sequence, "counted": counted_now}
    said |= {"quorum": rule.quorum} if rule.quorum is not None else {}
    said |= {"there": list(meeting.counted_for(one))}
    meetings.record(uow.tx, meeting, "decided", uow.actor, uow.now, said)
    return case, entry


def _taking(uow: UnitOfWork, rule: BodyRule, number: int, item: str) -> tuple[Meeting, AgendaLine]:
    """An item that is about to be taken: the meeting is being held, and whoever enters it has no interest in it."""
    meeting = open_meeting(uow, rule, number)
    one = item_of(meeting, item)
    if one.ref:
        need_to_know.check_named(uow.tx, one.ref, uow.actor.account)
    _check_held(uow, meeting)
    if not meeting.attendance:
        attend = advice("{} records it.", NextStep("meeting attend", {"meeting": (str(number),)}))
        raise NotPossible("Who is there is not recorded yet: record it before anything is decided.", advice=attend)
    if one.left_out:
        back = NextStep("meeting put-back", {"meeting": (str(number),), "item": (one.id,)})
        raise NotPossible(f"Item {one.id} was left out of the agenda.", advice=advice("put it back first ({}).", back))
    if one.outcome == "decided":
        raise NotPossible(f"Item {one.id} is decided: what was wrong with it is corrected on the case.")
    return meeting, one


def _check_held(uow: UnitOfWork, meeting: Meeting) -> None:
    if uow.today < meeting.on:
        raise NotPossible(f"The meeting is on {long_day(meeting.on)}: nothing can be recorded of it before that day.")


def _check_quorum(meeting: Meeting, item: AgendaLine, rule: BodyRule) -> int:
    """How many members are counted at a decision. Raises NoQuorum, saying how many are needed."""
    there = len(meeting.counted_for(item))
    if rule.quorum is not None and there < rule.quorum:
        raise NoQuorum(NO_QUORUM.format(rule.label, counted(rule.quorum, "member"), there, rule.quorum - there))
    return there


def _who(uow: UnitOfWork, rule: BodyRule, said: Sequence[str], *, members: bool = True) -> list[str]:
    """People as they are kept: numbers of accounts there are, or words. Raises NotFound, BadAnswer."""
    given = list(dict.fromkeys(one.strip() for one in said if one.strip()))
    check_words(uow, None, *given)
    if len(given) > LONGEST_LIST:
        raise BadAnswer(f"At most {LONGEST_LIST} people can be named.")
    known = people(uow.tx, rule).known
    for one in given:
        if one.isdecimal() and one not in known:
            raise NotFound(f"There is no account number {one[:10]}: choose from the list, or write who it is.")
        if members and one.isdecimal() and not known[one].member:
            raise BadAnswer(f"{known[one].name} is no member of this body: name them among those who attend.")
    return given


def _case_of(uow: UnitOfWork, item: AgendaLine) -> Case | None:
    return cases.find(uow.tx, item.ref, to_change=False) if item.ref else None
