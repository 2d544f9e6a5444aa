"""What a new committee has still to do before its first case: its name, agencies, contacts, limits and people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from config.settings import A_COMMITTEE, Settings, committee_name
from records import accounts, agencies, contacts
from states.words import counted
from workflows.views.local_limits import editions_to_set


@dataclass(frozen=True)
class SetUpTask:
    """One thing to set up: what it is called (`name`, `title`), whether it is done, and how it stands in a sentence."""

    name: str
    title: str
    done: bool
    stands: str


def set_up_tasks(tx: Connection, settings: Settings, today: date, hidden: frozenset[str]) -> tuple[SetUpTask, ...]:
    """Everything there is to set up, in the order in which it is best done; each can be left and come back to.

    The editions of hidden cases are none that are to be set up.
    """
    return (_name(settings), _agencies(tx), _contacts(tx), *_limits(tx, settings, today, hidden), _people(tx))


def _name(settings: Settings) -> SetUpTask:
    name = committee_name(settings.local_file)
    known = name != A_COMMITTEE
    return SetUpTask("committee_name", "The committee's name", known, name if known else "Not said yet.")


def _agencies(tx: Connection) -> SetUpTask:
    found = [one for one in agencies.read(tx).all if one.active]
    stands = f"{counted(len(found), 'agency')} entered."
    return SetUpTask("agencies", "Its agencies", bool(found), stands if found else "None is entered yet.")


def _contacts(tx: Connection) -> SetUpTask:
    found = contacts.everybody(tx)
    stands = f"{counted(len(found), 'contact')} entered." if found else "Nobody is entered: no message reaches anybody."
    return SetUpTask("contacts", "Who is written to", bool(found), stands)


def _limits(tx: Connection, settings: Settings, today: date, hidden: frozenset[str]) -> Iterator[SetUpTask]:
    found = editions_to_set(tx, settings.own_file, today, hidden)
    left, unset = sum(len(one.left_open) for one in found), sum(one.still_open for one in found)
    stands = f"{counted(left, 'limit')} left open by the nation, {unset} not set. Nobody is reminded of those."
    yield SetUpTask("limits", "The limits the nation leaves open", unset == 0, stands)


def _people(tx: Connection) -> SetUpTask:
    found = [one for one in accounts.read(tx) if one.active]
    stands = f"{counted(len(found), 'account')} in use."
    return SetUpTask("accounts", "Who signs in", len(found) > 1, stands)
