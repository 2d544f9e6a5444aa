"""What a column of a register may mean, and the headings committees use for it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

Part = Literal["review", "recommendation", "action", ""]

WORDS, LEFT_OUT = "words", "left_out"
"""What a column is where it means nothing that Cairn keeps by itself: kept as words, or left out."""


class Target(NamedTuple):
    """What a column may mean: of which part of the work, what kind of value it holds, in words, and what it is called.

    The kinds are text, day, reference, number, agency, agencies, person, status, share and child.
    """

    part: Part
    kind: str
    label: str
    names: tuple[str, ...] = ()


REFERENCE = (" ref", " reference", " no", " number", " id", " ref no", " reference no", " reference number")
"""What the thing that a reference is of may be called by."""
DUE = ("due", "due date", "target date", "deadline", "target")
ORIGINALLY = ("original ", "initial ", "first ")
REVISED = ("revised ", "new ", "extended ", "amended ", "current ", "latest ", "updated ")
"""What the headings of a day that was put off begin with."""

TARGETS: dict[str, Target] = {
    "review.reference": Target(
        "review",
        "reference",
        "Reference of the review",
        (
            *("ref", "reference", "id", "ref no", "reference no", "reference number", "unique reference", "unique id"),
            *("case", "review"),
            *(f"{what}{part}" for what in ("case", "review", "lr", "scr", "learning review") for part in REFERENCE),
        ),
    ),
    "review.notified": Target(
        "review",
        "day",
        "Day it was notified",
        (
            *("notified", "date notified", "notified on", "date of notification", "notification date"),
            *("notified to cpc", "date notified to cpc", "date of notification to cpc"),
        ),
    ),
    "review.decided": Target(
        "review", "day", "Day of the decision", ("decided", "date of decision", "decision date", "decided on")
    ),
    "review.decision": Target("review", "decision", "What was decided", ("decision", "outcome", "outcome of icr")),
    "review.started": Target(
        "review", "day", "Day the review began", ("started", "start date", "review started", "commissioned")
    ),
    "review.completed": Target(
        "review",
        "day",
        "Day the report was complete",
        (
            "completed",
            "review completed",
            "date completed",
            "completed on",
            "report completed",
            "completion date",
            "report done",
        ),
    ),
    "review.published": Target(
        "review", "day", "Day it was published", ("published", "date published", "published on")
    ),
    "review.closed": Target("review", "day", "Day it was closed", ("closed", "date closed", "closed on")),
    "review.agreed": Target("review", "day", "Day it was agreed", ("review agreed",)),
    "review.status": Target(
        "review", "state", "Where the review stands", ("review status", "case status", "stage", "review stage")
    ),
    "review.agencies": Target(
        "review", "agencies", "Agencies on the review", ("agencies", "agencies involved", "services involved")
    ),
    "review.lead": Target("review", "person", "Who leads the review", ("lead officer", "cpc lead officer")),
    "review.child": Target("review", "child", "Name of whom it is about"),
    "recommendation.number": Target(
        "recommendation",
        "number",
        "Number of the recommendation",
        ("no", "number", "rec", *(f"{what}{part}" for what in ("rec", "recommendation") for part in REFERENCE)),
    ),
    "recommendation.text": Target(
        "recommendation",
        "text",
        "What is recommended",
        (
            *("recommendation", "recommendations", "text", "recommendation text", "wording"),
            *("recommendation description", "recommendation wording", "recommendation made", "recommendations made"),
        ),
    ),
    "recommendation.agreed": Target(
        "recommendation", "day", "Day it was agreed", ("agreed", "date agreed", "agreed on", "recommendation agreed")
    ),
    "recommendation.status": Target(
        "recommendation", "state", "Where it stands", ("recommendation status", "rec status")
    ),
    "recommendation.addressee": Target(
        "recommendation", "text", "Whom it addresses", ("addressee", "addressed to", "recommendation for")
    ),
    "action.text": Target(
        "action",
        "text",
        "What is to be done",
        (
            *("action", "actions", "milestone", "milestones", "task", "action description", "action details"),
            *(f"{what} {how}" for what in ("action", "actions", "action s") for how in ("required", "to be taken")),
            *("agreed action", "agreed actions", "action agreed", "actions agreed"),
        ),
    ),
    "action.agency": Target(
        "action",
        "agency",
        "Agency that does it",
        (
            *("lead", "lead agency", "agency", "agency lead", "responsible agency", "responsible", "organisation"),
            *("agency responsible", "lead organisation", "lead service", "lead agencies", "owning agency"),
        ),
    ),
    "action.owner": Target(
        "action",
        "person",
        "Person or post that does it",
        ("owner", "action owner", "responsible person", "lead person", "responsible officer", "assigned to"),
    ),
    "action.due": Target(
        "action",
        "day",
        "By when",
        (
            *("timescales", "date due", "due by", "to be completed by", "complete by", "target completion date"),
            *("by when", "timescale", *(f"{one}{due}" for one in ("", *ORIGINALLY, *REVISED) for due in DUE)),
            *("revised date", "new date", "extended to", "extension date", "revised timescale"),
        ),
    ),
    "action.status": Target(
        "action",
        "status",
        "How it stands",
        (
            *("status", "progress status", "action status", "current status", "rating", "status rag"),
            *(f"{letters}{what}" for letters in ("rag", "brag") for what in ("", " status", " rating")),
        ),
    ),
    "action.done": Target(
        "action",
        "day",
        "Day it was done",
        ("date done", "done on", "action completed", "completed date", "evidence date"),
    ),
    "action.note": Target(
        "action",
        "text",
        "What was done",
        ("update", "updates", "progress", "comments", "comment", "notes", "progress update"),
    ),
}

CHILD = re.compile(
    r"\b(child|children|childs|adult|adults|young person|young persons|yp|service user|subject|forename|surname|dob"
    r"|d o b|date of birth|initials|baby|infant|pupil|client|patient|names?|known as|alias|pseudonym)\b"
)
"""Headings under which the name of whom a review is about may stand, or what tells who it is."""
NO_CHILD = re.compile(
    r"\b(number|no|how many|protection|involved|services?|committee|welfare|agency|agencies|organisation|team|lead"
    r"|reviewers?|owner|officer|contact|chair|author|post|file|responsible)\b"
)
KNOWN_BY = re.compile(r"\b(chi|(?:nhs|mosaic|swift|carefirst|hospital|patient|client|child) (?:number|no|id|ref))\b")
"""Headings of the numbers that a child has somewhere."""
OF_THE_FAMILY = re.compile(
    r"(?:(?:birth |step)?(?:mother|father|parent|carer|guardian)|sibling|family|(?:home )?address|post ?code)s?"
)
"""Headings, as a whole, of those and that by which a child is known."""

GROUPS: dict[str, Part] = {
    **dict.fromkeys(("review", "case", "reviews", "case review", "learning review"), "review"),
    **dict.fromkeys(("recommendation", "recommendations", "finding"), "recommendation"),
    **dict.fromkeys(("action", "actions", "action plan", "improvement plan"), "action"),
}
"""What the headings over several columns are called."""


@lru_cache(maxsize=1 << 12)
def plain_heading(heading: str) -> str:
    """A heading as it is compared: small letters, single blanks, no signs."""
    return " ".join(re.findall(r"[^\W_]+|%", heading.casefold().replace("'", "").replace("\u2019", "")))


def names_a_child(heading: str) -> bool:
    """Whether a column may hold what tells who a child is."""
    plain = plain_heading(heading)
    named = bool(CHILD.search(plain)) and not NO_CHILD.search(plain)
    return named or bool(KNOWN_BY.search(plain) or OF_THE_FAMILY.fullmatch(plain))


def is_original(heading: str) -> bool:
    """Whether a column holds a day as it was before it was put off."""
    return plain_heading(heading).startswith(ORIGINALLY)


@lru_cache(maxsize=1 << 12)
def target_of(heading: str, group: str = "") -> str:
    """What a column means by its heading and the heading over it; empty where that is not known."""
    plain, part = plain_heading(heading), GROUPS.get(plain_heading(group), "")
    exact = heading.strip().casefold()
    if exact in TARGETS or exact.startswith("field:"):
        return exact
    if names_a_child(heading):
        return "review.child"
    if part and f"{part}.{plain}" in TARGETS:
        return f"{part}.{plain}"
    if part in {"recommendation", "action"} and plain in {"what", "description", "details", "detail", "wording"}:
        return f"{part}.text"
    found = [name for name, one in TARGETS.items() if plain in one.names or plain == plain_heading(one.label)]
    of_part = [name for name in found if TARGETS[name].part == part] if part else []
    return next(iter(of_part or found), "")
