"""Letters: what is owed, sent and given up, each with every try and what its channel answered."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records.need_to_know import hidden_from
from web.guard import At
from web.narrowing import narrowing
from web.pages.my_work import Page
from workflows.views.message_fates import FATES
from workflows.views.outbox import later, outbox

router = APIRouter()

MOST = 50


@router.get("/outbox", name="outbox")
def messages(at: At, page: Page = 1) -> Response:
    """Show the messages, the newest first, narrowed by a case and by what became of them."""
    narrowed = narrowing(at, "outbox")
    status = tuple(one for one in (narrowed.said["status"],) if one in FATES)
    with at.reading() as tx:
        hidden = hidden_from(tx, at.viewer.actor.account)
        found = outbox(tx, narrowed.said["ref"].strip(), status, MOST + 1, MOST * (page - 1), hidden=hidden)
        ahead = later(tx, at.now, hidden)
    fates = tuple((name, one.listed) for name, one in FATES.items())
    return at.page(
        "outbox.html",
        messages=found.messages[:MOST],
        nothing=found.nothing,
        later=ahead,
        narrowed=narrowed,
        fates=fates,
        here=page,
        more=len(found.messages) > MOST,
    )
