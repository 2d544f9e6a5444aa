"""Checks for rows that cannot be read, and for letters that wait for something to be put right."""

from __future__ import annotations

from records import accounts, agencies, contacts, meetings, need_to_know, outbox
from records.keys import load_or_create
from records.outbox import unreadable_tasks
from states.identity import folded
from states.next_step import SAYS_IT, advice
from states.words import first_up
from workflows.checks import Finding, Look, fault, well_or
from workflows.messages import sending_trouble
from workflows.messages.quarantine import damaged_cases

NAME_THEM = "Have somebody who may look at it say anew who may; or name somebody who may to lead it."
ANEW = "The next change of it writes the row anew."


def damaged_rows(look: Look) -> tuple[Finding, ...]:
    """Whether every case can be read."""
    remedy = advice("Make it again from its history ({}).", "case rebuild")
    faults = (fault(f"The row of {ref} is damaged and cannot be read.", remedy) for ref in damaged_cases(look.tx))
    return well_or(faults, "Every case can be read.")


def damaged_addresses(look: Look) -> tuple[Finding, ...]:
    """Whether every address people are written to at can be read; that none fits the key is said elsewhere."""
    if look.settings.master_key is None and not look.settings.key_file.exists():
        return ()
    given = look.settings.master_key.get_secret_value() if look.settings.master_key else None
    keys = load_or_create(look.settings.key_file, given).key
    damaged = contacts.damaged(look.tx, keys) if contacts.fits(look.tx, keys) else {}
    faults = (
        fault(
            f"An address kept of contact {number}, the {who}, is damaged and cannot be read.",
            advice("Enter it again ({}).", "contact channels"),
        )
        for number, who in damaged.items()
    )
    return well_or(faults, "Every address can be read.")


def damaged_tasks(look: Look) -> tuple[Finding, ...]:
    """Whether every task can be read."""
    remedy = advice("See what it can have been about, and say what was done ({}).", "task done")
    found = (fault(f"The task {one[:8]} is damaged and cannot be read.", remedy) for one in unreadable_tasks(look.tx))
    return well_or(found, "Every task can be read.")


def damaged_registers(look: Look) -> tuple[Finding, ...]:
    """Whether every agency and every meeting can be read from its row; where not, its log is read."""
    of_agencies = [f"the agency {one}" for one in agencies.damaged(look.tx)]
    found = (*of_agencies, *(f"meeting {one}" for one in meetings.damaged(look.tx)))
    said = (fault(f"The row of {one} is damaged: its log is read instead.", ANEW) for one in found)
    return well_or(said, "Every agency and every meeting can be read.")


def kept_cases(look: Look) -> tuple[Finding, ...]:
    """Whether somebody with an account in use may look at each open case that is kept to named people, its lead too."""
    named = {one.id: one.person for one in accounts.read(look.tx) if one.active}
    found = []
    for ref, (lead, kept) in need_to_know.open_and_kept(look.tx).items():
        people = [named[one] for one in kept if one in named]
        if not people:
            found.append(fault(f"{ref} is kept to named people, and none of them has an account in use.", NAME_THEM))
        elif lead and not any(folded(lead) == folded(one) for one in people):
            found.append(fault(f"{ref} is kept to named people, and whoever leads it is not one of them.", NAME_THEM))
    return well_or(found, "Each case that is kept to named people can be looked at by whoever leads it.")


def sending(look: Look) -> tuple[Finding, ...]:
    """Whether letters wait because of something that is no fault of their readers."""
    told = outbox.open_tasks(look.tx, sending_trouble.KIND).values()
    faults = [fault(f"{first_up(one['problem'])}: {one['outcome']}", SAYS_IT) for one in told]
    return well_or(faults, "No letter waits for a setting or a server to be put right.")
