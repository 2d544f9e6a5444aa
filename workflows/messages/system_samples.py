"""Invented facts of the letters that are about no step of a case, for the page of letters and the tests of wording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.messages.letter_samples import AGENCY

SYSTEM: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    (
        "digest",
        "Lead officer",
        {
            "items": [
                f"LR-2026-0001: Information for the decision from {AGENCY}, due today",
                "LR-2026-0002: Decision on a learning review, due Friday 20 March 2026",
            ],
            "due": "Tuesday 17 March 2026",
        },
    ),
    (
        "agency_digest",
        f"first contact of {AGENCY}",
        {
            "agency": AGENCY,
            "due": "Monday 16 March 2026",
            "items": [
                "LR-2026-0001, Information, due Tuesday 17 March 2026: https://desk.committee.example/letters/example",
                "LR-2026-0002, Information, due Friday 20 March 2026: https://desk.committee.example/letters/another",
            ],
        },
    ),
    (
        "agency_digest",
        f"first contact of {AGENCY}",
        {
            "agency": AGENCY,
            "due": "Monday 16 March 2026",
            "items": [],
            "together": "https://desk.committee.example/answers/example/enter?then=open",
        },
    ),
    (
        "fresh_link",
        f"first contact of {AGENCY}",
        {
            "ref": "LR-2026-0001",
            "review": "learning review",
            "agency": AGENCY,
            "link": "https://desk.committee.example/letters/example",
        },
    ),
    ("one_time_code", f"first contact of {AGENCY}", {"agency": AGENCY, "code": "482913"}),
    ("canary", "A test address", {"channel": "email", "since": "Monday 9 March 2026"}),
    (
        "system_alarm",
        "Lead officer",
        {"problem": "no sweep has ended well for a quarter of an hour", "since": "Tuesday 17 March 2026, 10:05"},
    ),
    (
        "task",
        "Lead officer",
        {
            "ref": "LR-2026-0001",
            "review": "learning review",
            "problem": "The first contact of Education cannot be reached",
            "agency": "Education",
            "since": "Tuesday 3 March 2026",
            "items": ["Tuesday 3 March 2026: request"],
        },
    ),
    (
        "task",
        "Lead officer",
        {
            "ref": "LR-2026-0001",
            "review": "learning review",
            "problem": "a message to the committee chair, on an answer from NHS Fife, waits for your yes",
            "confirm_role": "Lead officer",
            "until": "Friday 10 April 2026",
            "agency": AGENCY,
        },
    ),
)
