"""Webhooks: addresses that are told of entries, entered and ended by an administrator, on record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from notifications.webhook_post import check_address
from records import webhooks
from records.webhooks import Webhook
from states.answers import tidy
from states.entry import KINDS
from states.errors import BadAnswer, NotFound, NotPossible
from states.moments import start_of
from workflows.unit_of_work import UnitOfWork, check_day, check_words
from workflows.verbs.tokens import check_administrator

LONGEST = 500
UNKNOWN = "No entry is of the kind {names}: it is one of {known}."


def make_webhook(
    uow: UnitOfWork, address: str, kinds: Collection[str], own: Collection[str], reason: str = ""
) -> tuple[Webhook, str]:
    """Have an address be told of entries of some kinds (none: of all); returns it, and its secret, shown once.

    `own` are hosts of one's own network that are meant. Raises NotPossible for whoever is no administrator, BadAnswer
    for an address that nothing may be sent to.
    """
    check_administrator(uow)
    check_words(uow, None, reason)
    address = tidy(address)
    if len(address) > LONGEST:
        raise BadAnswer(f"The address is longer than {LONGEST} characters: shorten it.")
    check_address(address, own)
    strangers = sorted(set(kinds) - set(KINDS))
    if strangers:
        raise BadAnswer(UNKNOWN.format(names=", ".join(one[:40] for one in strangers), known=", ".join(KINDS)))
    return webhooks.make(uow.tx, uow.keys, address, tuple(dict.fromkeys(kinds)), uow.actor, uow.now, reason)


def end_webhook(uow: UnitOfWork, number: int, reason: str) -> Webhook:
    """Tell an address of nothing any more."""
    found = _checked(uow, number, reason)
    webhooks.switch_off(uow.tx, number, uow.actor, uow.now, reason)
    return found


def owe_again(uow: UnitOfWork, number: int, since: date, reason: str) -> int:
    """Have an address be told again of what it was told, or missed, since a day; of how many entries."""
    _checked(uow, number, reason)
    check_day(uow, since)
    return webhooks.owe_again(uow.tx, number, start_of(since), uow.actor, uow.now, reason)


def _checked(uow: UnitOfWork, number: int, reason: str) -> Webhook:
    check_administrator(uow)
    check_words(uow, None, reason)
    found = next((one for one in webhooks.read(uow.tx) if one.id == number), None)
    if found is None:
        raise NotFound(f"There is no webhook number {number}.")
    if not tidy(reason):
        raise BadAnswer("Say why: this needs its reason.")
    if not found.active:
        raise NotPossible(f"Webhook {number} is ended: make another.")
    return found
