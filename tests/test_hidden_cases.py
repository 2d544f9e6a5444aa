"""What is kept to named people is in no list, and in no number either: two committees, one with cases that are kept.

To everybody who is not named all pages of both are the same, at the desk and for programs. The pages that count what
is kept nevertheless are named here, each with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cli.app import VERSION
from config.committee_file import OwnLimit, Retention
from config.meetings import COMMITTEE
from records.children import ChildDetails
from states.moments import local_day
from tests.desk import EDITION, NOON, Committee, open_desk
from tests.program import program
from tests.test_recommend import FACTS
from tests.test_web_walk import AT_A_MEETING, OF_ALL
from web.api.operations import operations
from web.policy import TABLE
from workflows.verbs.keep_to import keep_to
from workflows.verbs.link import link
from workflows.verbs.local_settings import preview_limits, set_retention
from workflows.verbs.meetings import call_meeting
from workflows.verbs.people import add_child
from workflows.verbs.recommend import propose
from workflows.verbs.record_reading import record_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from pathlib import Path

OTHERS = ("deputy_lead_officer", "auditor", "administrator")
"""Who is not named, and has every page there is between them."""

COUNTED_THERE = {
    "health": "the health of the machine is that of every row it holds",
    **dict.fromkeys(
        ("quality", "compliance", "conformance", "process_map"),
        "the same figures for everybody",
    ),
    "year": "a year in full is not written for somebody who may not see all of it",
    "meetings": "an item that is kept stands on the agenda without its title",
    "meeting": "an item that is kept stands on the agenda without its title",
    "readings": "the auditor is told what was kept, by whom and why",
}
WOULD_DIFFER = ("outbox", "cases", "tasks", "ladders", "limits", "retention", "recommendations")
"""Pages that are others for who is named: the story has something on each."""
NEVER_ALIKE = re.compile(
    r'name="(?:form_token|form_key|challenge)" value="[^"]*"|data-options="[^"]*"|"case_id":\d+|'
    r"[A-Z]+-20\d\d-\d{4}|[0-9a-f]{8,}"
)


def story(desk: Committee, *, kept: bool) -> None:
    """What happens on some cases, and on as many more that are kept to the lead officer where there are such."""
    desk.enters_contacts()
    desk.acts("administrator", set_retention, desk.here.settings.own_file, Retention(1, "Minute 4."))
    desk.now = NOON - timedelta(days=400)
    for twice, first in zip(each(desk, desk.open_case, kept=kept), each(desk, desk.open_case, kept=kept), strict=True):
        child(desk, twice)
        desk.acts("lead_officer", record_reading, twice, "case")
        desk.acts("lead_officer", link, twice, first, "duplicate_of", "Told of twice.")
    desk.now = NOON
    for review in each(desk, desk.open_case, kept=kept):
        child(desk, review)
        desk.acts("lead_officer", propose, review, FACTS)
    each(desk, desk.asks_agencies, kept=kept)
    desk.sweeps(9, 6, 9, 11)
    each(desk, desk.asks_agencies, kept=kept)
    desk.acts("lead_officer", call_meeting, COMMITTEE, local_day(desk.now))


def each(desk: Committee, made: Callable[[], str], *, kept: bool) -> list[str]:
    """A case that everybody sees; and one that is kept, where there are such."""
    refs = [made() for _ in range(1 + kept)]
    for ref in refs[1:]:
        desk.acts("lead_officer", keep_to, ref, [desk.numbers["lead_officer"]], "A member knows the family.")
    return refs


def child(desk: Committee, ref: str) -> None:
    desk.acts("lead_officer", add_child, ref, ChildDetails("Ailsa Muir", date(2020, 1, 1)))


def pages(desk: Committee, role: str, names: Container[str]) -> dict[str, Counter[str]]:
    """The pages of these names that a role has, and its views for programs, as they are read."""
    browser, held = desk.sign_in(role), program(desk, role)
    addresses = {**OF_ALL, **{name: f"/meetings{AT_A_MEETING[name]}" for name in ("meetings", "meeting")}}
    views = {one.name: one.address for one in operations() if one.view is not None and "{" not in one.address}
    found = {name: browser.get(address).text for name, address in addresses.items() if may(role, name, names)}
    for name, address in views.items():
        if may(role, name, names):
            found[f"{name} for a program"] = re.sub(r"[{}\[\],]+", "\n", held.get(address).text)
    return {name: Counter(NEVER_ALIKE.sub("", text).splitlines()) for name, text in found.items()}


COMMANDS = (
    *("list", "agenda", "recommendation list", "tasks", "outbox", "contact history", "agency list", "ladder rehearse"),
    *("recommendation similar child", "case readings", "inbox list --all", "board", "forum-paper", "quality"),
    "extract --completed-from 2025-04-01 --completed-to 2026-03-31",
    "summary --year 2026-27 --published",
)


def said(desk: Committee, role: str, words: str) -> Counter[str]:
    """What a command says that somebody sends from elsewhere."""
    told = program(desk, role).post("/commands", {"version": VERSION, "words": words.split()}).json()
    return Counter(NEVER_ALIKE.sub("", told["out"] + told["err"]).splitlines())


def may(role: str, name: str, names: Container[str]) -> bool:
    return name in names and TABLE[name].lets(role, doing=False)


def test_no_page_is_another_for_a_case_that_is_kept_from_whoever_looks(
    tmp_path: Path, set_up_with_people: Path
) -> None:
    limits = {"decision": OwnLimit(42, "calendar_days", "Minute 4.")}
    with ExitStack() as doors:
        both = [doors.enter_context(open_desk(tmp_path / name, set_up_with_people)) for name in ("without", "with")]
        story(both[0], kept=False)
        story(both[1], kept=True)
        unread, found = set(TABLE), dict[str, list[str]]()
        for role in OTHERS:
            without, with_it = (pages(desk, role, unread) for desk in both)
            unread -= {name.partition(" ")[0] for name in without}
            for name, lines in with_it.items():
                if lines != without[name] and name.partition(" ")[0] not in COUNTED_THERE:
                    found[name] = [line[:300] for line in (lines - without[name]) + (without[name] - lines)]
        for words in COMMANDS:
            here, there = (said(desk, OTHERS[0], words) for desk in both)
            if here != there:
                found[f"cairn {words}"] = [line[:300] for line in (there - here) + (here - there)]
        named = [pages(desk, "lead_officer", WOULD_DIFFER) for desk in both]
        moved = [
            len(desk.acts("chair", preview_limits, desk.here.settings.own_file, EDITION, limits).cases) for desk in both
        ]

    assert found == {}
    assert {name for name, lines in named[0].items() if lines == named[1][name]} == set()
    assert unread.isdisjoint((*COUNTED_THERE, *WOULD_DIFFER))
    assert moved == [2, 2]
