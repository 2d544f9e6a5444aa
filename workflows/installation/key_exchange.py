"""The master key of an installation: whether it is the one in use, exchanging it, going on once it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from records import cases, children, contacts
from records.checkpoints import Checkpoint, KeyChange, checkpoint, public_key_of, stored
from records.keys import WRONG_KEY, MasterKey, load_or_create
from states.errors import BadAnswer, NotPossible, NotSetUp
from workflows.checks import Finding, Look, fault, well
from workflows.unit_of_work import Desk, check_words, find
from workflows.verbs.people import check_keeper

KEY_REMEDY = "Put back the key that was in use (docs/operations.md, Keys). If it is lost for good: cairn keys lost."
NAMES_DO_NOT_FIT = (
    "The master key is not the one the names of children were encrypted with. Cases, dates, reminders and the history "
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


def exchange_key(desk: Desk, fresh: MasterKey, why: str, folder: Path | None = None) -> Changed:
    """Put every case's key and every address under a new master key; each history says so, two checkpoints prove it.

    The last checkpoint under the old key names the new one, and the first under the new key names the old one; they
    are written to `folder` too. Raises NotSetUp when the present key is not the one in use, BadAnswer without a reason.
    """
    _check_why(desk, why, "Say why the master key is exchanged.")
    if not (children.fits(desk.tx, desk.keys) and contacts.fits(desk.tx, desk.keys)):
        raise NotSetUp(WRONG_KEY)
    old, new = public_key_of(desk.keys), public_key_of(fresh)
    if old == new:
        raise NotPossible(
            "The new master key is the one in use: name a file with another, or one that is not there yet."
        )
    kept = children.kept_keys(desk.tx)
    for case_id, ref, _ in kept:
        case = find(desk, ref)
        check_keeper(desk, case, "Exchanging the master key")
        check_words(desk, case, why)
        children.rewrap(desk.tx, desk.keys, fresh, case_id, ref)
        cases.record(desk.tx, case, desk.entry("key_exchanged", reason=why), desk.now)
    written = contacts.rewrap(desk.tx, desk.keys, fresh)
    checkpoint(desk.tx, desk.keys, folder, desk.now, _change(desk, "follows", new, why, len(kept)))
    checkpoint(desk.tx, fresh, folder, desk.now, _change(desk, "exchanged", old, why, len(kept)))
    return Changed(len(kept), written)


def give_up_lost_key(desk: Desk, why: str, folder: Path | None = None) -> Changed:
    """Go on under a new master key after the one in use was lost for good: what it alone could read is erased.

    Each case that loses its names records it, like an erasure; addresses are to be entered again; a checkpoint under
    the new key says so. Raises NotPossible when the present key reads everything, BadAnswer without a reason.
    """
    _check_why(desk, why, "Say how the master key was lost, and where it was looked for.")
    was = "".join(one.public_key for one in list(stored(desk.tx, newest=1)) if isinstance(one, Checkpoint))
    gone = [ref for _, ref, wrapped in children.kept_keys(desk.tx) if not children.is_readable(desk.keys, ref, wrapped)]
    for ref in gone:
        case = find(desk, ref)
        check_keeper(desk, case, "Giving up a lost master key")
        children.erase(desk.tx, case.id)
        entry = desk.entry("personal_data_erased", reason=f"The master key was lost: {why}", data={"key_lost": True})
        cases.record(desk.tx, case, entry, desk.now)
    written = contacts.forget_unreadable(desk.tx, desk.keys)
    if not gone and not written and was in {"", public_key_of(desk.keys)}:
        raise NotPossible("This master key reads everything that was encrypted: nothing is lost.")
    checkpoint(desk.tx, desk.keys, folder, desk.now, _change(desk, "lost", was, why, len(gone)))
    return Changed(len(gone), written)


def key_before(later: Checkpoint | None) -> str:
    """The public key that the checkpoints before this one are signed with, where it says it is another; else ""."""
    change = later.change if later is not None else None
    return change.key if change is not None and change.how in {"exchanged", "lost"} else ""


def follows(found: Checkpoint, later: Checkpoint) -> bool:
    """Whether a checkpoint that says the key was exchanged comes after one in which the old key says the same."""
    if later.change is None or later.change.how != "exchanged":
        return True
    return found.change is not None and (found.change.how, found.change.key) == ("follows", later.public_key)


def noted(found: Checkpoint) -> Iterator[str]:
    """What is to be known of a checkpoint that began a new key."""
    change, day = found.change, f"{found.at:%-d %B %Y}"
    if change is None or change.how == "follows":
        return
    who = f"by {change.by} ({change.role.replace('_', ' ')}): {change.why}"
    what = {
        "exchanged": f"On {day} the master key was exchanged {who}",
        "lost": f"On {day} the master key was recorded as lost {who}. The names of {change.cases} case(s) are gone; "
        "that the checkpoints before were ours rests on that record alone.",
    }
    yield what[change.how]


def _check_why(desk: Desk, why: str, wanted: str) -> None:
    if not why.strip():
        raise BadAnswer(wanted)
    check_words(desk, None, why)


def _change(desk: Desk, how: str, key: str, why: str, count: int) -> KeyChange:
    return KeyChange(how, key, desk.actor.name, desk.actor.role, why, count)
