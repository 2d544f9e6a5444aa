"""Every table there is, imported in one place for migrations and the check of the schema.

Everything else imports the tables it reads from the files they stand in: each class costs a command some milliseconds.

`history` is the truth; the case, its deadlines and recommendations are projections of it; the rest is who, what and
when we told people. Personal data stands in `child` alone, encrypted; addresses are encrypted too.
"""

from __future__ import annotations

from records.api_tables import ApiAnswerRow, ApiTokenRow, WebhookCallRow, WebhookRow
from records.audit_tables import AuditRow, ReadingRow
from records.case_tables import CalendarVersion, CaseFile, CaseSnapshot, DeadlineRow, Edition
from records.desk_tables import (
    CalendarAddressRow,
    FormDraftRow,
    PreferenceRow,
    QualityFigureRow,
    SavedViewRow,
    ScannedFileRow,
    SentFormRow,
)
from records.history_tables import (
    Beat,
    CaseKey,
    Checkpoint,
    Child,
    HistoryRow,
    Numbering,
    RecommendationRow,
    RecommendationWord,
    RungClimbed,
)
from records.incoming_tables import IncomingRow, MailboxRow
from records.link_tables import LetterLinkRow
from records.meeting_tables import InterestRow, MeetingRow
from records.metadata import METADATA, table_of
from records.post_tables import Absence, AttemptRow, Contact, MailRow, MessageRow, Task, UnreachedRow
from records.register_tables import AccountRow, AgencyRow
from records.sign_in_tables import CredentialRow, InvitationRow, NeedToKnowRow, PasskeyRow, SessionRow, SignInTryRow

__all__ = [
    "METADATA",
    "Absence",
    "AccountRow",
    "AgencyRow",
    "ApiAnswerRow",
    "ApiTokenRow",
    "AttemptRow",
    "AuditRow",
    "Beat",
    "CalendarAddressRow",
    "CalendarVersion",
    "CaseFile",
    "CaseKey",
    "CaseSnapshot",
    "Checkpoint",
    "Child",
    "Contact",
    "CredentialRow",
    "DeadlineRow",
    "Edition",
    "FormDraftRow",
    "HistoryRow",
    "IncomingRow",
    "InterestRow",
    "InvitationRow",
    "LetterLinkRow",
    "MailRow",
    "MailboxRow",
    "MeetingRow",
    "MessageRow",
    "NeedToKnowRow",
    "Numbering",
    "PasskeyRow",
    "PreferenceRow",
    "QualityFigureRow",
    "ReadingRow",
    "RecommendationRow",
    "RecommendationWord",
    "RungClimbed",
    "SavedViewRow",
    "ScannedFileRow",
    "SentFormRow",
    "SessionRow",
    "SignInTryRow",
    "Task",
    "UnreachedRow",
    "WebhookCallRow",
    "WebhookRow",
    "table_of",
]
