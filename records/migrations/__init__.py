"""How an older database becomes today's: Alembic's folder, with the triggers that keep the history append-only."""
