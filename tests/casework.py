"""A case brought to where a test begins, everything that is kept, and a refusal that must leave all of it as it was."""

from __future__ import annotations

import tomllib
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from records import history
from records.database import reading
from records.outbox import MESSAGES, TASKS
from records.tables import METADATA
from states.errors import Refused
from tests.office import FIFE, POLICE, SMALL_EDITION
from workflows.verbs.advance import advance
from workflows.verbs.open import open_case
from workflows.verbs.request import answer, request

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from records.cases import Case
    from states.dossier import Deadline
    from states.entry import Entry
    from states.procedure import Procedure
    from tests.office import Office

MEGABYTE = "a" * 1_000_000
ODD = "a\x07bell"


def opened(office: Office, *, agencies: tuple[str, ...] = (FIFE, POLICE), **more: Any) -> Case:
    """A case just opened: its form is due on Sunday 8 March 2026."""
    given = {"answers": {"informed_on": "2026-03-01"}, "agencies": agencies, **more}
    return cast("Case", office.do(open_case, given.pop("edition", "small"), **given))


def gathering(office: Office, **more: Any) -> Case:
    """A case in which the agencies have been alerted."""
    return cast("Case", office.do(advance, opened(office, **more).ref, "gather"))


def asked(office: Office, *agencies: str, **more: Any) -> Case:
    """A case in which agencies (NHS Fife, unless named) were asked today, with two weeks to answer."""
    return cast("Case", office.do(request, gathering(office, **more).ref, "report", agencies or (FIFE,)))


def deciding(office: Office, **more: Any) -> Case:
    """A case before the committee: the decision is due ten working days after it came there."""
    case = asked(office, **more)
    office.do(answer, case.ref, FIFE)
    return cast("Case", office.do(advance, case.ref, "consider"))


def reviewing(office: Office, **answers: str) -> Case:
    """A case in review."""
    case = deciding(office)
    return cast(
        "Case",
        office.do(advance, case.ref, "decide_review", answers=answers, reason="There is much to learn.", role="chair"),
    )


def edited(**parts: Any) -> Procedure:
    """The small edition with some of its parts changed: a table is added to, anything else replaced."""
    from states.procedure import Procedure

    whole = tomllib.loads(SMALL_EDITION)
    for name, part in parts.items():
        whole[name] = {**whole.get(name, {}), **part} if isinstance(part, dict) else part
    return Procedure.model_validate(whole)


def part(table: str, name: str, **changes: Any) -> dict[str, Any]:
    """One entry of a table of the small edition with some of its keys changed, ready for `edited`."""
    return {name: {**tomllib.loads(SMALL_EDITION)[table][name], **changes}}


def transitions(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The transitions of the small edition, those named by their trigger with some keys changed."""
    return [{**move, **changes.get(move["trigger"], {})} for move in tomllib.loads(SMALL_EDITION)["transitions"]]


def date_of(case: Case, key: str) -> Deadline:
    """One date of a case."""
    return case.dossier.deadlines[key]


def entries(office: Office, case: Case) -> tuple[Entry, ...]:
    """The history of a case."""
    with reading(office.engine) as tx:
        return history.entries(tx, case.id)


def everything(office: Office) -> dict[str, list[Any]]:
    """Every row of every table, as its driver reads it: each refusal asks for this twice."""
    with reading(office.engine) as tx:
        driver: Any = tx.connection.dbapi_connection
        return {name: sorted(map(repr, driver.execute(f"SELECT * FROM {name}"))) for name in METADATA.tables}


def refused(office: Office, verb: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    """What a refused verb says; not a letter of what is kept has changed by it."""
    before = everything(office)
    with pytest.raises(Refused) as refusal:
        office.do(verb, *arguments, **more)
    assert everything(office) == before
    return str(refusal.value)


def messages(office: Office, **where: Any) -> list[Any]:
    """The messages owed so far, oldest first."""
    wanted = MESSAGES.select().order_by(
        MESSAGES.c.created_at, MESSAGES.c.sequence, MESSAGES.c.kind, MESSAGES.c.contact_id
    )
    for name, value in where.items():
        wanted = wanted.where(MESSAGES.c[name] == value)
    return office.rows(wanted)


def tasks(office: Office) -> list[Any]:
    """The tasks left for somebody."""
    return office.rows(TASKS.select().order_by(TASKS.c.created_at, TASKS.c.kind))


def mailbox(office: Office) -> list[EmailMessage]:
    """The letters in the mailbox folder, in the order they were written."""
    folder = Path(office.relay.removeprefix("mailbox://"))
    found = [
        cast("EmailMessage", message_from_bytes(one.read_bytes(), policy=policy.default))
        for one in folder.glob("*.eml")
    ]
    return sorted(found, key=lambda mail: (mail["Date"].datetime, mail["To"]))
