"""The master key of an installation: checked, exchanged, or replaced once it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from records import (
    api_answers,
    audit_log,
    cases,
    children,
    contact_log,
    contacts,
    credentials,
    form_drafts,
    webhooks,
)
from records.audit_log import AuditEntry
from records.checkpoints import KeyChange, SignedCheckpoint, checkpoint, public_key_of, stored
from records.keys import WRONG_KEY, MasterKey, load_or_create
from states.entry import CAIRN
from states.errors import BadAnswer, NotPossible, NotSetUp
from states.next_step import advice
from states.words import long_day
from workflows.checks import Finding, Look, fault, well
from workflows.unit_of_work import UnitOfWork, check_words, find
from workflows.verbs.backup import LOG
from workflows.verbs.people import check_keeper

KEY_REMEDY = advice(
    "Put back the key that was in use (docs/operations.md, Keys). Only when no copy of it is left anywhere: {}.",
    "keys lost",
)
BROKEN_OFF = (
    "The exchange of the master key of {day} was broken off before its end: everything is under the new key, and this "
    "is still the old one. Nothing is lost."
)
FINISH = advice("Do the same exchange again, with the file of the new key that was named then: {}.", "keys exchange")
SUBJECT = "master key"
NAMES_DO_NOT_FIT = (
    "The master key is not the one the names of cases were encrypted with. Cases, dates, reminders and the history "
    "work; names can be neither read nor entered, and verify finds checkpoints signed with another key."
)
ADDRESSES_DO_NOT_FIT = (
    "The master key is not the one the addresses of contacts were encrypted with: they cannot be read with this master "
    "key, so nothing can be sent."
)


def key_fits(look: Look) -> Iterator[Finding]:
    """Whether the master key is the one that names and addresses were encrypted with."""
    if look.settings.master_key is None and not look.settings.key_file.exists():
        return
    given = look.settings.master_key.get_secret_value() if look.settings.master_key else None
    key = load_or_create(look.settings.key_file, given).key
    begun = broken_off(look.tx, key)
    if begun is not None:
        yield fault(BROKEN_OFF.format(day=long_day(begun.happened_on)), FINISH)
        return
    names, addresses = children.fits(look.tx, key), contacts.fits(look.tx, key)
    if not names:
        yield fault(NAMES_DO_NOT_FIT, KEY_REMEDY)
    if not addresses:
        yield fault(ADDRESSES_DO_NOT_FIT, KEY_REMEDY)
    if names and addresses:
        yield well("The master key reads what was written with it.")


@dataclass(frozen=True)
class Changed:
    """What a change of the master key did: to how many cases with names, and to how many contacts."""

    cases: int
    contacts: int


def exchange_key(uow: UnitOfWork, fresh: MasterKey, why: str, folder: Path | None = None) -> Changed:
    """Put every case's key and every address under a new master key; each history says so, two checkpoints prove it.

    The last checkpoint under the old key names the new one, and the first under the new key names the old one; their
    numbers are none that a file in `folder` has. Raises NotSetUp when the present key is not the one in use, BadAnswer
    without a reason.
    """
    _check_why(uow, why, "Say why the master key is exchanged.")
    _check_finished(uow)
    if not (children.fits(uow.tx, uow.keys) and contacts.fits(uow.tx, uow.keys)):
        raise NotSetUp(WRONG_KEY)
    old, new = public_key_of(uow.keys), public_key_of(fresh)
    if old == new:
        raise NotPossible(
            "The new master key is the one in use: name a file with another, or one that is not there yet."
        )
    kept = children.kept_keys(uow.tx)
    for case_id, ref, _ in kept:
        case = find(uow, ref)
        check_keeper(uow, case, "Exchanging the master key")
        check_words(uow, case, why)
        children.rewrap(uow.tx, uow.keys, fresh, case_id, ref)
        cases.record(uow.tx, case, uow.entry("key_exchanged", reason=why), uow.now)
    written = contacts.rewrap(uow.tx, uow.keys, fresh)
    credentials.rewrap(uow.tx, uow.keys, fresh)
    webhooks.rewrap(uow.tx, uow.keys, fresh)
    form_drafts.forget_all(uow.tx)
    api_answers.forget_all(uow.tx)
    contact_log.note_all(uow.tx, "encrypted_anew", uow.actor, uow.now, why)
    data = {"key": new, "before": old}
    audit_log.append(uow.tx, LOG, SUBJECT, "exchanged", uow.actor, uow.now, reason=why, data=data)
    checkpoint(uow.tx, uow.keys, folder, uow.now, _change(uow, "follows", new, why, len(kept)))
    checkpoint(uow.tx, fresh, folder, uow.now, _change(uow, "exchanged", old, why, len(kept)))
    return Changed(len(kept), written)


def bind_addresses(tx: Connection, keys: MasterKey, now: datetime) -> int:
    """Bind each address kept before addresses were bound to its contact and channel; of how many contacts.

    One that is not as the log of contacts has it is left for verify to name.
    """
    known = {one.subject: one.data.get("kept") for one in audit_log.entries(tx, contact_log.LOG)}
    states = contact_log.states(tx)
    mine = {
        one: kept for one, kept in contacts.unbound(tx, keys).items() if known.get(f"{one}") == states[f"{one}"]["kept"]
    }
    for contact_id, kept in mine.items():
        contacts.rebind(tx, keys, keys, contact_id, kept)
        contact_log.note(tx, contact_id, "encrypted_anew", CAIRN, now, reason="Bound to the contact and the channel.")
    return len(mine)


def exchanged_already(tx: Connection, fresh: MasterKey) -> Changed | None:
    """What is under this key, where the last exchange was to it; None where there is still something to exchange."""
    last = _last_change(tx)
    if last is None or last.kind != "exchanged" or last.data["key"] != public_key_of(fresh):
        return None
    return Changed(len(children.kept_keys(tx)), contacts.how_many_addressed(tx))


def given_up_already(tx: Connection, present: MasterKey) -> Changed | None:
    """What was given up, where the loss of the key before this one is on record and nothing more is unreadable."""
    last = _last_change(tx)
    if last is None or last.kind != "lost" or last.data["key"] != public_key_of(present):
        return None
    if not (children.fits(tx, present) and contacts.fits(tx, present)):
        return None
    return Changed(last.data.get("cases", 0), last.data.get("contacts", 0))


def broken_off(tx: Connection, present: MasterKey) -> AuditEntry | None:
    """The exchange of the key that was kept in the database while the present key is still the one before it."""
    last = _last_change(tx)
    begun = last is not None and last.kind == "exchanged" and last.data.get("before") == public_key_of(present)
    return last if begun else None


def give_up_lost_key(uow: UnitOfWork, why: str, folder: Path | None = None, *, new_key_gone: bool = False) -> Changed:
    """Go on under a new master key after the one in use was lost for good: what it alone could read is erased.

    Each case that loses its names records it, like an erasure; addresses are to be entered again; a checkpoint under
    the new key says so. Raises NotPossible when the present key reads everything, BadAnswer without a reason, and
    NotSetUp where an exchange can be finished, unless the key it was to is gone as well (`new_key_gone`).
    """
    _check_why(uow, why, "Say how the master key was lost, and where it was looked for.")
    if not new_key_gone:
        _check_finished(uow)
    was = "".join(one.public_key for one in list(stored(uow.tx, newest=1)) if isinstance(one, SignedCheckpoint))
    gone = [ref for _, ref, wrapped in children.kept_keys(uow.tx) if not children.is_readable(uow.keys, ref, wrapped)]
    for ref in gone:
        case = find(uow, ref)
        check_keeper(uow, case, "Giving up a lost master key")
        children.erase(uow.tx, case.id)
        entry = uow.entry("personal_data_erased", reason=f"The master key was lost: {why}", data={"key_lost": True})
        cases.record(uow.tx, case, entry, uow.now)
    written = contacts.forget_unreadable(uow.tx, uow.keys)
    credentials.forget_unreadable(uow.tx, uow.keys)
    webhooks.end_unreadable(uow.tx, uow.keys)
    form_drafts.forget_all(uow.tx)
    api_answers.forget_all(uow.tx)
    contact_log.note_all(uow.tx, "addresses_lost", uow.actor, uow.now, why)
    if not gone and not written and was in {"", public_key_of(uow.keys)}:
        raise NotPossible("This master key reads everything that was encrypted: nothing is lost.")
    data = {"key": public_key_of(uow.keys), "cases": len(gone), "contacts": written}
    audit_log.append(uow.tx, LOG, SUBJECT, "lost", uow.actor, uow.now, reason=why, data=data)
    checkpoint(uow.tx, uow.keys, folder, uow.now, _change(uow, "lost", was, why, len(gone)))
    return Changed(len(gone), written)


def key_before(later: SignedCheckpoint | None) -> str:
    """The public key that the checkpoints before this one are signed with, where it says it is another; else ""."""
    change = later.change if later is not None else None
    return change.key if change is not None and change.how in {"exchanged", "lost"} else ""


def follows(found: SignedCheckpoint, later: SignedCheckpoint) -> bool:
    """Whether a checkpoint that says the key was exchanged comes after one in which the old key says the same."""
    if later.change is None or later.change.how != "exchanged":
        return True
    return found.change is not None and (found.change.how, found.change.key) == ("follows", later.public_key)


def noted(found: SignedCheckpoint) -> Iterator[str]:
    """What is to be known of a checkpoint that began a new key."""
    change, day = found.change, long_day(found.at)
    if change is None or change.how == "follows":
        return
    who = f"by {change.by} ({change.role.replace('_', ' ')}): {change.why}"
    what = {
        "exchanged": f"On {day} the master key was exchanged {who}",
        "lost": f"On {day} the master key was recorded as lost {who}. The names of {change.cases} case(s) are gone; "
        "that the checkpoints before were ours rests on that record alone.",
    }
    yield what[change.how]


def _last_change(tx: Connection) -> AuditEntry | None:
    return next(reversed(audit_log.entries(tx, LOG, subject=SUBJECT)), None)


def _check_finished(uow: UnitOfWork) -> None:
    begun = broken_off(uow.tx, uow.keys)
    if begun is not None:
        raise NotSetUp(BROKEN_OFF.format(day=long_day(begun.happened_on)), advice=FINISH)


def _check_why(uow: UnitOfWork, why: str, wanted: str) -> None:
    if not why.strip():
        raise BadAnswer(wanted)
    check_words(uow, None, why)


def _change(uow: UnitOfWork, how: str, key: str, why: str, count: int) -> KeyChange:
    return KeyChange(how, key, uow.actor.name, uow.actor.role, why, count)
