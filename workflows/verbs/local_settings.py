"""The committee's own file: its name and its limits, checked before they are written, on record, shown on open cases.

A case goes on under the limits it was opened with until somebody who may moves it to the new ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import func, select

from config import committee_file
from config.committee_file import OwnLimit, Retention
from config.meetings import BodyRule
from config.settings import edition as edition_of
from records import audit_log, need_to_know
from records.cases import CASES
from records.files import draft_of, replace_when_committed
from states.errors import BadAnswer, NotPossible, Refused
from states.procedure import Procedure
from states.roles import ACCOUNT_KEEPERS
from workflows.unit_of_work import UnitOfWork, check_words, plain_names
from workflows.verbs.change_edition import Difference, is_under, move_edition, preview_move

LOG = "committee_file"
MOST_MEMBERS = 100
MOST_SHOWN = 100
"""How many open cases a change of limits is shown on."""

Chosen = Mapping[str, OwnLimit | None]
"""Limits by the names of their rules; None takes the committee's own limit away again."""


@dataclass(frozen=True)
class LimitsPreview:
    """What new limits would change: on which open cases, and which of those cannot be moved, with the reason."""

    cases: tuple[Difference, ...]
    refused: tuple[tuple[str, str], ...]
    more: int = 0


def name_committee(uow: UnitOfWork, path: Path, name: str) -> str:
    """Say what the committee is called, on every page and paper. Raises BadAnswer for no name."""
    check_keeps_settings(uow)
    (name,) = plain_names(name)
    if not name:
        raise BadAnswer("Say what the committee is called.")
    text = committee_file.with_name(committee_file.text_of(path), name)
    _keep(uow, path, text)
    log_setting(uow, LOG, "the committee", "named", {"committee": name})
    return name


def set_retention(uow: UnitOfWork, path: Path, rule: Retention) -> None:
    """Set when the personal data of a closed case is to be erased; each erasing still wants the yes of a person."""
    check_keeps_settings(uow)
    check_words(uow, None, rule.note)
    if not rule.note.strip():
        raise BadAnswer("Say who decided this, and on what ground.")
    text = committee_file.with_retention(committee_file.text_of(path), rule)
    _keep(uow, path, text)
    log_setting(uow, LOG, "the committee", "retention_set", {"years": rule.years}, rule.note)


def set_quorum(uow: UnitOfWork, path: Path, rule: BodyRule, quorum: int | None, why: str) -> None:
    """Set how many members of a body must be there for a decision, or that no number is set. On record, with why.

    Raises BadAnswer for no number of members, and where nothing changes.
    """
    check_keeps_settings(uow)
    check_words(uow, None, why)
    if not why.strip():
        raise BadAnswer("Say who decided this, and when.")
    if quorum is not None and not 1 <= quorum <= MOST_MEMBERS:
        raise BadAnswer(f"Write a whole number of members, from 1 to {MOST_MEMBERS}.")
    if quorum == rule.quorum:
        raise BadAnswer("Nothing was changed: that is the quorum already.")
    text = committee_file.with_quorum(committee_file.text_of(path), rule.name, quorum)
    _keep(uow, path, text)
    log_setting(uow, LOG, rule.name, "quorum_set", {"quorum": quorum or "none"}, why)


def preview_limits(uow: UnitOfWork, path: Path, edition: str, chosen: Chosen) -> LimitsPreview:
    """What limits would change on the open cases of an edition: done in a transaction that is rolled back.

    Raises BadProcedure with every fault of the file as it would be, BadAnswer where nothing changes.
    """
    try:
        with draft_of(path) as draft:
            fresh = _draft(draft, path, edition, chosen)
        return _shown(_with(uow, fresh), edition, fresh.digest)
    finally:
        uow.tx.rollback()


def set_limits(
    uow: UnitOfWork, path: Path, edition: str, chosen: Chosen, why: str, move: Sequence[str] = ()
) -> Procedure:
    """Set limits of the committee's own for cases opened from now on, and move those open cases that are named.

    The file is checked before it takes the place of the old one; whatever is refused leaves everything as it was.
    """
    check_keeps_settings(uow)
    check_words(uow, None, why, *(one.note for one in chosen.values() if one is not None))
    if not why.strip():
        raise BadAnswer("Say who decided this, and when.")
    with draft_of(path) as draft:
        fresh = _draft(draft, path, edition, chosen)
        replace_when_committed(uow.tx, path, draft.read_text(encoding="utf-8"))
    moving = _with(uow, fresh)
    for ref in move:
        need_to_know.check_named(uow.tx, ref, uow.actor.account)
        if not is_under(moving, ref, edition):
            move_edition(moving, ref, edition, why)
    data = {name: one.words if one else "the nation's" for name, one in chosen.items()}
    log_setting(uow, LOG, edition, "limits_set", {"limits": data, "digest": fresh.digest}, why)
    return fresh


def check_keeps_settings(uow: UnitOfWork) -> None:
    """Raise NotPossible for somebody who does not keep the committee's settings."""
    if uow.actor.role not in ACCOUNT_KEEPERS:
        who = ", ".join(role.replace("_", " ") for role in ACCOUNT_KEEPERS)
        raise NotPossible(f"The committee's settings are kept by the roles {who}.")


def log_setting(uow: UnitOfWork, log: str, subject: str, kind: str, data: Mapping[str, object], why: str = "") -> None:
    """Put on record what is kept in a file, once: a kill may have come before the file was written."""
    before = audit_log.entries(uow.tx, log, subject=subject)
    told = (kind, uow.actor, why, data)
    if not before or (before[-1].kind, before[-1].actor, before[-1].reason, before[-1].data) != told:
        audit_log.append(uow.tx, log, subject, kind, uow.actor, uow.now, reason=why, data=data)


def _keep(uow: UnitOfWork, path: Path, text: str) -> None:
    """Check the file as it would be, and write it once this is committed. Raises BadProcedure with every fault."""
    with draft_of(path) as draft:
        draft.write_text(text, encoding="utf-8")
        committee_file.check(draft, path, "scotland-committee-year")
    replace_when_committed(uow.tx, path, text)


def _draft(draft: Path, path: Path, edition: str, chosen: Chosen) -> Procedure:
    before = committee_file.text_of(path)
    national = edition_of(edition, None)
    text = before
    for name, one in chosen.items():
        text = committee_file.with_limit(text, edition, national.timescales[name], name, one)
    if text == before or not chosen:
        raise BadAnswer("Nothing was changed: fill in a limit, or take one away.")
    draft.write_text(text, encoding="utf-8")
    return committee_file.check(draft, path, edition)


def _with(uow: UnitOfWork, fresh: Procedure) -> UnitOfWork:
    """The desk on which one edition is as it is about to be."""
    return replace(uow, guidance=lambda name: fresh if name == fresh.name else uow.guidance(name))


def _shown(uow: UnitOfWork, edition: str, digest: str) -> LimitsPreview:
    seen = CASES.c.ref.not_in(need_to_know.hidden_from(uow.tx, uow.actor.account))
    of_edition = (CASES.c.edition == edition, CASES.c.closed_on.is_(None), CASES.c.digest != digest, seen)
    wanted = select(CASES.c.ref).where(*of_edition).order_by(CASES.c.id).limit(MOST_SHOWN)
    every = uow.tx.execute(select(func.count()).select_from(CASES).where(*of_edition)).scalar_one()
    found: list[Difference] = []
    refused: list[tuple[str, str]] = []
    for ref in uow.tx.execute(wanted).scalars().all():
        try:
            found.append(preview_move(uow, ref, edition))
        except Refused as no:
            refused.append((ref, " ".join(no.obstacles)))
    return LimitsPreview(tuple(found), tuple(refused), every - len(found) - len(refused))
