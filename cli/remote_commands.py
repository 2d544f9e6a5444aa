"""Which commands can be sent to a server: each maps to an API operation; the others say where to run them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from states.errors import NotPossible

READS: Mapping[str, str] = {
    "show": "case",
    "list": "cases",
    "agenda": "my_work",
    "history": "case_history",
    "item list": "case",
    "finding list": "case",
    "action list": "recommendation",
    "recommendation list": "recommendations",
    "recommendation show": "recommendation",
    "pack": "pack_file",
    "tasks": "tasks",
    "task list": "tasks",
    "outbox show": "outbox",
    "ladder show": "edition",
    "due": "due",
    "procedure list": "editions",
    "procedure show": "edition",
    "procedure examples": "edition",
    "calendar list": "calendars",
    "calendar show": "working_calendar",
    "contact list": "contacts",
    "contact history": "contact_history",
    "agency list": "agencies",
    "agency history": "agency_history",
    "ladder rehearse": "ladders",
    "recommendation similar": "similar",
    "case readings": "children",
    "case children": "children_names",
    "meeting list": "meetings",
    "meeting show": "meeting",
    "meeting paper": "meeting_paper",
    "board": "board",
    "forum-paper": "learning_paper_file",
    "summary": "year_file",
    "extract": "extract_file",
    "quality": "compliance",
    "sample list": "samples",
    "sample show": "sample",
    "import list": "imports",
    "inbox list": "inbox",
    "import template": "imports",
}
"""The commands that look at something, each with the operation that it is for a program."""

PUT_ON_RECORD = frozenset({"case children", "extract"})
"""The commands that look at something, and put on record that it was read."""

DOES: Mapping[str, str] = {
    "open": "case_new",
    "advance": "step",
    "request send": "requests",
    "request answer": "request_answer",
    "request decline": "request_decline",
    "request redirect": "request_redirect",
    "request acknowledge": "request_acknowledge",
    "request promise": "request_promise",
    "request back": "request_back",
    "request withdraw": "request_withdraw",
    "request reached": "request_reached",
    "pause order": "holds",
    "pause review": "hold_review",
    "pause end": "hold_end",
    "extend ask": "extensions",
    "extend grant": "extension_grant",
    "extend refuse": "extension_refuse",
    "extend withdraw": "extension_withdraw",
    "item add": "items",
    "item respond": "item_answer",
    "item update": "item_update",
    "finding add": "items",
    "finding answer": "item_answer",
    "finding update": "item_update",
    "action add": "items",
    "action update": "item_update",
    "case people": "people",
    "case correct": "correction",
    "case missed": "missed",
    "case event": "events",
    "case asked-after": "asked_after",
    "recommendation propose": "proposals",
    "recommendation advance": "step",
    "contact change": "contact_change",
    "contact away": "contact_change",
    "contact retire": "contact_change",
    "agency add": "agency_new",
    "agency rename": "agency_change",
    "agency merge": "agency_change",
    "agency also": "agency_change",
    "agency calendar": "agency_change",
    "agency retire": "agency_change",
    "case link": "links",
    "case unlink": "link_end",
    "case move": "case_move",
    "case bundle": "bundle",
    "case child add": "child_new",
    "case erase": "erasing",
    "case reopen": "step",
    "task done": "task",
    "inbox done": "inbox",
    "outbox again": "outbox_again",
    "outbox bounced": "outbox_bounced",
    "outbox unlink": "outbox_unlink",
    "agency complete": "agencies_complete",
    "contact add": "contact_new",
    "contact channels": "contact_change",
    "ladder confirm": "yes",
    "ladder withhold": "yes",
    "meeting draft": "meeting_new",
    "meeting update": "meeting_update",
    "meeting order": "meeting_order",
    "meeting add": "meeting_item_new",
    "meeting leave-out": "meeting_item_out",
    "meeting put-back": "meeting_item_back",
    "meeting send": "meeting_sending",
    "meeting attend": "meeting_attendance",
    "meeting interest": "meeting_interest",
    "meeting lift-interest": "meeting_interest_lift",
    "meeting decide": "meeting_step",
    "meeting hold": "meeting_hold",
    "meeting note": "meeting_noted",
    "meeting put-off": "meeting_put_off",
    "meeting close": "meeting_closing",
    "sample draw": "sample_new",
    "sample assess": "assessment",
    "import file": "imports",
    "import take-back": "import_back",
}
"""The commands that do something, each with the operation that it is for a program."""

WITH: Mapping[str, tuple[frozenset[str], frozenset[str], str]] = {
    "pack": (frozenset({"--submitted"}), frozenset(), "step"),
    "summary": (
        frozenset({"--docx", "--pdf", "--xlsx", "--json"}),
        frozenset({"--full", "--published"}),
        "year_publication",
    ),
}
"""The commands that look, and do something with one of these options and none of those: the operation they are then."""

PART_BY_PART = frozenset({"import file"})
"""The commands that are kept part by part, each whole: sent again they go on, and make nothing twice."""
ASKED_FIRST = frozenset({"ladder confirm", "ladder withhold"})
"""The commands that somebody at a terminal is shown first and asked about, as with --look-first."""

OF_THE_MACHINE = "It is about the machine that Cairn runs on, its database or its keys: type it there."
OF_PEOPLE = "It decides who may come in: that is done at the desk or on the server, by somebody who has proven it."
OF_YOUR_FILES = "It is about a file on your own machine: type it without --server."
OF_CALENDARS = "It changes a file on the machine that Cairn runs on: type it there, or enter the holiday at the desk."
OF_THE_MAIL = "What came by mail lies on the machine that Cairn runs on, and may name people: open it there."
OF_THE_DESK = "Everybody has a calendar of their own at the desk (Calendar): use that."
HERE: Mapping[str, str] = {
    **dict.fromkeys(("setup", "run", "web", "deploy", "sweep", "deliver", "round", "clock"), OF_THE_MACHINE),
    **dict.fromkeys(("metrics", "service", "committee", "doctor", "demo", "simulate"), OF_THE_MACHINE),
    **dict.fromkeys(("verify", "export", "backup", "restore", "keys"), OF_THE_MACHINE),
    **dict.fromkeys(("contact test", "recommendation reindex", "case rebuild"), OF_THE_MACHINE),
    **dict.fromkeys(("procedure check", "procedure draw", "procedure schema"), OF_YOUR_FILES),
    **dict.fromkeys(("calendar preview", "calendar apply"), OF_CALENDARS),
    **dict.fromkeys(("account", "token", "webhook"), OF_PEOPLE),
    **dict.fromkeys(("inbox read", "inbox show", "inbox save"), OF_THE_MAIL),
    "calendar-feed": OF_THE_DESK,
}
"""The commands that no server takes, one by one or a group at once, each with where it is done instead."""

UP = frozenset({"fields", "file", "mapping"})
"""The options whose files go up with a command."""
DOWN = frozenset({"docx", "pdf", "xlsx", "csv", "dictionary", "save_mapping"})
"""The options whose files come down with the answer."""
NAMED_UP = frozenset({"import file"})
"""The commands whose first argument (`path`) is a file that goes up."""
NAMED_DOWN = {"import template": frozenset({"path"}), "case bundle": frozenset({"to"})}
"""What comes down besides, by the command: a file, or a folder of files."""


@dataclass(frozen=True)
class RemoteOperation:
    """What a command is for a program: its name in the policy, whether it does something, or puts on record."""

    name: str
    does: bool
    puts_on_record: bool = False


def operation_of(command: str, words: Iterable[str] = ()) -> RemoteOperation:
    """The operation that a command with these words is when it is sent.

    Raises NotPossible, with where it is done instead, for one that is not.
    """
    said = {word.partition("=")[0] for word in words}
    if command in WITH and said & WITH[command][0] and not said & WITH[command][1]:
        return RemoteOperation(WITH[command][2], does=True)
    if command in DOES:
        return RemoteOperation(DOES[command], does=True)
    if command in READS:
        return RemoteOperation(READS[command], does=False, puts_on_record=command in PUT_ON_RECORD)
    raise NotPossible(f"“cairn {command}” is not sent to a server. {why_not(command)}")


def goes_up(command: str) -> frozenset[str]:
    """What a command is given that is a file on the machine where it is typed, and goes up with it."""
    return UP | {"path"} if command in NAMED_UP else UP


def comes_down(command: str) -> frozenset[str]:
    """What a command is given that is a file to be written on the machine where it is typed."""
    return DOWN | NAMED_DOWN.get(command, frozenset())


def why_not(command: str) -> str:
    """Where a command is done that is not sent; empty for one that is, or that there is not."""
    parts = (command, command.rpartition(" ")[0], command.partition(" ")[0])
    return next((HERE[part] for part in parts if part in HERE), "")
