"""Who may read and who may do what at the desk: one table, by the name of the route. A route that it lacks is refused.

It says which pages a role has at all. What a role may do on a case is said by the edition the case is under, and the
verb asks it; the table never lets anybody do what a verb would refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from states.procedure import DEPUTY, LEAD, Procedure
from states.roles import ACCOUNT_KEEPERS, ADMINISTRATOR, AGENCY, AUDITOR

OF_AN_EDITION = "of_an_edition"
"""What stands here for the roles that only an edition knows: whose steps they are, it says (`places_of`)."""

LEADS = frozenset({LEAD, DEPUTY})
CHAIR = frozenset({"chair"})
CHIEF_OFFICERS = frozenset({"chief_officers_group"})
MEMBERS = frozenset({"committee", "nominated_person", OF_AN_EDITION})
REVIEWERS = frozenset({"reviewer", "review_chair"})
AUDITORS = frozenset({AUDITOR})
ADMINISTRATORS = frozenset({ADMINISTRATOR})

ACTING = LEADS | CHAIR | CHIEF_OFFICERS | MEMBERS
"""Those who may take a step of a case, where its edition lets their role."""

READING = ACTING | REVIEWERS | AUDITORS
"""Those who may read cases: everybody but the administrator, who keeps accounts and settings."""

ALL = READING | ADMINISTRATORS
"""Everybody of the committee who can sign in."""

AGENCIES = frozenset({AGENCY})
"""Those who sign in for an agency: what is open for it is all they come to."""

SIGNED_IN = ALL | AGENCIES
"""Everybody who can sign in."""


def places_of(role: str, editions: Iterable[Procedure]) -> Iterator[str]:
    """The roles of the table whose pages somebody has: their own, and that of the office which an edition makes theirs.

    Whoever keeps the cases of an edition has the pages of a lead officer, who stands in for them those of a deputy, any
    other role inside it those of `OF_AN_EDITION`, whatever it is called: who takes which step, the edition says. An
    outside role has none. Whoever signs in for an agency has the pages of agencies alone. Editions are asked only where
    more is wanted than the first.
    """
    yield role
    if role == AGENCY:
        return
    inside = [one for one in editions if role in one.roles and not one.roles[role].external]
    places = {one.office_role(role) for one in inside}
    if inside:
        yield next((one for one in (LEAD, DEPUTY) if one in places), OF_AN_EDITION)


KEEPING = LEADS | CHAIR | frozenset({"committee"})
"""Those who keep a case: who is on it, what was put right, and the names of its children."""

DEEDS = (
    *("requests", "request_answer", "request_acknowledge", "request_promise", "request_back", "request_redirect"),
    *("request_decline", "request_reached", "request_withdraw", "holds", "hold_review", "hold_end", "events"),
    *("asked_after", "missed"),
    *("extensions", "extension_grant", "extension_refuse", "extension_withdraw", "proposals"),
)
"""What is done on a case by those who act on it."""

LISTS = ("items", "item_answer", "item_update")
"""The lists of a case, which reviewers keep too."""

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """The roles that may read a page, and those that may do what it does. `public` pages ask for nobody.

    Those of a `letter` are for whoever came by its link, whoever else is signed in; `files` may be sent to it. What is
    done on one of `every_case` reaches those that are kept to named people, too: the database hides none from it. What
    is sent to one of `parts` is a part of a file and no form: its token stands in a header.
    """

    read: frozenset[str] = NOBODY
    do: frozenset[str] = NOBODY
    public: bool = False
    letter: bool = False
    files: bool = False
    every_case: bool = False
    parts: bool = False

    def lets(self, role: str, *, doing: bool) -> bool:
        """Whether a role may."""
        return role in (self.do if doing else self.read)

    def lets_any(self, roles: Iterable[str], *, doing: bool) -> bool:
        """Whether one of several roles may."""
        return any(self.lets(role, doing=doing) for role in roles)


PUBLIC = Rule(public=True)
LETTER = Rule(public=True, letter=True)

BY_LETTER: Mapping[str, Rule] = {
    "letter": Rule(public=True, every_case=True),
    "letter_again": Rule(public=True, every_case=True),
    "answer": LETTER,
    "answer_received": LETTER,
    "answer_form": Rule(public=True, letter=True, files=True),
    "answer_files": Rule(public=True, letter=True, parts=True),
    "answer_file": Rule(public=True, letter=True, parts=True),
    "answer_code": LETTER,
    "answer_open": LETTER,
    "answer_list": LETTER,
    "answer_beside": LETTER,
    "answer_enter": Rule(public=True, every_case=True),
}
"""The pages of an agency, which comes by the link of a letter."""

SETTLING = frozenset(ACCOUNT_KEEPERS)
"""Those who keep what belongs to the committee: its accounts, agencies, contacts and limits."""

COMMITTEE: Mapping[str, Rule] = {
    "committee": Rule(read=SETTLING),
    "committee_name": Rule(read=SETTLING, do=SETTLING),
    "health": Rule(read=SETTLING | AUDITORS),
    "accounts": Rule(read=SETTLING | AUDITORS),
    "account_new": Rule(read=SETTLING, do=SETTLING),
    "account_change": Rule(read=SETTLING, do=SETTLING),
    "programs": Rule(read=ADMINISTRATORS | AUDITORS),
    "token_new": Rule(read=ADMINISTRATORS, do=ADMINISTRATORS),
    "token_revoke": Rule(read=ADMINISTRATORS, do=ADMINISTRATORS),
    "webhook_new": Rule(read=ADMINISTRATORS, do=ADMINISTRATORS),
    "webhook_change": Rule(read=ADMINISTRATORS, do=ADMINISTRATORS),
    "agencies": Rule(read=ALL),
    "agency_new": Rule(read=SETTLING, do=SETTLING, every_case=True),
    "agency_change": Rule(read=SETTLING, do=SETTLING, every_case=True),
    "contacts": Rule(read=ALL),
    "contact_new": Rule(read=SETTLING, do=SETTLING, every_case=True),
    "contact_change": Rule(read=SETTLING, do=SETTLING, every_case=True),
    "calendars": Rule(read=ALL),
    "working_calendar": Rule(read=ALL, do=SETTLING, every_case=True),
    "editions": Rule(read=ALL),
    "edition": Rule(read=ALL),
    "edition_drawing": Rule(read=ALL),
    "channels": Rule(read=SETTLING, do=SETTLING),
    "ladders": Rule(read=READING),
    "retention": Rule(read=KEEPING | AUDITORS | ADMINISTRATORS),
    "retention_rule": Rule(read=SETTLING, do=SETTLING),
    "erasing": Rule(read=KEEPING, do=KEEPING),
    "readings_erasing": Rule(read=KEEPING, do=KEEPING),
    "need_to_know": Rule(read=KEEPING, do=KEEPING),
    "agencies_learn": Rule(read=KEEPING, do=KEEPING),
    "readings": Rule(read=AUDITORS, every_case=True),
    "refusals": Rule(read=AUDITORS),
    "quorums": Rule(read=ALL),
    "quorum": Rule(read=SETTLING, do=SETTLING),
    "limits": Rule(read=ALL),
    "edition_limits": Rule(read=ALL, do=SETTLING),
}
"""The pages of the committee."""

LOOKING_INTO = AUDITORS | LEADS | CHAIR
"""Those who look into how the committee's procedure was kept: for everybody but the auditor it is the same figures."""

QUALITY: Mapping[str, Rule] = {
    "quality": Rule(read=LOOKING_INTO),
    "compliance": Rule(read=LOOKING_INTO),
    "compliance_steps": Rule(read=LOOKING_INTO),
    "compliance_published": Rule(read=LOOKING_INTO, every_case=True),
    "conformance": Rule(read=LOOKING_INTO),
    "process_map": Rule(read=LOOKING_INTO),
    "samples": Rule(read=AUDITORS),
    "sample_new": Rule(read=AUDITORS, do=AUDITORS),
    "sample": Rule(read=AUDITORS),
    "assessment": Rule(read=AUDITORS, do=AUDITORS),
}
"""Quality assurance. Samples and what was found in them are the auditors' own: readers must not see each other's."""

PREPARING = LEADS | CHAIR | frozenset({"nominated_person"})
"""Those who prepare meetings; which of the bodies, the verb says."""

SITTING = ACTING
"""Those who sit on a body: each reads the agendas of its own."""

PREPARED = (
    *("meeting_new", "meeting_item_new", "meeting_item_out", "meeting_sending", "meeting_attendance"),
    *("meeting_hold", "meeting_noted", "meeting_put_off", "meeting_closing", "meeting_interest_lift"),
)
"""The forms of whoever prepares a meeting."""

AT_MEETINGS: Mapping[str, Rule] = {
    **dict.fromkeys(("meetings", "meeting", "meeting_paper", "meeting_packs"), Rule(read=SITTING | AUDITORS)),
    **dict.fromkeys(("meeting_order", "meeting_update", "meeting_item_back"), Rule(read=PREPARING, do=PREPARING)),
    **dict.fromkeys(PREPARED, Rule(read=PREPARING, do=PREPARING)),
    "meeting_step": Rule(read=PREPARING, do=PREPARING, files=True),
    "meeting_interest": Rule(read=SITTING, do=SITTING),
}
"""The meetings of the committee, its sub-group and the chief officers."""

FOR_PROGRAMS: Mapping[str, Rule] = {
    **dict.fromkeys(("outbox_again", "outbox_bounced", "outbox_unlink"), Rule(read=KEEPING, do=KEEPING)),
    "case_move": Rule(read=KEEPING, do=KEEPING),
    "case_move_preview": Rule(read=READING),
    "board": Rule(read=READING),
    "similar": Rule(read=READING),
    **dict.fromkeys(("due", "agency_history", "contact_history"), Rule(read=ALL)),
    "inbox": Rule(read=KEEPING, do=KEEPING),
    "webhooks": Rule(read=ADMINISTRATORS | AUDITORS),
    "agencies_complete": Rule(read=SETTLING, do=SETTLING),
}
"""What people do at the terminal, and programs through their interface: no page of the desk has it."""

TABLE: Mapping[str, Rule] = {
    "static": PUBLIC,
    "sign_in": PUBLIC,
    "invitation": PUBLIC,
    "elsewhere": PUBLIC,
    "elsewhere_back": PUBLIC,
    "example_first": PUBLIC,
    "example": Rule(do=ALL),
    "example_again": PUBLIC,
    "example_leave": PUBLIC,
    "sign_out": Rule(do=SIGNED_IN),
    "sessions": Rule(read=SIGNED_IN),
    "passkeys": Rule(read=SIGNED_IN, do=SIGNED_IN),
    "passkey_remove": Rule(do=SIGNED_IN),
    "session_end": Rule(read=SIGNED_IN, do=SIGNED_IN),
    "password": Rule(read=SIGNED_IN, do=SIGNED_IN),
    "drafts": Rule(read=READING, do=READING),
    "role": Rule(do=SIGNED_IN),
    "home": Rule(read=SIGNED_IN),
    "agency_work": Rule(read=AGENCIES, do=AGENCIES),
    "agency_list": Rule(do=AGENCIES),
    "agency_beside": Rule(do=AGENCIES),
    "my_work": Rule(read=READING),
    "cases": Rule(read=READING),
    "views": Rule(do=READING),
    "view_remove": Rule(do=READING),
    "chasing": Rule(read=READING),
    "tasks": Rule(read=READING),
    "task": Rule(read=ACTING, do=ACTING),
    "outbox": Rule(read=READING),
    "reminders": Rule(read=KEEPING, do=KEEPING),
    "handing_over": Rule(read=KEEPING, do=KEEPING),
    "search": Rule(read=READING),
    "shortcuts": Rule(read=SIGNED_IN, do=SIGNED_IN),
    "session_extend": Rule(do=SIGNED_IN),
    "calendar": Rule(read=READING, do=READING),
    "calendar_revoke": Rule(do=READING),
    "calendar_feed": PUBLIC,
    "yes_wanted": Rule(read=READING),
    "yes": Rule(read=READING, do=ACTING),
    "case_new": Rule(read=LEADS | CHAIR, do=LEADS | CHAIR, files=True),
    "imports": Rule(read=KEEPING, do=KEEPING, files=True, every_case=True),
    "import_back": Rule(do=KEEPING, every_case=True),
    "case": Rule(read=READING),
    "case_history": Rule(read=READING),
    "case_as_it_was": Rule(read=READING),
    "case_pdf": Rule(read=READING),
    "case_date": Rule(read=READING),
    "step": Rule(read=ACTING, do=ACTING, files=True),
    **{name: Rule(read=ACTING, do=ACTING, files=True) for name in DEEDS},
    **{name: Rule(read=ACTING | REVIEWERS, do=ACTING | REVIEWERS, files=True) for name in LISTS},
    **dict.fromkeys(("people", "links", "link_end"), Rule(read=KEEPING, do=KEEPING)),
    "correction": Rule(read=KEEPING, do=KEEPING, files=True),
    "children": Rule(read=READING),
    "recommendations": Rule(read=READING),
    "learning": Rule(read=READING),
    "learning_paper": Rule(read=READING),
    "learning_paper_file": Rule(read=READING),
    "packs": Rule(read=READING),
    "pack": Rule(read=READING),
    "pack_file": Rule(read=READING),
    "years": Rule(read=READING),
    "extract": Rule(read=READING, every_case=True),
    "extract_file": Rule(read=READING, every_case=True),
    "year": Rule(read=READING, every_case=True),
    "year_file": Rule(read=READING, every_case=True),
    "year_publication": Rule(read=KEEPING, do=KEEPING, every_case=True),
    "recommendation": Rule(read=READING),
    "evidence": Rule(read=READING),
    "bundle": Rule(read=LEADS | AUDITORS, do=LEADS | AUDITORS),
    "children_names": Rule(read=KEEPING, do=KEEPING),
    "child_new": Rule(read=KEEPING, do=KEEPING),
    **QUALITY,
    **AT_MEETINGS,
    **COMMITTEE,
    **BY_LETTER,
    **FOR_PROGRAMS,
}
