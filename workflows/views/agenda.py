"""What needs somebody: dates that have gone by or are near, drafts that want a yes, tasks, reasons that are missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from sys import intern
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, bindparam, func, or_, select, true

from config.phrases import loosened_words, quiet_of
from records.case_rows import dossier_of
from records.cases import CASES
from records.diary import DEADLINES
from records.editions import EditionLibrary
from records.history import HISTORY
from records.metadata import stands
from records.need_to_know import hidden_from
from records.outbox import MESSAGES, TASKS
from records.unreadable_values import UNREAD
from states.dossier import Dossier
from states.entry import BY_THE_CLOCK, Actor
from states.errors import DAMAGED, StorageTrouble
from states.moments import local_day
from states.next_step import NextStep
from states.procedure import LEAD, Procedure
from states.words import counted, full_weekday
from workflows.views.json_names import UNWRITTEN
from workflows.views.viewer import Viewer
from workflows.views.whose_work import acting_as, is_theirs

AHEAD = timedelta(days=7)
"""How far ahead a date is near."""

OVERDUE, TODAY, SOON, YES, TASK, REASON, LATER = range(7)
"""What is most pressing comes first in a list."""

GROUPS = {
    OVERDUE: "overdue",
    TODAY: "this_week",
    SOON: "this_week",
    YES: "yes_wanted",
    TASK: "tasks",
    REASON: "reasons_wanted",
    LATER: "later",
}
BY_AN_AGENCY = frozenset({TODAY, SOON, LATER})
"""In which group of the agenda a thing stands; what an agency owes and is not overdue has one of its own."""

ROW = (CASES.c.ref, CASES.c.lead, CASES.c.deputy, CASES.c.digest, CASES.c.state, CASES.c.phase)
"""What a line says of its case. Thousands of lines say the same, and share the words."""

BESIDE = tuple(one for one in CASES.c if one.name != "dossier")
"""The columns of a case without what it adds up to, which is long."""

DATES = (
    select(DEADLINES.c.key, DEADLINES.c.timescale, DEADLINES.c.agency, DEADLINES.c.due_on, *BESIDE)
    .join(CASES, CASES.c.id == DEADLINES.c.case_id)
    .order_by(DEADLINES.c.due_on, DEADLINES.c.case_id)
)
READ_ONCE = select(CASES).where(
    or_(
        CASES.c.closed_on.is_(None),
        CASES.c.id.in_(select(DEADLINES.c.case_id).where(DEADLINES.c.status == "running")),
    )
)
"""The cases on which a date runs or may have been missed, each with what it adds up to."""

HELD = (
    select(*ROW, MESSAGES.c.confirm_role, MESSAGES.c.confirm_by)
    .join(CASES, CASES.c.id == MESSAGES.c.case_id)
    .where(stands(MESSAGES.c.status, "held"))
    .distinct()
)
WAITING = (
    select(TASKS.c.id, TASKS.c.role, TASKS.c.facts, TASKS.c.created_at, *ROW)
    .join(CASES, CASES.c.id == TASKS.c.case_id, isouter=True)
    .where(TASKS.c.done_at.is_(None), TASKS.c.kind != "confirm")
)
SILENT = select(*BESIDE).where(CASES.c.closed_on.is_(None), CASES.c.next_due_on.is_(None)).order_by(CASES.c.id)
LAST_DONE = select(func.max(HISTORY.c.happened_on)).where(
    HISTORY.c.case_id == bindparam("case"), HISTORY.c.kind.not_in(BY_THE_CLOCK)
)
"""The last day on which somebody did something on a case."""

SILENT_FOR = timedelta(days=7)
"""How long an open case may stand without a date before it is named."""

TRUE: ColumnElement[bool] = true()
SAID_OR_HELD, LATE = ('"quiets"', '"pauses"'), '"late":true'


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One thing that needs somebody: in words, since or until when, for which role, on whose case.

    `ref` is empty for what belongs to no case, `agency` for what no agency owes. `step` is what settles it, or where to
    look.
    """

    ref: str
    words: str
    on: date
    role: str
    agency: str
    step: NextStep
    pressing: int = field(metadata=UNWRITTEN)
    lead: str = field(default="", metadata=UNWRITTEN)
    deputy: str = field(default="", metadata=UNWRITTEN)
    what: str = field(default="", metadata=UNWRITTEN)
    """What is needed, without the case, the agency and the day beside it."""
    key: str = field(default="", metadata=UNWRITTEN)
    """The date it is about, where it is about one."""
    digest: str = field(default="", metadata=UNWRITTEN)
    under: Procedure | None = field(default=None, compare=False, repr=False, metadata=UNWRITTEN)
    """The edition of its case."""
    state: str = field(default="", metadata=UNWRITTEN)
    phase: str = field(default="", metadata=UNWRITTEN)
    mend: NextStep | None = field(default=None, metadata=UNWRITTEN)
    """What mends the cause of a task: entering somebody where nobody can be reached."""

    def waits_for(self, actor: Actor) -> bool:
        """Whether it waits for the very role somebody acts in, whatever the edition calls that."""
        return self.role == acting_as(actor, self.under)


@dataclass(frozen=True)
class Agenda:
    """What needs somebody today, grouped, the soonest first in each group.

    `this_week` ends seven days from today. `agencies` is what agencies owe and is not overdue, `later` what comes after
    this week, `undated` the open cases on which no date runs, and nothing was done for a while.
    """

    overdue: tuple[AgendaItem, ...]
    this_week: tuple[AgendaItem, ...]
    agencies: tuple[AgendaItem, ...]
    yes_wanted: tuple[AgendaItem, ...]
    tasks: tuple[AgendaItem, ...]
    reasons_wanted: tuple[AgendaItem, ...]
    undated: tuple[AgendaItem, ...]
    later: tuple[AgendaItem, ...]


def agenda(tx: Connection, viewer: Viewer) -> Agenda:
    """What needs whoever looks: all there is for nobody in particular, a role's own for a role.

    A lead officer's is what is owed on the cases that they lead, or that nobody leads.
    What is kept to others is left out.
    """
    hidden = hidden_from(tx, viewer.actor.account)
    found = items(tx, viewer.today, ahead=None)
    return grouped(one for one in found if one.ref not in hidden and is_for(one, viewer.actor))


def grouped(found: Iterable[AgendaItem]) -> Agenda:
    """Things that need somebody, in their groups."""
    groups: dict[str, list[AgendaItem]] = {one.name: [] for one in fields(Agenda)}
    for one in found:
        groups[_group_of(one)].append(one)
    return Agenda(**{name: tuple(some) for name, some in groups.items()})


def _group_of(one: AgendaItem) -> str:
    """The name of the group in which a thing stands."""
    if one.agency and one.pressing in BY_AN_AGENCY:
        return "agencies"
    return "undated" if one.pressing == TODAY and not one.key else GROUPS[one.pressing]


def items(tx: Connection, today: date, *, ahead: timedelta | None = AHEAD) -> list[AgendaItem]:
    """Everything that needs somebody, the most pressing first; dates only so far ahead, or all for None."""
    by = TRUE if ahead is None else or_(DEADLINES.c.due_on <= today + ahead, DEADLINES.c.due_on > date.max)
    found = (*items_of_cases(tx, today, dated=by), *items_of_people(tx, today))
    return sorted(dict.fromkeys(found), key=in_order)


def in_order(one: AgendaItem) -> tuple[int, date, str]:
    """What a thing is sorted by, to have the most pressing first."""
    return one.pressing, one.on, one.words


def items_of_cases(
    tx: Connection, today: date, *, dated: ColumnElement[bool] = TRUE, cases: ColumnElement[bool] = TRUE
) -> Iterator[AgendaItem]:
    """What the history of cases asks of somebody: dates, no dates, reasons. Of some dates and cases, or of all."""
    library = EditionLibrary(tx)
    kept, late = _worth_reading(tx.execute(READ_ONCE.where(cases)).mappings())
    read = _Read(tx, kept)
    owed, right = DEADLINES.c.status == "running", DEADLINES.c.status == "window"
    still = or_(owed, and_(right, or_(DEADLINES.c.due_on >= today, DEADLINES.c.due_on > date.max)))
    dates = DATES.where(DEADLINES.c.due_on.is_not(None), still, dated, cases)
    yield from _each(tx, dates, today, lambda row: _date(library, row, today, read))
    yield from _each(tx, SILENT.where(cases), today, lambda row: _without_date(tx, library, row, today))
    yield from _found_in(late, today, lambda row: _reasons(library, row, read))


def items_of_people(tx: Connection, today: date) -> Iterator[AgendaItem]:
    """What waits for a yes, or for a person to see to it."""
    library = EditionLibrary(tx)
    yield from _each(tx, HELD, today, lambda row: _yes_wanted(library, row, today))
    yield from _each(tx, WAITING, today, lambda row: _task(library, row))


def _each(
    tx: Connection, wanted: Select[Any], today: date, items_of: Callable[[RowMapping], Iterable[AgendaItem]]
) -> Iterator[AgendaItem]:
    """What each row found asks of somebody; one that cannot be read is named, and keeps no other out of the list."""
    return _found_in(tx.execute(wanted).mappings(), today, items_of)


def _worth_reading(rows: Iterable[RowMapping]) -> tuple[dict[str, RowMapping], list[RowMapping]]:
    """The cases whose agencies have said something or that were held; and those late in something.

    What the others add up to is not taken apart: that costs more than everything else here. A case that goes on from a
    snapshot is long enough to be any of it.
    """
    kept, late = dict[str, RowMapping](), list[RowMapping]()
    for row in rows:
        is_long, said = bool(row["snapshot"]), row["dossier"]
        if is_long or any(word in said for word in SAID_OR_HELD):
            kept[row["ref"]] = row
        if (is_long or LATE in said) and row["closed_on"] is None:
            late.append(row)
    return kept, late


def _found_in(
    rows: Iterable[RowMapping], today: date, items_of: Callable[[RowMapping], Iterable[AgendaItem]]
) -> Iterator[AgendaItem]:
    for row in rows:
        try:
            yield from (_damaged(row, today),) if UNREAD in row.values() else tuple(items_of(row))
        except StorageTrouble:
            raise
        except DAMAGED:
            yield _damaged(row, today)


def _damaged(row: RowMapping, today: date) -> AgendaItem:
    if not row["ref"]:
        words = f"the task {row['id'][:8]} cannot be read"
        return _item(row, TASK, today, words, "lead_officer", NextStep("verify"))
    words = f"{row['ref']}: a row of it is damaged and cannot be read: make it again from its history"
    return _item(row, TASK, today, words, "lead_officer", NextStep("case rebuild", {"ref": (row["ref"],)}))


def is_for(item: AgendaItem, actor: Actor) -> bool:
    """Whether something needs this person: their role's own, and for a lead officer what is owed on their cases."""
    return is_theirs(actor, item.role, item.lead, item.deputy, item.under)


def _date(library: EditionLibrary, row: RowMapping, today: date, read: _Read) -> Iterator[AgendaItem]:
    procedure = library.procedure(row["digest"])
    rule = procedure.timescales.get(row["timescale"])
    if rule is None or _waits(row, today, read):
        return
    whose = f" from {row['agency']}" if row["agency"] else ""
    what = f"{row['ref']}: {rule.label}{whose}"
    pressing, when = _nearness(row["due_on"], today, rule.kind)
    besides = (_said(row, today, read), loosened_words(rule))
    words = "; ".join(filter(None, (f"{what}, {when}", *besides)))
    owner = procedure.office_role(rule.owner)
    line = _item(row, pressing, row["due_on"], words, owner, agency=row["agency"], under=procedure)
    yield replace(line, what="; ".join(filter(None, (rule.label, *besides))), key=row["key"])


def _without_date(tx: Connection, library: EditionLibrary, row: RowMapping, today: date) -> Iterator[AgendaItem]:
    """An open case that no date has reminded anybody of for a week: a reopened one, or one whose limits are not set."""
    since = tx.execute(LAST_DONE, {"case": row["id"]}).scalar_one()
    if today - since >= SILENT_FOR:
        under = library.procedure(row["digest"])
        words = f"{row['ref']}: no date runs on it, so nothing reminds anybody of it; nothing was done since "
        words += f"{full_weekday(since)} ({under.label_of('states', row['state'])}): see what is next, and by when"
        line = _item(row, TODAY, since, words, LEAD, under=under)
        yield replace(line, what="no date runs on it, so nothing reminds anybody of it: see what is next")


@dataclass(frozen=True)
class _Read:
    """What cases add up to, each read once for all its dates: of those worth reading, by reference."""

    tx: Connection
    kept: Mapping[str, RowMapping]
    read: dict[str, Dossier] = field(default_factory=dict)

    def dossier(self, row: RowMapping) -> Dossier:
        """What the case of a row adds up to. Raises one of DAMAGED for one that cannot be read."""
        ref = row["ref"]
        if ref not in self.read:
            self.read[ref] = dossier_of(self.tx, self.kept.get(ref, row))
        return self.read[ref]


def _waits(row: RowMapping, today: date, read: _Read) -> bool:
    """Whether a date was missed before a hold that stops its clock: nobody is asked about it while that lasts."""
    if row["due_on"] >= today or row["ref"] not in read.kept:
        return False
    try:
        dossier = read.dossier(row)
        return dossier.is_stopped(dossier.deadlines[row["key"]], today)
    except DAMAGED:  # a task says so
        return False


def _said(row: RowMapping, today: date, read: _Read) -> str:
    """What the agency last said about its date, if one owes it."""
    if not row["agency"] or row["ref"] not in read.kept:
        return ""
    try:
        return quiet_of(read.dossier(row).deadlines[row["key"]], today)
    except DAMAGED:  # a task says so
        return ""


def _nearness(due: date, today: date, kind: str) -> tuple[int, str]:
    days = (today - due).days
    if kind == "window":  # nobody owes what is a right
        return (SOON if due <= today + AHEAD else LATER), f"may be used until {full_weekday(due)}"
    if days > 0 and kind == "chase":  # an outside matter to ask after is never late
        return TODAY, f"to be asked after since {full_weekday(due)}"
    if days > 0:
        return OVERDUE, f"overdue by {counted(days, 'day')} (due {full_weekday(due)}): record why, or the answer"
    if days == 0:
        return TODAY, "due today"
    return (SOON if due <= today + AHEAD else LATER), f"due {full_weekday(due)}"


def _yes_wanted(library: EditionLibrary, row: RowMapping, today: date) -> Iterator[AgendaItem]:
    procedure = library.procedure(row["digest"])
    by = local_day(row["confirm_by"]) if row["confirm_by"] else None
    goes = f"; with neither yes nor no it goes by itself on {full_weekday(by)}" if by else ""
    words = f"{row['ref']}: a message waits for a yes from the {procedure.said('roles', row['confirm_role'])}{goes}"
    step = NextStep("ladder confirm", {"ref": (row["ref"],)})
    line = _item(row, YES, by or today, words, procedure.office_role(row["confirm_role"]), step, under=procedure)
    yield replace(line, what=f"A drafted letter waits for a yes{goes}")


def _task(library: EditionLibrary, row: RowMapping) -> Iterator[AgendaItem]:
    facts: dict[str, Any] = json.loads(row["facts"])
    since = local_day(row["created_at"])
    where = f"{row['ref']}: " if row["ref"] else ""
    often = len(facts.get("items", ()))
    times = f", {often} messages reached nobody" if often > 1 else ""
    words = f"{where}task, {facts.get('problem') or 'see to it'}{times} (since {full_weekday(since)})"
    step = NextStep("task done", {"id": (row["id"][:8],)})
    procedure = library.procedure(row["digest"]) if row["ref"] else None
    line = _item(row, TASK, since, words, row["role"], step, under=procedure)
    yield replace(line, what=f"{facts.get('problem') or 'see to it'}{times}", mend=_missing_contact(facts))


def _missing_contact(facts: dict[str, Any]) -> NextStep | None:
    """How a place where nobody is entered is filled."""
    given = (("agency", facts.get("agency", "")), ("role_of", facts.get("place", "")))
    nobody = facts.get("place") and not (facts.get("channel") or facts.get("contact"))
    return NextStep("contact add", {name: (one,) for name, one in given if one}) if nobody else None


def _reasons(library: EditionLibrary, row: RowMapping, read: _Read) -> Iterator[AgendaItem]:
    dossier, under = read.dossier(row), library.procedure(row["digest"])
    for one in dossier.deadlines.values():
        if one.late and not one.late_reason and one.timescale in under.timescales:
            rule = under.timescales[one.timescale]
            words = f"{row['ref']}: {rule.label} was late, and the reason is wanted"
            step = NextStep("case missed", {"ref": (row["ref"],), "date": (one.key,), "reason": ()})
            owner = under.office_role(rule.owner)
            line = _item(row, REASON, one.due_on or one.opened_on, words, owner, step, under=under)
            yield replace(line, what=f"{rule.label} was late: say why", key=one.key)


def _item(
    row: RowMapping,
    pressing: int,
    on: date,
    words: str,
    role: str,
    step: NextStep | None = None,
    *,
    agency: str = "",
    under: Procedure | None = None,
) -> AgendaItem:
    return AgendaItem(
        ref=row["ref"] or "",
        words=words,
        on=on,
        role=role,
        agency=agency,
        step=step or NextStep("show", {"ref": (row["ref"],)}),
        pressing=pressing,
        what=words.removeprefix(f"{row['ref']}: "),
        under=under,
        lead=intern(row["lead"] or ""),
        deputy=intern(row["deputy"] or ""),
        digest=intern(row["digest"] or ""),
        state=intern(row["state"] or ""),
        phase=intern(row["phase"] or ""),
    )
