#!/bin/sh
# Prefect 3.9.1: a schedule "daily, three times" without a DTSTART is accepted and never runs; "daily until", in UTC as RFC 5545 has it, is
# accepted too, and raises each time its runs are to be made.
#
# Guess before running: FREQ=DAILY;COUNT=3 without a DTSTART begins now and runs three times, or is refused; FREQ=DAILY;UNTIL= with a Z
# runs daily till then, or is refused.
# Seen on 1 December 2026, Python 3.11: both are accepted when the schedule is made. The first has no run, in any year to come: a rule
# without a DTSTART is counted from 1 January 2020, and its three days were that January's. The second raises ValueError when it is asked
# for dates, since that day is given the schedule's zone after the rule was checked without one. With a DTSTART in UTC both run,
# and UNTIL without a Z runs without one too. The server's scheduler asks the same class: what was deployed so is active, never
# late, and has nothing scheduled.
# It fails when that changes. It needs a Python 3.11 or newer and the network.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv==0.13.9
# Prefect asks for a newer certifi than some indexes carry; any serves here, where nothing is asked over TLS.
echo certifi >"$folder/any"
"$folder/venv/bin/uv" pip install --quiet --python "$folder/venv/bin/python" --override "$folder/any" prefect==3.9.1
cat >"$folder/dates.py" <<'DATES'
import asyncio
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import prefect
from prefect.server.schemas.schedules import RRuleSchedule

LONDON = ZoneInfo("Europe/London")
BEGINS = "DTSTART:20261201T000000Z\nRRULE:"
COUNT, UNTIL, UNTIL_DAY = "FREQ=DAILY;COUNT=3", "FREQ=DAILY;UNTIL=20991231T000000Z", "FREQ=DAILY;UNTIL=20991231"


def runs(rule: str) -> str:
    """How many of five runs a schedule has from 1 December 2026 on, or what it raises."""
    schedule = RRuleSchedule(rrule=rule, timezone="Europe/London")
    try:
        return str(len(asyncio.run(schedule.get_dates(5, start=datetime(2026, 12, 1, tzinfo=LONDON)))))
    except ValueError as raised:
        return type(raised).__name__


print("guess: a rule without a DTSTART begins now and has 3 runs, or 5 of many, or is refused when the schedule is made")
print(f"Prefect {prefect.__version__}: of five runs from 1 December 2026 on")
found = {rule: runs(rule) for rule in (COUNT, UNTIL, UNTIL_DAY, BEGINS + COUNT, BEGINS + UNTIL)}
for rule, has in found.items():
    print(f"{' '.join(rule.split())}: {has}")
sys.exit(tuple(found.values()) != ("0", "ValueError", "5", "3", "5"))
DATES
PREFECT_HOME="$folder/prefect" DO_NOT_TRACK=1 "$folder/venv/bin/python" "$folder/dates.py"
