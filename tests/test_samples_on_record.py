"""Samples and their readings on record: read by two at once, and changed by whoever owns the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from config.assessment_form import assessment_form
from records import audit_log, checkpoints
from records.database import reading, transaction
from states.errors import BadAnswer, NotPossible
from tests.casework import opened
from tests.patience import AT_LENGTH, until
from tests.test_audit_log import tamper
from tests.test_tampering import said
from workflows.verbs.samples import SampleWanted, assess, draw_sample

if TYPE_CHECKING:
    from tests.office import Office

FULLY = {"procedure_followed": "fully", "decisions_reasoned": "yes", "delays_explained": "yes"}


def draws(office: Office) -> list[str]:
    """Draw a sample of two of three cases, of which one was read; the references that were drawn."""
    for _ in range(3):
        opened(office)
    office.now += timedelta(days=1)
    with transaction(office.engine) as tx:
        drawn = draw_sample(
            office.uow(tx, "auditor"), SampleWanted(2, by="none", seed="as agreed"), assessment_form(None)
        )
    refs = [ref for one in drawn.data["strata"] for ref in one["drawn"]]
    reads(office, refs[0], "One")
    return refs


def reads(office: Office, ref: str, name: str) -> None:
    with transaction(office.engine) as tx:
        assess(office.uow(tx, "auditor", name=name), "S1", ref, FULLY)


def rewrites(office: Office, sequence: int, *, reseal: bool, **data: Any) -> None:
    """Change an entry of the log of samples as the owner of the database can, and compute its seals again if asked."""
    with reading(office.engine) as tx:
        lines = list(audit_log.lines(tx, "samples"))
    before = audit_log.beginning("samples")
    for line in lines:
        body, seal = line.body, line.seal
        if line.sequence == sequence:
            entry = audit_log.AuditEntry.model_validate_json(body)
            body = audit_log.body_of(entry.model_copy(update={"data": {**entry.data, **data}}))
        if reseal:
            seal = audit_log.seal(before, body)
        change = "UPDATE audit_log SET body = :body, seal = :seal WHERE log = 'samples' AND sequence = :sequence"
        if (body, seal) != (line.body, line.seal):
            tamper(office, change, body=body, seal=seal, sequence=line.sequence)
        before = seal


def test_a_drawn_list_or_a_reading_that_was_changed_is_named_with_its_entry(office: Office) -> None:
    refs = draws(office)
    reads(office, refs[0], "Two")
    assert said(office) == []
    with reading(office.engine) as tx:
        (stratum,) = audit_log.entries(tx, "samples")[0].data["strata"]
    (left,) = set(stratum["of"]) - set(stratum["drawn"])

    rewrites(office, 2, reseal=False, answers={**FULLY, "procedure_followed": "not"})
    assert "the samples log: entry 2 is not as it was sealed." in said(office)
    rewrites(office, 2, reseal=True, answers=FULLY)
    assert said(office) == []

    rewrites(office, 1, reseal=True, strata=[{**stratum, "drawn": [refs[0], left]}])
    assert said(office) == ["the samples log: entry 1 names other cases for S1 than its seed draws."]
    rewrites(office, 1, reseal=True, strata=[stratum])
    rewrites(office, 3, reseal=True, case=left)
    assert said(office) == [f"the samples log: entry 3 reads {left}, which S1 did not draw."]
    rewrites(office, 3, reseal=True, case=refs[0])
    assert said(office) == []


def test_no_sample_is_drawn_as_of_a_day_that_is_not_over(office: Office) -> None:
    opened(office)

    with transaction(office.engine) as tx, pytest.raises(BadAnswer, match="is not over yet"):
        draw_sample(office.uow(tx, "auditor"), SampleWanted(1, as_on=office.now.date()), assessment_form(None))


def test_a_reading_whose_seals_were_computed_again_is_found_by_a_checkpoint(office: Office) -> None:
    draws(office)
    with transaction(office.engine) as tx:
        checkpoints.checkpoint(tx, office.keys, None, office.now)

    rewrites(office, 2, reseal=True, answers={**FULLY, "procedure_followed": "not"})

    assert said(office) == ["the samples log: checkpoint 1 (3 March 2026) saw another entry 2."]


def test_of_readers_who_come_at_the_same_moment_no_third_is_taken_and_nobody_twice(office: Office) -> None:
    """On PostgreSQL both have looked before either has written; on SQLite the second waits to look."""
    refs = draws(office)
    for ref, one, other in ((refs[0], "Two", "Three"), (refs[1], "Two", "Two")):
        with ThreadPoolExecutor(1) as pool, transaction(office.engine) as tx:
            assess(office.uow(tx, "auditor", name=one), "S1", ref, FULLY)
            late = pool.submit(reads, office, ref, other)
            if office.engine.dialect.name == "postgresql":
                until(lambda: waits(office), "the second reader")
            tx.commit()
            assert isinstance(late.exception(AT_LENGTH), NotPossible)

    with reading(office.engine) as tx:
        read = [(one.data["case"], one.actor.name) for one in audit_log.entries(tx, "samples")[1:]]
    assert read == [(refs[0], "One"), (refs[0], "Two"), (refs[1], "Two")]
    assert said(office) == []


def waits(office: Office) -> bool:
    """Whether somebody waits for what another has written and not committed."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with office.engine.connect() as look:
        return bool(look.execute(text(asked)).scalar())
