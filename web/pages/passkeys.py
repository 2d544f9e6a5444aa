"""One's own passkeys: made in this browser, and taken away."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from records import passkeys as kept
from states.errors import Refused
from web.desk import Desk
from web.errors import refusal
from web.guard import At
from web.pages.sign_in import chosen, site_of
from workflows.verbs.passkeys import NewPasskey, add_passkey, new_challenge, options, remove_passkey
from workflows.verbs.sign_in import count_try

router = APIRouter()


@router.get("/passkeys", name="passkeys")
def passkeys(at: At) -> Response:
    """Show one's passkeys, and offer to make another."""
    return _shown(at)


@router.post("/passkeys", name="passkeys")
def add(at: At) -> Response:
    """Keep a passkey that the browser made."""
    try:
        with at.uow() as uow:
            count_try(uow, at.signed_in.account.sign_in, at.address)
        with at.uow() as uow:
            made = NewPasskey(at.said("passkey_name"), at.said("passkey"), at.said("challenge"))
            add_passkey(uow, at.signed_in.account.id, chosen(at).password, made, site_of(at))
    except Refused as refused:
        return _shown(at, refused)
    return at.go_to("/passkeys")


@router.post("/passkeys/{number}/remove", name="passkey_remove")
def remove(at: At, number: int) -> Response:
    """Take one away."""
    with at.uow() as uow:
        remove_passkey(uow, at.signed_in.account.id, number)
    return at.go_to("/passkeys")


def _shown(at: Desk, refused: Refused | None = None) -> Response:
    challenge = new_challenge(at.installation.keys, at.outside)
    with at.uow() as uow:
        own = kept.of_account(uow.tx, at.signed_in.account.id)
        asked = options(uow, at.signed_in.account.id, challenge, site_of(at), at.site.committee)
    return at.page("passkeys.html", **refusal(refused), passkeys=own, options=asked, challenge=challenge)
