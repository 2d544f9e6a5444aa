"""What stands in the OpenAPI document besides what the views and the forms say: names, words, and what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from states import dossier
from states.answers import MEASURE
from web.api import learning_views, operation_forms
from web.api.problems import Stands
from web.api.schemas import PLAIN, Schema, ref_to
from web.api.views import Listed
from web.pages import bundles
from workflows.views import meeting_page, quality_pages

REFUSALS: dict[str, str] = {
    "400": "The body is no JSON of the form that is asked for, or a header is missing.",
    "401": "No token was sent, or one that lets nobody in.",
    "403": "The role of the token, or the token itself, does not do this.",
    "404": "There is no such thing, or it is kept to others.",
    "409": "This cannot be done as things stand.",
    "412": "The case has changed since it was read.",
    "413": "What was sent is too large.",
    "422": "An answer cannot be taken as it is.",
    "428": "The version that was seen is not said.",
    "503": "The database is busy: the same can be sent again.",
}
LOOKING = ("401", "403", "404", "409", "422", "503")
"""What somebody who looks at something may be answered besides."""
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A text of one's own for what is sent now: sent again with the same, it is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
SEEN = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The version of the case that was seen: the ETag of the answer in which it was read.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
TRIAL = {
    "name": "trial",
    "in": "query",
    "description": "With true (or yes) it is said what would happen, and nothing is written.",
    "schema": {"type": "boolean", "default": False},
}
SAID = {
    "name": "said",
    "in": "query",
    "description": "What is said already, for questions that hang on it, each under its own name: ?what=information.",
    "style": "form",
    "explode": True,
    "schema": ref_to("Said"),
}
GAPS: Mapping[str, str] = {
    "ref": "The reference of a case or of a recommendation, such as LR-2026-0007.",
    "other": "The reference of the other case.",
    "asked": "The number of what was asked of an agency, such as R1.",
    "step": "The step, as the page of the case names it.",
    "item": "The number of an item, such as F1; at a meeting its number on the agenda.",
    "key": "The date, as the page of the case names it.",
    "entry": "The number of the entry in the history.",
    "number": "Its number, as the list of them has it.",
    "what": "What is changed about it.",
    "mail": "The number of the mail, or how it begins.",
    "limit": "A time limit of the edition.",
    "letter": "The number of the message, or how it begins.",
    "name": "Its name, as the list of them has it.",
    "edition": "The name of an edition, such as scotland-learning-review-2024.",
    "body": "The name of a body that meets.",
    "part": "The form of the Care Inspectorate: decision, outcome or alternative.",
    "kind": "The kind of file, by its ending, such as pdf.",
    "paper": "The paper of a meeting: agenda or minute.",
    "sha256": "The SHA-256 of a file, as an entry names it.",
    "year": "A year from April to March, such as 2025-26.",
    "version": "The summary: full, public or published.",
}
"""What stands in each gap of an address."""
TAGS: Mapping[str, str] = {
    "cases": "Cases, and what is done on them.",
    "recommendations": "Recommendations, and the board of them.",
    "work": "What needs somebody: tasks, letters, what waits for a yes, handing over, the search.",
    "meetings": "Meetings, their agendas and minutes.",
    "learning": "What was learned, and the papers of a year.",
    "quality": "How the procedure was kept.",
    "committee": "What belongs to the committee: agencies, contacts, calendars, limits, guidance.",
}
"""The chapters, by the first part of an address; whatever else is work."""
CALLED: Mapping[Any, str] = {
    operation_forms.FormQuestion: "Question",
    operation_forms.Answer: "Option",
    operation_forms.Kept: "Done",
    Stands: "Obstacle",
    Listed: "List",
    bundles.Handed: "Bundle",
    bundles.Packed: "File",
    dossier.Asked: "Request",
    learning_views.Verified: "Quality",
    quality_pages.Verified: "Verification",
    meeting_page.ItemLine: "AgendaItemLine",
}
"""What is called otherwise in the document than in here."""
SENT: dict[str, Schema] = {
    "File": {
        "type": "object",
        "description": "A file with its content in base64; one that is sent is kept as evidence once the rest is done.",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "content": {"type": "string", "contentEncoding": "base64"},
        },
        "required": ["name", "content"],
        "additionalProperties": False,
    },
    "Measure": {
        "type": "object",
        "description": "How it is seen whether a recommendation changed anything.",
        "properties": dict.fromkeys(MEASURE, PLAIN[str]),
        "required": ["indicator", "target", "source"],
        "additionalProperties": False,
    },
    "Said": {"type": "object", "additionalProperties": PLAIN[str]},
    "Reasoned": {
        "type": "object",
        "description": "Yes or no, with the reason.",
        "properties": {"answer": PLAIN[str], "reason": PLAIN[str]},
        "required": ["answer"],
        "additionalProperties": False,
    },
    "Answer": {
        "description": "A text, a whole number, true or false, a list, or yes or no with its reason, as is asked.",
        "anyOf": [
            {"type": ["string", "integer", "boolean", "null"]},
            {"type": "array", "items": {"anyOf": [PLAIN[str], ref_to("File"), ref_to("Measure")]}},
            ref_to("Reasoned"),
        ],
    },
    "Answers": {
        "type": "object",
        "description": "An answer for each question: GET at the same address says which there are.",
        "additionalProperties": ref_to("Answer"),
    },
}
"""What is sent."""
FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}, "*/*": {}}
"""A file, of whatever kind it is."""
