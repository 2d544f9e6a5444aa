"""A record that the first build wrote is carried over: it verifies as it did, and goes on.

`tests/earlier/tables-0001.zip` is a backup of the build at 77da1ee (key: b"k" * 32), made by that build's own verbs in
the office of its tests: a case of 60 entries in which more time is asked for twice, an agency itself declines, answers
come and more is asked, a checkpoint is made in the middle and rungs are climbed; and a case in review. Nobody was told,
then, that more time was asked for, or that an agency declined.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from records import snapshots
from records.backup import restore
from records.case_columns import SNAPSHOTS
from tests.office import FIFE, unstaffed_office
from workflows.verbs.extend import ask_extension
from workflows.verbs.request import answer, request
from workflows.verification.verify import verify

EARLIEST = Path(__file__).parent / "earlier" / "tables-0001.zip"
LONG = "TST-2026-0001"


def test_a_record_of_the_first_tables_verifies_as_it_did_and_a_long_case_of_it_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    with unstaffed_office(database_url, tmp_path) as office:
        office.now = datetime(2026, 4, 26, 20, tzinfo=UTC)

        restore(office.engine, EARLIEST, office.now, {"checkpoints": tmp_path / "checkpoints"})

        verdict = verify(office.engine, keys=office.keys, now=office.now)
        assert (verdict.places, verdict.cases, verdict.entries, verdict.rungs) == ((), 2, 66, 8)
        after = verify(office.engine, since="1", keys=office.keys, now=office.now)
        assert (after.places, after.since) == ((), "checkpoint 1 (25 March 2026)")
        office.later(days=1)
        while not office.rows(SNAPSHOTS.select()):
            office.do(answer, LONG, FIFE)
            office.do(request, LONG, "report", (FIFE,))
        dates = office.case(LONG).dossier.open_deadlines()
        office.do(ask_extension, LONG, next(iter(dates)).key, 7, "Half of the team is ill.")
        snapshots._held.clear()
        office.later(days=1)
        office.deliver()
        assert verify(office.engine, keys=office.keys, now=office.now).ok
        assert verify(office.engine, since="1", keys=office.keys, now=office.now).places == ()
