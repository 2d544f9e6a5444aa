"""What a verb did, told at once: what happened, where the case stands, which dates moved or began, who will be told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from cli.output import answer, bullets, heading, pairs, say, spoken
from states.words import away, first_up

if TYPE_CHECKING:
    from cli.session import Session
    from records.cases import Case
    from states.dossier import Deadline
    from states.entry import Entry
    from workflows.unit_of_work import UnitOfWork

Facts = dict[str, Any]


def carry_out(session: Session, ref: str, verb: Callable[[UnitOfWork], Case]) -> None:
    """Do a verb in one transaction, and when it is kept, tell what it did. `ref` is empty for a case that is new."""
    from records import cases

    with session.uow() as uow:
        before = cases.find(uow.tx, ref, to_change=False) if ref else None
        facts = outcome(uow, before, verb(uow))
    answer(facts, told, as_json=session.as_json)


def outcome(uow: UnitOfWork, before: Case | None, case: Case, *, place: int = -1) -> Facts:
    """What a verb did to a case, as facts: the last entry is what it wrote, or the one at that place."""
    from cli.narrative import sentence
    from records import history, queries, unreached

    entry = history.entries(uow.tx, case.id)[place]
    dossier, unsent = case.dossier, unreached.tasks_of(uow.tx, case.id, entry.sequence)
    return {
        "ref": case.ref,
        "version": dossier.version,
        "did": sentence(case.procedure, entry, dossier),
        "kind": entry.kind,
        "entry": entry.sequence,
        "happened_on": entry.happened_on,
        "state": dossier.state,
        "stands": case.procedure.label_of("states", dossier.state),
        "was": case.procedure.label_of("states", before.dossier.state) if before else "",
        "closed_on": dossier.closed_on,
        "dates": changes(uow, before, case),
        "told": [message_facts(row) for row in queries.told_by(uow.tx, case.id, entry.sequence)],
        "warnings": _warnings(case, entry),
        "tasks": [
            task_facts(row, case)
            for row in queries.tasks(uow.tx, case_id=case.id)
            if row["created_at"] == uow.now or row["id"] in unsent
        ],
    }


def _warnings(case: Case, entry: Entry) -> list[str]:
    """What somebody should know who put a case under an edition."""
    from config.succession import outdated

    said = outdated(case.procedure, entry.happened_on) if entry.kind in {"opened", "moved_edition"} else ""
    stays = f"The case is under it all the same; cairn case move {case.ref} EDITION --preview shows another."
    return [*([f"{said} {stays}"] if said else []), *_left_open(case, entry)]


def _left_open(case: Case, entry: Entry) -> Iterator[str]:
    """What follows for a new case from there being no committee's file, where its edition leaves limits open."""
    from config.phrases import BEGIN_WITH, NO_COMMITTEE
    from config.settings import settings

    unset = any(rule.length() is None for rule in case.procedure.timescales.values())
    if entry.kind == "opened" and case.procedure.kind == "case" and unset and not settings().committee:
        yield f"{NO_COMMITTEE} {BEGIN_WITH}"


def changes(uow: UnitOfWork, before: Case | None, case: Case) -> list[Facts]:
    """The dates that differ between two moments of a case, each with what became of it in words."""
    from config.phrases import loosened_words

    old = before.dossier.deadlines if before else {}
    found = []
    for key, deadline in case.dossier.deadlines.items():
        rule = case.procedure.timescales.get(deadline.timescale)
        words = _change(old.get(key), deadline, uow)
        if words:
            label = case.procedure.label_of_date(deadline.timescale, deadline.subject) if rule else deadline.timescale
            what = f"{label} ({deadline.agency})" if deadline.agency else label
            wants = deadline.wants_reason(uow.now, uow.today)
            said = "; ".join(filter(None, (words, loosened_words(rule) if deadline.open else "")))
            found.append({"key": key, "label": what, "due": deadline.due_on, "change": said, "wants_reason": wants})
    return found


def _change(was: Deadline | None, now: Deadline, uow: UnitOfWork) -> str:
    said = {"due": spoken(now.due_on), "left": away((now.due_on - uow.today).days) if now.due_on else ""}
    if was is None:
        return (STARTS if now.open else ENDS)[_status(now)].format(**said)
    if was.status != now.status:
        return (STARTS_AGAIN if now.open else ENDS)[_status(now)].format(**said)
    if was.due_on != now.due_on and now.open:
        return f"moves from {spoken(was.due_on)} to {said['due']}, {said['left']}"
    if was.quiets != now.quiets:
        stays = f"stays on {said['due']}" if now.due_on else NO_LIMIT
        return f"{stays}; no reminder until {spoken(now.quiets[-1].until)}"
    return "the reason is on record" if was.late_reason != now.late_reason else ""


def _status(deadline: Deadline) -> str:
    return "met late" if deadline.status == "met" and deadline.late else deadline.status


NO_LIMIT = "no limit set: ask your committee"
STARTS = {"running": "due {due}, {left}", "held": "held: no date while the hold runs", "unset": NO_LIMIT}
STARTS_AGAIN = {
    "running": "runs again: due {due}, {left}",
    "held": "stands still: no date while it is held",
    "unset": NO_LIMIT,
}
ENDS = {"met": "met", "met late": "met late", "cancelled": "no longer owed"}


def message_facts(row: Any) -> Facts:
    """A message owed, and to whom."""
    return {
        "message": row["kind"],
        "to": row["name"],
        "role": row["role"],
        "agency": row["agency"],
        "channel": row["channel"],
        "status": row["status"],
        "goes_at": row["deliver_after"],
    }


def task_facts(row: Any, case: Case) -> Facts:
    """A task, and whom it waits for."""
    facts = json.loads(row["facts"])
    who = case.procedure.label_of("roles", row["role"])
    return {"id": row["id"][:8], "for": who, "kind": row["kind"], "what": task_words(row["kind"], facts)}


def task_words(kind: str, facts: Facts) -> str:
    """A task as a sentence."""
    problem = str(facts.get("problem", ""))
    if kind == "confirm":
        return f"Say yes or no to a drafted message about {facts.get('timescale', 'a date')}."
    return f"{first_up(problem)}." if problem else kind.replace("_", " ").capitalize()


def told(facts: Facts) -> None:
    """Tell a person what a verb did."""
    heading(f"{facts['ref']}  {facts['did']}")
    moved = f" (it stood in: {facts['was']})" if facts["was"] not in {"", facts["stands"]} else ""
    closed = f", closed on {spoken(facts['closed_on'])}" if facts["closed_on"] else ""
    pairs([("Stands in", f"{facts['stands']}{moved}{closed}"), ("Version", str(facts["version"]))])
    if facts["dates"]:
        say("Dates")
        bullets(f"{one['label']}: {one['change']}" for one in facts["dates"])
    if facts["told"]:
        say("Will be told")
        bullets(recipient(one) for one in facts["told"])
    if facts["tasks"]:
        say("Waits for a person (cairn tasks)", "warn")
        bullets((f"{one['for']}: {one['what']}" for one in facts["tasks"]), "warn")
    for warning in facts["warnings"]:
        say(warning, "warn")
    late = [one["key"] for one in facts["dates"] if one["wants_reason"]]
    for key in late:
        say(f'A date was missed: record why (cairn case missed {facts["ref"]} {key} --reason "...")', "warn")


def recipient(one: Facts) -> str:
    """Who is told of what, and how, in one line."""
    who = f"{one['agency']} ({one['role']} contact)" if one["agency"] else one["to"]
    waits = ", waits for a yes" if one["status"] == "held" else ""
    return f"{who}: {one['message'].replace('_', ' ')}, by {one['channel']}{waits}"
