"""Facts of an invented case, and wordings planted in a folder of their own."""

from __future__ import annotations

from pathlib import Path

from notifications.wording import Message

SAMPLE: dict[str, object] = {
    "ref": "SCR-2026-0003",
    "meeting": "Child Protection Committee",
    "place": "Council offices, room 2",
    "review": "Initial and Significant Case Review",
    "committee": "the Kinlochbervie Child Protection Committee",
    "link": "https://cairn.kinlochbervie.example/cases/SCR-2026-0003",
    "officer": "lead officer",
    "office": "committee",
    "unsaid": "any child, adult or family",
    "answer_to": "M. Example, lead officer, lead@kinlochbervie.example",
    "step": "Agree the report",
    "state": "Waiting for reports from agencies",
    "timescale": "Agency report for the initial case review",
    "due": "Monday 16 March 2026",
    "original_due": "Monday 9 March 2026",
    "holiday": "Early May bank holiday (Scotland)",
    "loosened": "LONGER than this: the nation says 7 calendar days",
    "days": 5,
    "agency": "NHS Fife",
    "agencies": ["NHS Fife", "Police Scotland"],
    "authority": "Procurator Fiscal",
    "gathered": False,
    "duty": False,
    "hold": "Criminal proceedings",
    "since": "Monday 2 February 2026",
    "until": "Friday 20 March 2026",
    "event": "Verdict in the criminal case",
    "request": "the agency report",
    "evidence": [
        "Monday 2 March 2026: asked, to the first contact of NHS Fife by e-mail, accepted",
        "Monday 16 March 2026: reminded, to the first contact of NHS Fife by e-mail, accepted",
        "Wednesday 18 March 2026: asked again, to the deputy of NHS Fife by e-mail and Teams, accepted",
    ],
    "items": [
        "SCR-2026-0003: agency report of NHS Fife, overdue since Monday 16 March 2026",
        "LR-2026-0007: decision due",
    ],
    "count": 2,
    "late": False,
    "unreached": False,
    "passed": 0,
    "past": False,
    "confirm_role": "Lead officer",
    "channel": "e-mail",
    "code": "482913",
    "problem": "No living contact could be reached at NHS Fife.",
    "outcome": "granted",
    "subject_line": "The remit was agreed",
    "again": 1,
    "answers": ["Where the report is filed", "Does it give the background?"],
    "decider": "committee chair",
    "learn": "your link worker rings you on the day you get this.",
    "more": "10 working days",
    "more_time": ["10 working days more were asked for on Tuesday 10 March 2026. This is not decided yet."],
    "news": "The remit is agreed.",
    "promises": True,
    "reader": "agency",
    "reason": "The file is held elsewhere.",
    "scope": ["What is wanted, and no more: the last two years"],
    "send": "through the committee's secure room.",
    "stands_for": "the first contact of NHS Fife",
    "then_told": "the senior contact of NHS Fife",
    "what": "Train every supervisor",
    "together": "https://cairn.kinlochbervie.example/answers/0123456789/enter?then=open",
    "why_again": "Your answer was read and is not enough yet. The reason: the dates are missing.",
}
LADDERS = ("reminder", "due_today", "overdue", "silence", "escalation", "hold_review", "duty_due", "chase_outside")
NOTICES = (
    *("case_opened", "case_alerted", "acknowledged", "information_requested", "information_received", "decision_made"),
    *(
        "review_started",
        "report_ready",
        "outcome_sent",
        "published",
        "plan_agreed",
        "hold_ordered",
        "hold_ended",
        "told",
    ),
)
OWN = (
    "extension_asked",
    "answer_declined",
    "request_withdrawn",
    "extension_decided",
    "task",
    "digest",
    "agency_digest",
    "fresh_link",
    "one_time_code",
    "canary",
    "agenda",
    "system_alarm",
    "promise_broken",
    "promise_passed",
)
MESSAGES = (*LADDERS, *NOTICES, *OWN)


def say(kind: str, **facts: object) -> Message:
    return Message(kind, SAMPLE | facts)


def planted(folder: Path, text: str, kind: str = "reminder") -> Path:
    (folder / f"{kind}.txt.j2").write_text(text, encoding="utf-8")
    return folder


def body_of(folder: Path, text: str) -> Path:
    return planted(folder, f"Subject: A date is coming up\n\n{text}\n")
