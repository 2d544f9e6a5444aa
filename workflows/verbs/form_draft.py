"""A form begun at the desk: kept for whoever began it, and forgotten once it is done."""

from __future__ import annotations

from collections.abc import Iterable

from records import form_drafts
from records.form_drafts import FormDraft
from states.errors import BadAnswer
from workflows.unit_of_work import UnitOfWork

MOST_LETTERS = 200_000
TOO_LONG = "What you typed is too long to be kept for later: shorten it, or send it now."


def keep_form(
    uow: UnitOfWork, address: str, typed: Iterable[tuple[str, str]], entry: int, *, title: str = "", ref: str = ""
) -> FormDraft:
    """Keep what was typed for whoever typed it. `entry` is the last of the case they had seen. Raises BadAnswer."""
    draft = FormDraft(tuple(typed), entry, uow.now, address, title, ref)
    if sum(len(value) for _, value in draft.typed) > MOST_LETTERS:
        raise BadAnswer(TOO_LONG)
    form_drafts.keep(uow.tx, uow.keys, int(uow.actor.account), address, draft)
    return draft


def forget_form(uow: UnitOfWork, address: str) -> None:
    """Delete the draft of a form: it is done, or begun afresh."""
    form_drafts.forget(uow.tx, int(uow.actor.account), address)
