"""The page that the link of a letter opens: what an agency is asked in full, by when and why, and what it can say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from sqlalchemy import Connection

from records import agencies, cases, history
from records.cases import Case
from records.letter_links import LetterLink
from states.answers import KEPT_FILE
from states.asking import may_acknowledge, rests_until
from states.dossier import Asked, Deadline, Item
from states.entry import OF_A_REQUEST, OF_AN_ITEM, Entry
from states.errors import DAMAGED, NotFound, StorageTrouble
from states.procedure import LEAD
from states.roles import AGENCY_ROLES
from states.shared_labels import told_apart
from states.steps import Field
from states.words import ended, full_weekday
from workflows.messages.asked_again import why_again
from workflows.messages.correspondence import evidence, more_time
from workflows.messages.learning import is_shown, way_set
from workflows.messages.notices import called, scope_of, words_of_step
from workflows.messages.return_address import Office, ask_whom, lead_of
from workflows.views.answer_words import Recorded, in_words
from workflows.views.counted_from import holiday_of
from workflows.views.date_receipt import DateReceipt, date_receipt
from workflows.views.history import HistoryLine, line, replayed
from workflows.views.next_steps import StepLine, steps
from workflows.views.sentences import UNNUMBERED
from workflows.views.viewer import Viewer

MORE_TO_SAY = "To add something, or to put something right, please turn to whoever asks."
ASKED_ANEW = "You were asked again on {}: the link in that letter opens what is asked now."
NOT_ANY_MORE = "This link is of no use any more."


@dataclass(frozen=True)
class Choice:
    """One thing an agency can say. `name` is its place in the address; `hint` says what follows from it.

    What cannot be said yet has no `name`, and its hint says why.
    """

    name: str
    label: str
    hint: str


@dataclass(frozen=True)
class SentFile:
    """A file that was received: its name (or which of them it is), and the SHA-256 of what is in it."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Said:
    """Something the agency has said: the day, the sentence, what was recorded and which files came with it.

    `more` says that there are words besides, which only the mailbox of the letter is shown.
    """

    sequence: int
    on: date
    says: str
    recorded: tuple[Recorded, ...]
    files: tuple[SentFile, ...]
    more: bool = False


@dataclass(frozen=True)
class AgencyPage:
    """All that the page shows. `what` is empty where nothing is asked of the agency by this letter.

    `learn` is how it learns whom the case is about, where this page does not show it; a recommendation is `of_nobody`.
    """

    link: LetterLink
    ref: str
    review: str
    committee: str
    lead: str
    learn: str
    shows_child: bool
    of_nobody: bool
    what: str
    needs: tuple[str, ...]
    answers: tuple[str, ...]
    stands: str
    again: str
    open: bool
    why: DateReceipt | None
    holiday: str
    sent: tuple[str, ...]
    time_asked: tuple[str, ...]
    said: tuple[Said, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class LinkSubject:
    """What a link is about: the case, and the request, the action or the date of it."""

    case: Case
    link: LetterLink
    viewer: Viewer
    asked: Asked | None = None
    item: Item | None = None
    deadline: Deadline | None = None
    anew: Asked | None = None
    """The same, asked of the agency once more, by a letter of its own: that one is open."""


def about(tx: Connection, link: LetterLink, viewer: Viewer) -> LinkSubject:
    """What a link is about, as it stands. Raises NotFound where the agency has no part in it any more."""
    try:
        case = cases.look(tx, link.case_id)
    except StorageTrouble:
        raise
    except DAMAGED:
        raise NotFound(NOT_ANY_MORE) from None
    register = agencies.read(tx)
    asked, item = link.request_in(case.dossier), link.item_in(case.dossier)
    on_it = any(register.is_same(link.agency, one) for one in (*case.dossier.agencies, case.dossier.notifier) if one)
    mine = asked is not None and register.is_same(link.agency, asked.agency)
    if case.dossier.erased or not (on_it or mine):
        raise NotFound(NOT_ANY_MORE)
    open_now = (one for one in reversed(case.dossier.requests.values()) if one.status == "open")
    alike = (one for one in open_now if asked and (one.request, one.item) == (asked.request, asked.item))
    anew = next((one for one in alike if register.is_same(link.agency, one.agency)), None)
    return LinkSubject(
        case, link, viewer, asked if mine else None, item, _date(case, link), anew if anew != asked else None
    )


def agency_page(
    tx: Connection, office: Office, link: LetterLink, viewer: Viewer, *, proven: bool = False
) -> AgencyPage:
    """The page of a link. What the agency wrote itself stands there once it is `proven` whose mailbox it is.

    Somebody else who has the letter could tell from it which of the words that they try is the name of a child.
    """
    this = about(tx, link, viewer)
    case, deadline = this.case, this.deadline
    lead = lead_of(tx, office, case, viewer.now)
    return AgencyPage(
        link=link,
        ref=case.ref,
        review=case.procedure.review,
        committee=case.procedure.committee,
        lead=lead,
        learn=how_told(tx, office, case, lead),
        shows_child=is_shown(tx, case.ref, office),
        of_nobody=case.procedure.kind == "recommendation",
        what=_what(this),
        needs=tuple(_needs(this)),
        answers=tuple(one.label for one in answer_fields(this)),
        stands=stands(this),
        again=_asked_again(tx, this),
        open=_is_open(this),
        why=date_receipt(case, deadline.key, viewer) if deadline else None,
        holiday=holiday_of(case, deadline) if deadline else "",
        sent=tuple(evidence(tx, case, deadline.key, drafts=False)) if deadline else (),
        time_asked=tuple(more_time(tx, case, deadline)) if deadline else (),
        said=tuple(_said(tx, this, proven=proven)),
        choices=tuple(_choices(this)),
    )


def how_told(tx: Connection, office: Office, case: Case, lead: str) -> str:
    """How an agency learns whom a case is about, where the page of its letter does not show it."""
    return ("" if way_set(tx, case.ref) else office.learn) or ask_whom(lead, case.ref)


def answer_fields(this: LinkSubject) -> tuple[Field, ...]:
    """What an answer to what was asked records."""
    rule = this.case.procedure.requests.get(this.asked.request) if this.asked else None
    return told_apart(rule.fields) if rule else ()


def says_where_filed(one: Field) -> bool:
    """Whether a field asks where something is filed: it need not be said of what is sent as a file."""
    return one.kind == "text" and one.name.endswith("_file")


def update_fields(this: LinkSubject) -> tuple[Field, ...]:
    """What is recorded about an action of the agency."""
    rule = this.case.procedure.registers.get(this.item.kept_in) if this.item else None
    return rule.update if rule else ()


def steps_of(this: LinkSubject) -> dict[str, StepLine]:
    """The steps of a recommendation that the agency it is addressed to may take now."""
    if this.case.procedure.kind != "recommendation" or this.item is not None:
        return {}
    mine = (one for one in steps(this.case, this.viewer) if set(one.roles) & AGENCY_ROLES)
    return {one.step: one for one in mine if one.offer.verb}


def _date(case: Case, link: LetterLink) -> Deadline | None:
    """The date that runs, or ran last, for what a link is about."""
    asked, item = link.request_in(case.dossier), link.item_in(case.dossier)
    of_it = case.dossier.dates_of("request", asked.id) if asked else ()
    wanted = case.dossier.dates_of("item", item.id) if item else of_it
    if not link.subject:
        wanted = case.dossier.dates_of("", "")
        owned = {name for name, one in case.procedure.timescales.items() if one.owner in {"agency", *AGENCY_ROLES}}
        kind = case.procedure.kind == "recommendation"
        wanted = tuple(one for one in wanted if kind and one.timescale in owned and one.open and one.due_on)
    return next((one for one in wanted if one.open), wanted[-1] if wanted else None)


def _what(this: LinkSubject) -> str:
    if this.asked is not None:
        return this.case.procedure.label_of_asked(this.asked.request, this.asked.item)
    if this.item is not None and this.deadline is not None:
        return called(this.case, this.deadline)
    return "Recommendation" if this.case.procedure.kind == "recommendation" else ""


def _needs(this: LinkSubject) -> Iterator[str]:
    procedure, fields = this.case.procedure, this.case.dossier.fields
    if this.asked is not None and this.asked.request in procedure.requests:
        yield from scope_of(this.case, procedure.requests[this.asked.request])
        yield from _says(this, this.case.dossier.items.get(this.asked.item))
    elif this.item is not None and this.item.kept_in in procedure.registers:
        yield from _says(this, this.item)
    elif procedure.kind == "recommendation":
        yield from (str(fields[name]) for name in ("text", "expected_change") if fields.get(name))
        yield from _since_the_step(this)


def _since_the_step(this: LinkSubject) -> Iterator[str]:
    """What was said in the step that the date of a recommendation counts from, such as what evidence is wanted."""
    rule = this.case.procedure.timescales.get(this.deadline.timescale) if this.deadline is not None else None
    begun = {part.trigger for part in rule.anchor.parts} if rule is not None else set()
    for move in this.case.procedure.transitions:
        if move.trigger in begun and move.trigger in this.case.dossier.done:
            yield from words_of_step(this.case, move.fields)


def _says(this: LinkSubject, item: Item | None) -> Iterator[str]:
    """What an item of a register says, each of its fields under its label."""
    kept = this.case.procedure.registers.get(item.kept_in) if item is not None else None
    if item is not None and kept is not None:
        form = kept.fields
        yield from (f"{one.label}: {in_words(one, said)}" for one in form if (said := item.fields.get(one.name)))


def _is_open(this: LinkSubject) -> bool:
    if this.asked is not None:
        return this.asked.status == "open"
    return not this.item.ended if this.item is not None else bool(steps_of(this))


def stands(this: LinkSubject) -> str:
    """What became of what the letter asks, as far as anything did."""
    asked, item = this.asked, this.item
    if asked is not None and asked.status != "open":
        more = "" if asked.status == "withdrawn" else MORE_TO_SAY
        more = ASKED_ANEW.format(full_weekday(this.anew.asked_on)) if this.anew else more
        return f"{_how_it_ended(asked)} {more}".rstrip()
    if asked is not None and asked.promised_on:
        return f"You said that it comes by {full_weekday(asked.promised_on)}."
    if asked is not None and asked.acknowledged_on:
        return f"You said on {full_weekday(asked.acknowledged_on)} that you have it."
    if item is not None and item.ended:
        return f"This has ended. {MORE_TO_SAY}"
    if asked is None and item is None and this.case.procedure.kind == "recommendation":
        return f"It now stands at: {this.case.procedure.label_of('states', this.case.dossier.state)}."
    return ""


def _asked_again(tx: Connection, this: LinkSubject) -> str:
    """Why the agency is asked although an answer came, or another agency was asked first; "" where it simply is."""
    asked = this.asked
    if asked is None or asked.status != "open":
        return ""
    last = history.one(tx, this.case.id, asked.sequence)
    return why_again(this.case, last, asked, quoting=False) if last is not None else ""


def _how_it_ended(asked: Asked) -> str:
    on = full_weekday(asked.ended_on)
    if asked.status == "withdrawn":
        why = f" The reason: {ended(asked.reason)}" if asked.reason else ""
        return f"You are no longer asked for this: it was withdrawn on {on}.{why}"
    if asked.status == "declined":
        return f"You said on {on} that no answer comes from you."
    if asked.redirected_to:
        return f"This was passed on to {asked.redirected_to} on {on}."
    return f"This was {asked.status} on {on}."


def _choices(this: LinkSubject) -> Iterator[Choice]:
    if this.asked is not None and this.asked.status == "open":
        yield Choice("answer", "Here is our answer", "Fill in the form, and send files with it.")
        due = this.deadline.due_on if this.deadline is not None and this.deadline.open else None
        if not this.asked.acknowledged_on and may_acknowledge(due, this.asked.promised_on, this.viewer.today):
            no_reminder = f" No reminder comes before {full_weekday(rests_until(due, this.asked.promised_on))}."
            yield Choice("received", "We have it", f"It is in hand.{no_reminder if due else ''}")
        yield Choice("later", "We need longer", "Say which day you can keep, and why.")
        yield Choice("nothing", "We hold nothing on this", "That is an answer too, and it ends the request.")
        yield Choice("other", "It is not for us", "Say who to ask instead.")
    if this.item is not None and not this.item.ended and _may_update(this):
        yield Choice("update", "Say how it stands, or that it is done", "Send proof with it if it is done.")
    for one in steps_of(this).values():
        told = f"The {this.case.procedure.said('roles', LEAD)} is told." if one.to else "It goes on record."
        waits = f"Not yet. {' '.join(one.besides_role)}" if one.besides_role else ""
        yield Choice("" if waits else f"step-{one.step}", one.label, waits or told)


def _may_update(this: LinkSubject) -> bool:
    assert this.item is not None
    rule = this.case.procedure.registers.get(this.item.kept_in)
    own = this.item.fields.get("agency", "")
    return rule is not None and bool(set(rule.updated_by) & AGENCY_ROLES) and (not own or this.viewer.is_of(own))


def _said(tx: Connection, this: LinkSubject, *, proven: bool) -> Iterator[Said]:
    """What the agency itself has said of it, the newest first."""
    mine = [one for one in replayed(tx, this.case) if this.viewer.is_of(one.entry.actor.agency)]
    for one in reversed(mine):
        if _is_about(this, one.entry):
            told: HistoryLine = line(one, UNNUMBERED)
            files = tuple(_files(one.entry))
            if not proven:
                files = tuple(SentFile(_numbered(place, file), file.sha256) for place, file in enumerate(files, 1))
            more = bool(told.recorded) and not proven
            known = told.recorded if proven else ()
            yield Said(one.entry.sequence, one.entry.happened_on, told.says, known, files, more)


def _numbered(place: int, file: SentFile) -> str:
    """Which of the files it is, and of what kind: its name may name somebody."""
    return f"File {place} ({PurePath(file.name).suffix[1:].upper() or 'no kind'})"


def _is_about(this: LinkSubject, entry: Entry) -> bool:
    if entry.kind == "extension_asked":
        return this.deadline is not None and entry.data["extension"]["deadline"] == this.deadline.key
    asked, item = this.link.request_in(this.case.dossier), this.link.item_in(this.case.dossier)
    if asked is not None:
        return entry.kind in OF_A_REQUEST and entry.data["id"] == asked.id
    if item is not None:
        return entry.kind in OF_AN_ITEM and entry.data["id"] == item.id
    return not this.link.subject and (entry.kind == "advanced" or not entry.data.get("id"))


def _files(entry: Entry) -> Iterator[SentFile]:
    values = (*entry.data.get("fields", {}).values(), entry.data.get("files", ()))
    for value in values:
        for one in value if isinstance(value, list | tuple) else (value,):
            found = KEPT_FILE.fullmatch(one) if isinstance(one, str) else None
            if found is not None:
                yield SentFile(found[2], found[1])
