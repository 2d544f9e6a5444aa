"""The words of recommendations in one table, filled by one rule, instead of each database's full-text index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from records import recommendation_words

revision = "0004"
down_revision = "0003"

BEFORE = "recommendation_words"
TRIGGERS = tuple(f"{BEFORE}_{what}" for what in ("added", "changed", "removed"))


def upgrade() -> None:
    take_down_the_indexes_before()
    op.create_table(
        "recommendation_word",
        sa.Column("word", sa.String(100), primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("case_file.id"), primary_key=True),
    )
    op.create_index("ix_recommendation_word_case_id", "recommendation_word", ["case_id"])
    recommendation_words.rebuild(op.get_bind())


def take_down_the_indexes_before() -> None:
    """Until now SQLite's FTS5 and PostgreSQL's tsvector each had a rule of words of their own."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS {trigger}" + ("" if sqlite else " ON recommendation"))
    if not sqlite:
        op.execute(f"DROP FUNCTION IF EXISTS {BEFORE}_follow()")
    op.execute(f"DROP TABLE IF EXISTS {BEFORE}")
