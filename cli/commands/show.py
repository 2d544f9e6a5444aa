"""One case on one page: where it stands, who is on it, its dates, what can be done now and what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.options import Ref, act
from cli.outcome import recipient
from cli.output import answer, bullets, entries, heading, pairs, say, spoken
from cli.session import Session
from states.words import away

if TYPE_CHECKING:
    from collections.abc import Callable

Facts = dict[str, Any]
MOST_FIELDS = 6
"""So many fields of a step that need not be recorded are named on the page one by one."""


@act
def show(session: Session, ref: Ref) -> None:
    """Show a case: where it stands, its dates, what can be done now and what stands in the way.

    With --as (or CAIRN_ROLE) the steps are shown as they are for that role, else for whoever may take them.
    """
    from cli.case_facts import case_facts
    from records import cases

    with session.reading() as tx:
        case = cases.find(tx, ref, to_change=False)
        facts = case_facts(tx, case, session)
    answer(facts, _tell, as_json=session.as_json)


def _tell(facts: Facts) -> None:
    heading(f"{facts['ref']}  {facts['review']}: {facts['stands']}")
    pairs(_about(facts))
    for title, part in PARTS:
        lines = part(facts)
        if lines:
            say()
            heading(title)
            bullets(lines)
    _dates(facts)
    _steps(facts)


def _about(facts: Facts) -> list[tuple[str, str]]:
    links = ", ".join(f"{ref} ({kind.replace('_', ' ')})" for ref, kind in facts["links"].items())
    erased = (
        "names erased" if facts["erased"] else f"{facts['children']} entered" if facts["children"] else "none entered"
    )
    return [
        ("Phase", facts["phase"].replace("_", " ")),
        ("Since", spoken(facts["since"])),
        ("Waiting on", ", ".join(facts["waiting_on"])),
        ("Lead officer", facts["lead"] or "nobody named"),
        ("Deputy", facts["deputy"]),
        ("Agencies", ", ".join(facts["agencies"]) or "none named"),
        ("Children", erased),
        ("Linked with", links),
        ("Opened", f"{spoken(facts['opened_on'])}, under {facts['edition']}"),
        ("Closed", spoken(facts["closed_on"])),
        ("Version", str(facts["version"])),
    ]


def _dates(facts: Facts) -> None:
    if facts["dates"]:
        say()
        heading("Dates")
        entries(
            (f"{_when(one)}: {one['label']}", "; ".join((one["key"], *one["notes"])), _style(one))
            for one in facts["dates"]
        )


def _style(one: Facts) -> str:
    if one["overdue"]:
        return "bad"
    return "" if one["open"] else "quiet"


def _when(one: Facts) -> str:
    if not one["open"]:
        return f"{one['status'].capitalize()} {spoken(one['ended_on'])}"
    if one["due"] is None:
        return {"unset": "No date", "held": "Held"}[one["status"]]
    return f"{spoken(one['due'])}, {away(one['days'])}"


def _steps(facts: Facts) -> None:
    if facts["can"]:
        say()
        heading("Steps possible now")
        for one in facts["can"]:
            entries([(f"{one['step']}: {one['label']}", one["type"], "good")])
            bullets([_maybe(one, facts)] if one["maybe"] else [], "quiet", lead="      if it applies: ")
    if facts["cannot"]:
        say()
        heading("Not yet")
        for one in facts["cannot"]:
            entries([(f"{one['step']}: {one['label']}", "", "")])
            bullets(one["obstacles"], "warn", lead="      - ")
            bullets([one["type"]] if one["type"] else [], "quiet", lead="      ")
            bullets([_maybe(one, facts)] if one["type"] and one["completes"] else [], "quiet", lead="      with: ")
    if facts["else"]:
        say()
        heading("Also")
        bullets(facts["else"], "quiet", lead="  ")


def _maybe(one: Facts, facts: Facts) -> str:
    """What a step may record besides; in short, where it need record nothing and there is much that it may."""
    if any(one["fields"].values()) or len(one["fields"]) <= MOST_FIELDS:
        return str(one["maybe"])
    named = f"cairn procedure show {facts['edition']} names them"
    return f"--field NAME=VALUE, any of its {len(one['fields'])} fields ({named})"


def _requests(facts: Facts) -> list[str]:
    return [f"{one['agency']}: {one['label']}, {_fate(one)} ({one['id']})" for one in facts["requests"]]


def _fate(one: Facts) -> str:
    asked = f"asked {spoken(one['asked_on'])}"
    if one["status"] == "open":
        said = f", {one['said']}" if one["said"] else ""
        returned = f", sent back {_times(one['returns'])}" if one["returns"] else ""
        return f"{asked}, not answered yet{said}{returned}"
    to = f" to {one['redirected_to']}" if one["redirected_to"] else ""
    return f"{asked}, {one['status']}{to} {spoken(one['ended_on'])}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _holds(facts: Facts) -> list[str]:
    return [one["words"] for one in facts["holds"]]


def _extensions(facts: Facts) -> list[str]:
    return [
        f"{one['id']}: {one['more']} for {one['label']}, {one['status']}: {one['lapsed'] or one['reason']}"
        for one in facts["extensions"]
    ]


def items(facts: Facts) -> list[str]:
    """What the lists kept on a case hold, one line an item."""
    return [f"{one['id']} ({one['register']}, {one['stands']}): {one['words']}" for one in facts["items"]]


def _recommendations(facts: Facts) -> list[str]:
    return [f"{one['ref']} ({one['ended'] or one['stands']}): {one['text']}" for one in facts["recommendations"]]


def _recorded(facts: Facts) -> list[str]:
    return [f"{one['label']}: {one['words']}" for one in facts["recorded"]]


def _tasks(facts: Facts) -> list[str]:
    return [f"{one['for']}: {one['what']} ({one['id']})" for one in facts["tasks"]]


def _drafts(facts: Facts) -> list[str]:
    ref = facts["ref"]
    return [f"{recipient(one)}: {one['about']} (cairn ladder confirm {ref} --preview)" for one in facts["drafts"]]


PARTS: tuple[tuple[str, Callable[[Facts], list[str]]], ...] = (
    ("Recorded", _recorded),
    ("Requests", _requests),
    ("Holds", _holds),
    ("More time", _extensions),
    ("Lists", items),
    ("Recommendations", _recommendations),
    ("Waits for a person", _tasks),
    ("Drafted, waiting for a yes", _drafts),
)
