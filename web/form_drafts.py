"""Autosave: what somebody types in a form is kept on the server until it is done, and never in the browser."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, Response

from records import form_drafts
from records.form_drafts import FormDraft
from states.errors import BadAnswer
from states.words import time_of_day
from web.desk import Desk
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.form_draft import forget_form, keep_form

OWN = frozenset({"form_token", "form_key", "seen", "entry", "confirmed", "change", "keep", "afresh"})
"""Fields of the desk's own, beside those of a form."""
BY_ITSELF = "by itself"
"""What a page says that keeps a form while somebody types."""


LOOK = "look"
"""What the address of a form says where what was typed is looked at before the yes: the key of the form."""


def address_of(desk: Desk) -> str:
    """Where a form stands: its address with what was chosen on the pages before it."""
    url = desk.request.url
    query = urlencode([pair for pair in parse_qsl(url.query, keep_blank_values=True) if pair[0] != LOOK])
    return f"{url.path}?{query}" if query else url.path


def typed(desk: Desk) -> tuple[tuple[str, str], ...]:
    """What was typed in a form, without the fields of the desk's own."""
    return tuple((name, said) for name, said in desk.form.multi_items() if name not in OWN and isinstance(said, str))


def begun(desk: Desk) -> FormDraft | None:
    """What was typed in this form before, and kept."""
    with desk.reading() as tx:
        return form_drafts.find(tx, desk.installation.keys, desk.signed_in.account.id, address_of(desk), desk.now)


def keep(desk: Desk, title: str, ref: str) -> FormDraft:
    """Keep what was typed in a form of that title, about a case."""
    said = desk.said("entry")
    entry = int(said) if said.isdecimal() else 0
    with desk.uow() as uow:
        return keep_form(uow, address_of(desk), typed(desk), entry, title=title, ref=ref)


def kept_by_itself(desk: Desk, title: str, ref: str) -> Response:
    """Keep what was typed so far, and say so in a few words for the page that asked."""
    try:
        return PlainTextResponse(
            f"Kept for you at {time_of_day(keep(desk, title, ref).saved_at)}. Nothing is written yet."
        )
    except BadAnswer as refused:
        return PlainTextResponse(str(refused), 422)


def forget(uow: UnitOfWork, desk: Desk) -> None:
    """Forget what was kept: it is done."""
    forget_form(uow, address_of(desk))


def as_form(draft: FormDraft) -> FormData:
    """What was kept, as a form takes it."""
    return FormData(list(draft.typed))
