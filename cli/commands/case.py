"""Keeping a case right: who is on it, what it is linked to, what was recorded wrongly, which edition it is under."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.commands.case_bundle import bundle
from cli.commands.case_child import app as child_app
from cli.commands.case_child import children, readings, show_what_goes
from cli.confirm import Yes, ask, must_ask
from cli.form_input import by_role, given
from cli.options import DateName, EditionName, Fields, FieldsFile, On, Reason, Ref, act, day, story, verb
from cli.outcome import carry_out
from cli.output import answer, answer_in_a_sentence, bullets, entries, heading, pairs, say, spoken
from cli.session import Session

if TYPE_CHECKING:
    from records.cases import Case
    from workflows.unit_of_work import UnitOfWork
    from workflows.verbs.change_edition import DateMove, Difference

app = story("Links, people, whom it is about, corrections and the edition of a case.")
app.add_typer(child_app, name="child")
app.command()(children)
app.command()(readings)
app.command()(bundle)

Other = Annotated[str, Argument(metavar="OTHER", help="The other case.")]
Link = Annotated[
    str,
    Option(
        "--kind",
        metavar="KIND",
        help="How they belong: same_child, sibling, follows, related ...; duplicate_of closes REF as a duplicate.",
    ),
]
EntryNumber = Annotated[int, Argument(metavar="ENTRY", help="The number of the entry (cairn history REF).")]
RightDay = Annotated[
    date | None, Option("--happened-on", parser=day, metavar="DATE", help="The day it really happened.")
]
Emptied = Annotated[
    list[str] | None,
    Option("--emptied", metavar="NAME", help="A field that should have been left empty; repeat it for several."),
]
TakenBack = Annotated[
    list[str] | None,
    Option(
        "--taken-back",
        metavar="NAME",
        help="A file of the entry that is none of this case, by its name or SHA-256; repeat it for several.",
    ),
]
Step = Annotated[str, Option("--step", metavar="STEP", help="The step that reopens it, if there are several.")]
State = Annotated[
    str, Option("--state", metavar="STATE", help="The state it takes there, if the edition does not say.")
]
Preview = Annotated[bool, Option("--preview", help="Only show what would change.")]
Event = Annotated[str, Argument(metavar="EVENT", help="What the case waits for (cairn show REF names it).")]
Lead = Annotated[str | None, Option("--lead", metavar="NAME", help="Who leads it from now on.")]
Deputy = Annotated[str | None, Option("--deputy", metavar="NAME", help="The deputy from now on.")]
Joined = Annotated[list[str] | None, Option("--joined", metavar="AGENCY", help="An agency that joins; repeat it.")]
Left = Annotated[list[str] | None, Option("--left", metavar="AGENCY", help="An agency that leaves; repeat it.")]

Named = Annotated[
    list[str] | None,
    Option(
        "--named",
        metavar="ROLE=NAME",
        help="Who holds a role on this case, and has its letters; repeat it for several, ROLE= takes all away.",
    ),
]


@app.command()
@verb
def link(session: Session, ref: Ref, other: Other, kind: Link = "related", reason: Reason = "") -> None:
    """Link two cases: both histories say so."""
    from workflows.verbs import link as linking

    carry_out(session, ref, lambda uow: linking.link(uow, ref, other, kind, reason, seen=session.seen)[0])


@app.command()
@verb
def unlink(session: Session, ref: Ref, other: Other, reason: Reason = "") -> None:
    """Take a link away, with the reason."""
    from workflows.verbs import link as linking

    carry_out(session, ref, lambda uow: linking.unlink(uow, ref, other, reason, seen=session.seen)[0])


@app.command()
@verb
def people(
    session: Session,
    ref: Ref,
    lead: Lead = None,
    deputy: Deputy = None,
    joined: Joined = None,
    left: Left = None,
    named: Named = None,
    reason: Reason = "",
) -> None:
    """Name the lead officer, the deputy or who holds another role, or say which agencies joined or left."""
    from workflows.verbs.people import change_people

    agencies = {"joined": tuple(joined or ()), "left": tuple(left or ())}
    holders = by_role(named)

    def changed(uow: UnitOfWork) -> Case:
        seen = session.seen
        return change_people(uow, ref, lead=lead, deputy=deputy, named=holders, why=reason, seen=seen, **agencies)[0]

    carry_out(session, ref, changed)


@app.command()
@verb
def correct(
    session: Session,
    ref: Ref,
    entry: EntryNumber,
    reason: Reason = "",
    field: Fields = None,
    fields: FieldsFile = "",
    emptied: Emptied = None,
    happened_on: RightDay = None,
    taken_back: TakenBack = None,
) -> None:
    """Put an earlier entry right with a new one: the old one stays as it is."""
    from config.settings import settings
    from workflows.verbs import correct as correcting
    from workflows.views.forms import every_step_form

    def right(uow: UnitOfWork) -> Case:
        from records import cases

        case = cases.find(uow.tx, ref, to_change=False)
        answers = given(every_step_form(case), field, fields)
        return correcting.correct(
            uow,
            ref,
            entry,
            reason,
            answers=answers,
            happened_on=happened_on,
            taken_back=taken_back or (),
            evidence=settings().evidence.absolute(),
            emptied=emptied or (),
            seen=session.seen,
        )[0]

    carry_out(session, ref, right)


@app.command()
@verb
def reopen(
    session: Session, ref: Ref, step: Step = "", reason: Reason = "", field: Fields = None, on: On = None
) -> None:
    """Open a closed case again, by the step of its edition that reopens it."""
    from workflows.verbs.advance import advance
    from workflows.views.forms import reopening_step, step_form

    def again(uow: UnitOfWork) -> Case:
        from records import cases

        case = cases.find(uow.tx, ref, to_change=False)
        trigger = reopening_step(case, step)
        answers = given(step_form(case, trigger), field)
        return advance(uow, ref, trigger, answers=answers, reason=reason, on=on, seen=session.seen)[0]

    carry_out(session, ref, again)


@app.command()
@verb
def move(
    session: Session,
    ref: Ref,
    edition: EditionName,
    reason: Reason = "",
    state: State = "",
    preview: Preview = False,
    yes: Yes = False,
) -> None:
    """Move a case to another edition, or to the committee's new settings: shown first, then asked about."""
    from workflows.verbs import preview as previewing
    from workflows.verbs.change_edition import move_edition, preview_move

    def looking(uow: UnitOfWork) -> previewing.Preview[Difference]:
        return previewing.preview(
            uow,
            ref,
            lambda _: preview_move(uow, ref, edition, state),
            lambda: None if preview else move_edition(uow, ref, edition, reason, state=state),
            seen=None if preview else session.seen,
        )

    if not preview:
        session.check_said()
    found = session.preview(looking)
    difference = found.shown
    if preview or not session.as_json:
        answer(difference, _tell_difference, as_json=session.as_json)
    if preview:
        return
    if found.refused is not None:
        raise found.refused
    if must_ask(yes=yes, as_json=session.as_json):
        ask(f"Move {difference.ref} to {edition}?")
    carry_out(session, ref, lambda uow: move_edition(uow, ref, edition, reason, state=state, seen=found.version)[0])


@app.command()
@act
def rebuild(session: Session, ref: Ref, reason: Reason = "") -> None:
    """Make the damaged row of a case again from its history: that is on record."""
    from workflows.verbs.rebuild import rebuild_case

    with session.uow() as uow:
        case, entry = rebuild_case(uow, ref, reason)
    facts = {"ref": case.ref, "entry": entry.sequence, **entry.data}
    words = f"{case.ref} is made again from its history ({', '.join(entry.data['columns'])})."
    answer_in_a_sentence(words, "good", as_json=session.as_json, **facts)


@app.command()
@verb
def missed(session: Session, ref: Ref, name: DateName, reason: Reason = "") -> None:
    """Record why a date was missed: nothing is blocked by it."""
    from workflows.verbs.advance import record_missed

    carry_out(session, ref, lambda uow: record_missed(uow, ref, name, reason, seen=session.seen)[0])


@app.command()
@verb
def event(session: Session, ref: Ref, what: Event, note: Reason = "", on: On = None) -> None:
    """Record that something the case waits for has happened, such as a verdict."""
    from workflows.verbs.outside_events import record_event

    carry_out(session, ref, lambda uow: record_event(uow, ref, what, note=note, on=on, seen=session.seen)[0])


@app.command()
@verb
def asked_after(session: Session, ref: Ref, event: Event, note: Reason = "", on: On = None) -> None:
    """Record that somebody asked after it, and it has not come yet."""
    from workflows.verbs.outside_events import ask_after

    carry_out(session, ref, lambda uow: ask_after(uow, ref, event, note, on=on, seen=session.seen)[0])


@app.command()
@verb
def erase(session: Session, ref: Ref, reason: Reason = "", *, yes: Yes = False) -> None:
    """Erase the names of a case for good: shows what goes, then asks. Its history stays and still verifies."""
    from workflows.verbs.people import erase_personal_data

    session.check_said()
    version = show_what_goes(session, ref, reason)
    if must_ask(yes=yes, as_json=session.as_json):
        ask(f"Erase the personal data of {ref.upper()} for good?")
    carry_out(session, ref, lambda uow: erase_personal_data(uow, ref, reason, seen=version)[0])


def _tell_difference(one: Difference) -> None:
    heading(f"{one.ref}  What would change; nothing has been done yet")
    pairs(
        [
            ("From", one.from_title),
            ("To", one.to_title),
            ("State", f"{one.from_state} becomes {one.to_state}"),
        ]
    )
    for title, steps in (("Steps that go", one.steps_gone), ("Steps that come", one.steps_new)):
        if steps:
            say(title)
            bullets(steps)
    if one.dates:
        say("Dates")
        entries((f"{this.label}: {_sides(this)}", this.key, "") for this in one.dates)
    if one.clocks_kept:
        say("Clocks that stay as they are")
        bullets(one.clocks_kept)
    if one.outdated:
        say(one.outdated, "warn")


def _sides(moved: DateMove) -> str:
    before, after = spoken(moved.before), spoken(moved.after)
    sides = moved.what
    if moved.what == "new":
        sides = f"new, {after or 'no date'}"
    elif moved.what == "no longer owed":
        sides += f" (it was due {before})" if before else ""
    elif before or after:
        sides += f": {before or 'no date'} to {after or 'no date'}"
    return "; ".join(filter(None, (sides, moved.note)))
