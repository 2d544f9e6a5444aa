#!/bin/sh
# SQLite 3.40.1: PRAGMA journal_mode=WAL answers "database is locked" at once, however long the busy timeout is.
#
# Guess before running: outside a transaction a statement that needs a lock waits for it as long as `PRAGMA busy_timeout` says;
# the page on that pragma and the one on WAL name no exception for turning it on.
# Seen on 30 November 2026, Python 3.11: while another connection has written to a new file and not committed, with a timeout of
# 5 s, BEGIN IMMEDIATE waits 5 s, and the pragma is refused after some ms: it holds a lock to read by then and asks for one to write,
# where SQLite does not call the busy handler. Programs that open a new file at the same moment refuse each other so: about one
# of 300 opened by twelve programs at a time, on a busy machine. Waiting with BEGIN IMMEDIATE and asking again mends it.
# It fails when that changes. It needs a Python 3.11 or newer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/ask.py" <<'ASK'
import sqlite3
import sys
import time

TIMEOUT = 5.0
file = sys.argv[1]
other = sqlite3.connect(file, isolation_level=None)
other.execute("BEGIN IMMEDIATE")


def waited(statement: str) -> float:
    """How many seconds a statement waits before it is refused."""
    asks = sqlite3.connect(file, timeout=TIMEOUT, isolation_level=None)
    begun = time.monotonic()
    try:
        asks.execute(statement)
    except sqlite3.OperationalError as refused:
        assert refused.sqlite_errorname == "SQLITE_BUSY", refused
        return time.monotonic() - begun
    raise AssertionError(f"{statement} was not refused")


pragma, begin = waited("PRAGMA journal_mode=WAL"), waited("BEGIN IMMEDIATE")
print(f"SQLite {sqlite3.sqlite_version}: refused after {pragma:.2f} s the pragma, after {begin:.2f} s BEGIN IMMEDIATE")
sys.exit(not (pragma < TIMEOUT / 2 < TIMEOUT * 0.9 < begin))
ASK
"${PYTHON:-python3}" "$folder/ask.py" "$folder/new.db"
