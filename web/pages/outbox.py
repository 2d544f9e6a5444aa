"""Letters: what is owed, sent and given up, each with every try and what its channel answered; and what came back."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from web.answers import Filled
from web.desk import Desk
from web.form_routes import form_at
from web.guard import At
from web.keeping import MAY_SAY_WHY, WHY, Keeping
from web.list_filters import list_filters
from web.pages.my_work import Page
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.incoming_mail import settle_mail
from workflows.verbs.letter_link import take_back_link
from workflows.verbs.letters import record_bounce, send_again
from workflows.views.inbox import one as mail_called
from workflows.views.message_fates import FATES
from workflows.views.outbox import later, outbox
from workflows.views.question import Question

router = APIRouter()

MOST = 50
HERE = "/outbox"
CAME_BACK = "The letter is recorded as come back: what was in it waits for a person."
SEEN_TO, WAS_SEEN_TO = "The mail is seen to.", "The mail was seen to before: nothing was changed."
DID = (Question("did", "What was done with it", help="It stays on record."),)
NO_LINK = "The link of letter {letter} is taken back. The next letter to {agency} brings another."


@router.get(HERE, name="outbox")
def messages(at: At, page: Page = 1) -> Response:
    """Show the messages, the newest first, filtered by a case and by what became of them."""
    filters = list_filters(at, "outbox")
    status = tuple(one for one in (filters.said["status"],) if one in FATES)
    with at.reading() as tx:
        hidden = at.hidden(tx)
        found = outbox(tx, filters.said["ref"].strip(), status, MOST + 1, MOST * (page - 1), hidden=hidden)
        ahead = later(tx, at.now, hidden)
    fates = tuple((name, one.listed) for name, one in FATES.items())
    return at.page(
        "outbox.html",
        messages=found.messages[:MOST],
        nothing=found.nothing,
        later=ahead,
        filters=filters,
        fates=fates,
        here=page,
        more=len(found.messages) > MOST,
    )


@form_at(f"{HERE}/{{letter}}/again", "outbox_again")
def _again(_: Desk, letter: str) -> Keeping:
    """Send a message again that reached nobody, to whoever can be reached at its place now."""

    def do(uow: UnitOfWork, filled: Filled) -> str:
        case, _ = send_again(uow, letter, filled.word("reason"))
        return f"{case.ref}: it goes again."

    return Keeping("Send a message again", "Send it", HERE, (MAY_SAY_WHY,), do)


@form_at(f"{HERE}/{{letter}}/bounced", "outbox_bounced")
def _bounced(_: Desk, letter: str) -> Keeping:
    """Record that an accepted letter came back after all, and why: what was in it counts as not told."""

    def do(uow: UnitOfWork, filled: Filled) -> str:
        record_bounce(uow, letter, filled.word("reason"), on=filled.day("on"))
        return CAME_BACK

    asked = (WHY, Question("on", "The day it came back, if not today", "date", ask="may"))
    return Keeping("Record that a letter came back", "Record it", HERE, asked, do)


@form_at(f"{HERE}/{{letter}}/link/end", "outbox_unlink")
def _unlinked(_: Desk, letter: str) -> Keeping:
    """Take back the link in a letter to an agency: nobody can answer by it any more, whoever has the letter."""

    def do(uow: UnitOfWork, filled: Filled) -> str:
        link = take_back_link(uow, letter, filled.word("reason"))
        return NO_LINK.format(letter=link.short, agency=link.agency)

    return Keeping("Take back the link in a letter", "Take it back", HERE, (WHY,), do)


@form_at("/inbox/{mail}/done", "inbox_done", rule="inbox")
def _seen_to(at: Desk, mail: str) -> Keeping:
    """Say that a mail that came back was seen to, and what was done with it; it is read where it lies."""
    with at.reading() as tx:
        found = mail_called(tx, mail, at.hidden(tx))

    def do(uow: UnitOfWork, filled: Filled) -> str:
        return SEEN_TO if settle_mail(uow, found.id, filled.word("did")) else WAS_SEEN_TO

    return Keeping("A mail that came back", "It is seen to", HERE, DID, do, note=found.what)
