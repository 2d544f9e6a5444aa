"""Which commands can be sent to a server: each is an operation for programs; the others say why they are not."""

from __future__ import annotations

from collections.abc import Mapping
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
    "due": "edition",
    "procedure list": "editions",
    "procedure show": "edition",
    "procedure examples": "edition",
    "calendar list": "calendars",
    "calendar show": "working_calendar",
    "contact list": "contacts",
    "agency list": "agencies",
}
"""The commands that look at something, each with the operation that it is for a program."""

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
}
"""The commands that do something, each with the operation that it is for a program."""

OF_THE_MACHINE = "It is about the machine that Cairn runs on, its database or its keys: type it there."
OF_PEOPLE = "It decides who may come in: that is done at the desk or on the server, by somebody who has proven it."
OF_A_PERSON = "It wants somebody who looks at it and says yes, or types what stands on no command line: use the desk."
NOT_SENT = "It is no command that is sent: do it at the desk, or type it on the machine that Cairn runs on."
OF_THE_DESK = "The desk has a page for it, which shows to each person what is for them: use that."
HERE: Mapping[str, str] = {
    **dict.fromkeys(("setup", "run", "web", "deploy", "sweep", "deliver", "round", "clock"), OF_THE_MACHINE),
    **dict.fromkeys(("metrics", "service", "committee", "doctor", "demo", "simulate"), OF_THE_MACHINE),
    **dict.fromkeys(("verify", "export", "backup", "restore", "keys", "inbox", "calendar-feed"), OF_THE_MACHINE),
    **dict.fromkeys(("procedure check", "procedure draw", "procedure schema", "contact test"), OF_THE_MACHINE),
    **dict.fromkeys(("calendar preview", "calendar apply", "recommendation reindex", "case rebuild"), OF_THE_MACHINE),
    **dict.fromkeys(("account", "token", "webhook"), OF_PEOPLE),
    **dict.fromkeys(("case move", "case erase", "case child", "import"), OF_A_PERSON),
    **dict.fromkeys(("ladder confirm", "ladder withhold", "contact add", "contact channels"), OF_A_PERSON),
    **dict.fromkeys(("case reopen", "case link", "case unlink", "task done", "agency complete"), NOT_SENT),
    **dict.fromkeys(("outbox again", "outbox bounced", "outbox unlink", "recommendation similar"), NOT_SENT),
    **dict.fromkeys(("contact history", "agency history", "ladder rehearse", "case readings"), NOT_SENT),
    **dict.fromkeys(("meeting", "board", "summary", "extract", "forum-paper", "quality", "sample"), OF_THE_DESK),
    **dict.fromkeys(("case children", "case bundle"), OF_THE_DESK),
}
"""The commands that no server takes, one by one or a group at once, and why not."""

DOWN = frozenset({"docx", "pdf", "xlsx"})
"""The options whose files come down with the answer; those of --file and --fields go up with the command."""


@dataclass(frozen=True)
class Operation:
    """What a command is for a program: its name in the policy, and whether it does something."""

    name: str
    does: bool


def operation_of(command: str) -> Operation:
    """The operation that a command is when it is sent. Raises NotPossible, with the reason, for one that is not."""
    if command in DOES:
        return Operation(DOES[command], does=True)
    if command in READS:
        return Operation(READS[command], does=False)
    raise NotPossible(f"“cairn {command}” is not sent to a server. {why_not(command)}")


def why_not(command: str) -> str:
    """Why a command is not sent; empty for one that is, or that there is not."""
    parts = (command, command.rpartition(" ")[0], command.partition(" ")[0])
    return next((HERE[part] for part in parts if part in HERE), "")
