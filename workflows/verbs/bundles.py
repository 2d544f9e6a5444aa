"""Handing out the bundle of a case: who made it, for whom, and the grounds for what is left out, on record."""

from __future__ import annotations

from typing import Any

from records import audit_log, cases, need_to_know
from records.audit_log import AuditEntry
from states.errors import BadAnswer, NotPossible, StaleVersion
from states.roles import AUDITOR
from states.words import day_and_time
from workflows.bundle.bundle_request import BundleRequest
from workflows.bundle.package import MadeBundle
from workflows.unit_of_work import UnitOfWork, check_words
from workflows.views.bundles_made import LOG, MADE, bundles_made

MAY_MAKE = ("lead_officer", "deputy_lead_officer", AUDITOR)
NOT_YOURS = "A bundle of a case is made by whoever keeps the case, the deputy or the auditor."
WENT_ON = "{ref} went on while its bundle was made: make it again, and it has the newest entry too."
MADE_ALREADY = "This bundle was made already, on {at}, and handed out: it is on record. Fill in the form for another."
NOWHERE = "“{what}” is to be left out and stands nowhere: look at how it is written, or name it no more."


def check_bundle(uow: UnitOfWork, ref: str, wanted: BundleRequest) -> None:
    """Refuse a bundle that may not be made: by somebody else than those who may, or with words that cannot be kept."""
    if uow.actor.role not in MAY_MAKE:
        raise NotPossible(NOT_YOURS)
    need_to_know.check_named(uow.tx, ref, uow.actor.account)
    if not wanted.recipient:
        raise BadAnswer("Say whom the bundle is for.")
    check_words(uow, cases.find(uow.tx, ref, to_change=False), wanted.recipient, wanted.why)
    for one in bundles_made(uow.tx, ref) if wanted.once else ():
        if one.once == wanted.once:
            raise NotPossible(MADE_ALREADY.format(at=day_and_time(one.at)))


def record_bundle(uow: UnitOfWork, made: MadeBundle) -> AuditEntry:
    """Put on record that a bundle was made. Raises StaleVersion where the case has gone on since.

    Raises BadAnswer where something was to be left out that stands nowhere: it may have been spelt in another way.
    """
    contents = made.contents
    ref, wanted = contents.case.ref, contents.wanted
    check_bundle(uow, ref, wanted)
    if cases.find(uow.tx, ref, to_change=False).dossier.sequence != len(contents.entries):
        raise StaleVersion(WENT_ON.format(ref=ref))
    if contents.unfound:
        raise BadAnswer(*(NOWHERE.format(what=one) for one in contents.unfound))
    grounds: dict[str, int] = {}
    for one in contents.omissions:
        grounds[one.ground] = grounds.get(one.ground, 0) + one.places
    data: dict[str, Any] = {
        "recipient": wanted.recipient,
        "entries": len(contents.entries),
        "letters": len(contents.letters),
        "files": sum(not one.ground for one in contents.files),
        "grounds": dict(sorted(grounds.items())),
        "checkpoint": made.digest,
        **({"once": wanted.once} if wanted.once else {}),
    }
    return audit_log.append(uow.tx, LOG, ref, MADE, uow.actor, uow.now, reason=wanted.why, data=data)
