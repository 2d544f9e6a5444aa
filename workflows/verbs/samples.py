"""An auditor's sample: cases drawn by chance, and read by a form, twice where a second reader is wanted. On record.

The log keeps all that is needed to draw the same cases again: seed, strata with every case in them, and the day.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from records import audit_log, cases, need_to_know
from records.audit_log import AuditEntry
from records.samples import ASSESSED, DRAWN, LOG, READERS, entries_of, form_of, is_same
from states.answers import faults, line_fault, tidy
from states.errors import BadAnswer, NotFound, NotPossible
from states.roles import AUDITOR
from states.sampling import draw
from states.steps import Field
from states.words import long_day
from workflows.reports.sampling_frame import BY, frame
from workflows.unit_of_work import UnitOfWork, check_words

MOST = 500
LONGEST_SEED = 80
FOR_AUDITORS = "Drawing and reading a sample is for the auditor: {role} may not do it."
NOT_IN_IT = "{ref} is not one of the cases of {sample}."
READ_BEFORE = "You have read {ref} for {sample} already: what you said stands."
READ_TWICE = "{ref} has been read twice for {sample}: there is no third reading."
AT_ONCE = "Somebody else drew a sample at the same moment: draw again."


@dataclass(frozen=True)
class SampleWanted:
    """What is to be drawn: how many cases, by which strata, from which seed (empty: one is made), as of which day.

    Without a day, as everything was known at the end of yesterday. `opened_from` and `opened_to` narrow by the day on
    which a case was opened.
    """

    count: int
    by: str = "outcome"
    seed: str = ""
    as_on: date | None = None
    opened_from: date | None = None
    opened_to: date | None = None
    reason: str = ""


def draw_sample(uow: UnitOfWork, wanted: SampleWanted, form: Sequence[Field]) -> AuditEntry:
    """Draw a sample and keep it in the log, with the form its cases are read by.

    Cases kept to people of whom the auditor is none are left out. Raises BadAnswer or NotPossible.
    """
    _check_auditor(uow)
    as_on = wanted.as_on or uow.today - timedelta(days=1)
    seed = tidy(wanted.seed) or secrets.token_hex(4)
    _check(wanted, as_on, seed, uow.today)
    hidden = need_to_know.hidden_from(uow.tx, uow.actor.account)
    strata = frame(uow.tx, wanted.by, as_on, hidden, wanted.opened_from, wanted.opened_to)
    if not strata:
        raise NotPossible(f"There is no case to draw from, as it was known at the end of {long_day(as_on)}.")
    number = f"S{sum(one.kind == DRAWN for one in audit_log.entries(uow.tx, LOG)) + 1}"
    drawn = draw(strata, wanted.count, seed)
    data = {
        "seed": seed,
        "by": wanted.by,
        "count": wanted.count,
        "as_on": as_on.isoformat(),
        "opened_from": wanted.opened_from.isoformat() if wanted.opened_from else "",
        "opened_to": wanted.opened_to.isoformat() if wanted.opened_to else "",
        "strata": [{"name": one.name, "of": list(one.of), "drawn": list(one.drawn)} for one in drawn],
        "form": [one.model_dump(mode="json", by_alias=True, exclude_defaults=True) for one in form],
    }
    entry = audit_log.append(uow.tx, LOG, number, DRAWN, uow.actor, uow.now, reason=wanted.reason, data=data)
    if len(audit_log.entries(uow.tx, LOG, subject=number)) > 1:
        raise NotPossible(AT_ONCE)
    return entry


def assess(uow: UnitOfWork, sample: str, ref: str, answers: Mapping[str, Any]) -> AuditEntry:
    """Keep what an auditor found in one case of a sample, by the form that was drawn with it.

    A case is read twice at most, each time by somebody else. Raises BadAnswer, NotFound or NotPossible.
    """
    _check_auditor(uow)
    drawn, read = entries_of(uow.tx, sample)
    ref = ref.strip().upper()
    need_to_know.check_named(uow.tx, ref, uow.actor.account)
    if all(ref not in one["drawn"] for one in drawn.data["strata"]):
        raise NotFound(NOT_IN_IT.format(ref=ref, sample=drawn.subject))
    answers = tidy(answers)
    wrong = faults(form_of(drawn), answers, {}, uow.today)
    if wrong:
        raise BadAnswer(*wrong)
    check_words(uow, cases.find(uow.tx, ref, to_change=False), answers=answers)
    _check_reader(uow, drawn.subject, ref, read)
    data = {"case": ref, "answers": dict(answers)}
    entry = audit_log.append(uow.tx, LOG, drawn.subject, ASSESSED, uow.actor, uow.now, data=data)
    _, read = entries_of(uow.tx, sample)  # whoever came at the same moment stands there now, or waits for us
    _check_reader(uow, drawn.subject, ref, [one for one in read if one.sequence < entry.sequence])
    return entry


def _check_reader(uow: UnitOfWork, sample: str, ref: str, read: Sequence[AuditEntry]) -> None:
    readers = [one for one in read if one.data["case"] == ref]
    if any(is_same(one, uow.actor) for one in readers):
        raise NotPossible(READ_BEFORE.format(ref=ref, sample=sample))
    if len(readers) >= READERS:
        raise NotPossible(READ_TWICE.format(ref=ref, sample=sample))


def _check_auditor(uow: UnitOfWork) -> None:
    if uow.actor.role != AUDITOR:
        raise NotPossible(FOR_AUDITORS.format(role=uow.actor.role.replace("_", " ") or "nobody"))


def _check(wanted: SampleWanted, as_on: date, seed: str, today: date) -> None:
    wrong = []
    if not 1 <= wanted.count <= MOST:
        wrong.append(f"“How many cases”: write a whole number from 1 to {MOST}.")
    if wanted.by not in BY:
        wrong.append(f"“Strata”: choose one of {', '.join(BY)}.")
    if as_on >= today:
        wrong.append(f"“As of”: {long_day(as_on)} is not over yet, so nobody could draw the same again.")
    if len(seed) > LONGEST_SEED:
        wrong.append(f"“Seed”: shorten it to {LONGEST_SEED} characters.")
    said = (line_fault("The seed", seed), line_fault("The reason", wanted.reason))
    wrong += [fault for fault in said if fault]
    if wrong:
        raise BadAnswer(*wrong)
