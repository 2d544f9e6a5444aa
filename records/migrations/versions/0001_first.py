"""The first tables, and the triggers that let the history only grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from records.migrations import guarding as triggers

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
GUARDED = ("history", "rung_climbed", "attempt", "checkpoint", "edition", "calendar_version")
"""The tables that only grow, of those made here."""


def upgrade() -> None:
    create_case_file()
    create_history()
    create_deadline()
    create_rung_climbed()
    create_recommendation()
    create_contact()
    create_mail()
    create_message()
    create_attempt()
    create_task()
    create_rules()
    create_personal_data()
    create_upkeep()
    triggers.put_up(op.get_bind(), *GUARDED)


def create_case_file() -> None:
    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ref", sa.String(40), nullable=False, unique=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("edition", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("phase", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("lead", sa.String(200), nullable=False),
        sa.Column("deputy", sa.String(200), nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("closed_on", sa.Date, nullable=True),
        sa.Column("next_due_on", sa.Date, nullable=True),
        sa.Column("waits_for", sa.Text, nullable=False),
        sa.Column("dossier", sa.Text, nullable=False),
    )
    op.create_index("ix_case_file_lead", "case_file", ["lead"])
    op.create_index("ix_case_file_urgency", "case_file", ["closed_on", "next_due_on", "id", "kind"])


def create_history() -> None:
    op.create_table(
        "history",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )


def create_deadline() -> None:
    op.create_table(
        "deadline",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("timescale", sa.String(60), nullable=False),
        sa.Column("agency", sa.String(200), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("next_action_at", MOMENT, nullable=True),
    )
    op.create_index("ix_deadline_agency", "deadline", ["agency", "status"])
    where = sa.text("next_action_at IS NOT NULL")
    op.create_index("ix_deadline_wake", "deadline", ["next_action_at"], sqlite_where=where, postgresql_where=where)


def create_rung_climbed() -> None:
    op.create_table(
        "rung_climbed",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("due_on", sa.Date, primary_key=True),
        sa.Column("rung", sa.Integer, primary_key=True),
        sa.Column("again", sa.Integer, primary_key=True),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def create_recommendation() -> None:
    op.create_table(
        "recommendation",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("of_ref", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("level", sa.String(60), nullable=False),
        sa.Column("addressee", sa.Text, nullable=False),
        sa.Column("urgency", sa.String(60), nullable=False),
        sa.Column("agencies", sa.Text, nullable=False),
        sa.Column("themes", sa.Text, nullable=False),
        sa.Column("fulfilled", sa.String(60), nullable=False),
        sa.Column("practice", sa.String(60), nullable=False),
        sa.Column("outcomes", sa.String(60), nullable=False),
        sa.Column("ended_by", sa.Integer, nullable=False),
        sa.Column("owed_on", sa.Date, nullable=True),
        sa.Column("impact_on", sa.Date, nullable=True),
    )
    op.create_index("ix_recommendation_of_ref", "recommendation", ["of_ref"])


def create_contact() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("agency", sa.String(200), nullable=False),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("channels", sa.Text, nullable=False),
        sa.Column("hours", sa.String(20), nullable=False),
        sa.Column("calendar", sa.String(80), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("trouble_since", MOMENT, nullable=True),
    )
    op.create_index("ix_contact_place", "contact", ["agency", "role"])
    op.create_table(
        "absence",
        sa.Column("contact_id", sa.Integer, sa.ForeignKey("contact.id"), primary_key=True),
        sa.Column("starts", sa.Date, primary_key=True),
        sa.Column("ends", sa.Date, nullable=False),
    )


def create_mail() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("contact_id", sa.Integer, sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False, unique=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.String(80), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
    )
    where = sa.text("status = 'waiting'")
    op.create_index("ix_mail_next", "mail", ["next_attempt_at"], sqlite_where=where, postgresql_where=where)


def create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), nullable=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Integer, sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("deliver_after", MOMENT, nullable=False),
        sa.Column("deadline_key", sa.String(160), nullable=False),
        sa.Column("deadline_due_on", sa.Date, nullable=True),
        sa.Column("confirm_role", sa.String(60), nullable=False),
        sa.Column("confirm_by", MOMENT, nullable=True),
        sa.Column("mail_id", sa.String(), sa.ForeignKey("mail.id"), nullable=True),
    )
    op.create_index("ix_message_case_id", "message", ["case_id"])
    op.create_index("ix_message_mail_id", "message", ["mail_id"])
    where = sa.text("status = 'owed'")
    op.create_index("ix_message_owed", "message", ["deliver_after"], sqlite_where=where, postgresql_where=where)
    where = sa.text("status = 'held'")
    op.create_index("ix_message_held", "message", ["confirm_by"], sqlite_where=where, postgresql_where=where)


def create_attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("mail_id", sa.String(64), sa.ForeignKey("mail.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("detail", sa.String(600), nullable=False),
    )


def create_task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", sa.String(200), nullable=False),
    )
    where = sa.text("done_at IS NULL")
    op.create_index("ix_task_open", "task", ["kind", "case_id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "unreached",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("message", sa.String(60), primary_key=True),
        sa.Column("agency", sa.String(200), primary_key=True),
        sa.Column("place", sa.String(60), primary_key=True),
        sa.Column("deadline_key", sa.String(160), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("task_id", sa.String(64), sa.ForeignKey("task.id"), nullable=False),
    )
    op.create_index("ix_unreached_task_id", "unreached", ["task_id"])


def create_rules() -> None:
    op.create_table(
        "edition",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "calendar_version",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )


def create_personal_data() -> None:
    op.create_table(
        "child",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
    )
    op.create_table(
        "case_key",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True),
        sa.Column("wrapped", sa.Text, nullable=False),
    )


def create_upkeep() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("signature", sa.String(200), nullable=False),
        sa.Column("public_key", sa.String(100), nullable=False),
    )
    op.create_table(
        "beat",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("detail", sa.String(500), nullable=False),
    )
    op.create_table(
        "numbering",
        sa.Column("series", sa.String(40), primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
