"""The history of a case: what was recorded, and what was known on a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from cli.options import Ref, day, look
from cli.output import answer, bullets, entries, heading, pairs, say, spoken
from cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from records.cases import Case
    from states.dossier import Dossier
    from states.entry import Entry
    from states.procedure import Procedure

AsAt = Annotated[
    date | None, Option("--as-at", parser=day, metavar="DATE", help="As it was known at the end of that day.")
]
NO_DATE = {"unset": "no date", "held": "held", "running": "no date"}
Told = tuple["Entry", "Procedure", "Dossier"]


@look
def history(session: Session, ref: Ref, as_at: AsAt = None) -> None:
    """Show what was recorded on a case, by whom and when; with --as-at only what was known by the end of that day."""
    from records import cases

    with session.reading() as tx:
        case = cases.find(tx, ref, to_change=False)
        told = list(_replayed(tx, case, _end_of(as_at) if as_at else None))
    answer(_facts(case, told, as_at), _tell, as_json=session.as_json)


def _end_of(last: date) -> datetime:
    from states.moments import start_of

    return start_of(last + timedelta(days=1)) - timedelta(microseconds=1)


def _replayed(tx: Connection, case: Case, known_at: datetime | None) -> Iterator[Told]:
    """Each entry with the edition it was made under and what the case then added up to."""
    from records import history as kept
    from records.editions import Shelf
    from states.dossier import Dossier
    from states.fold import fold

    found = kept.entries(tx, case.id, known_at=known_at)
    first = found[0].data if found else {}
    edition, digest = first.get("edition", case.dossier.edition), first.get("digest", case.dossier.digest)
    dossier, shelf = Dossier(ref=case.ref, edition=edition, digest=digest), Shelf(tx)
    for entry in found:
        dossier = fold(dossier, entry, shelf)
        yield entry, shelf.procedure(dossier.digest), dossier


def _facts(case: Case, told: list[Told], as_at: date | None) -> dict[str, Any]:
    from cli.narrative import by_whom, sentence

    lines = [
        {**entry.model_dump(mode="json"), "says": sentence(procedure, entry, dossier), "by": by_whom(procedure, entry)}
        for entry, procedure, dossier in told
    ]
    return {"ref": case.ref, "as_at": as_at, "entries": lines, "then": _then(told[-1]) if told else None}


def _then(last: Told) -> dict[str, Any]:
    from cli.narrative import owed_date
    from config.phrases import loosened_words

    _, procedure, dossier = last
    return {
        "state": dossier.state,
        "stands": procedure.label_of("states", dossier.state),
        "edition": dossier.edition,
        "version": dossier.version,
        "lead": dossier.lead,
        "agencies": list(dossier.agencies),
        "fields": dossier.fields,
        "dates": [
            {
                "key": one.key,
                "label": owed_date(procedure, one),
                "due": one.due_on,
                "status": one.status,
                "note": loosened_words(procedure.timescales.get(one.timescale)),
            }
            for one in dossier.open_deadlines()
        ],
    }


def _tell(facts: dict[str, Any]) -> None:
    heading(f"{facts['ref']}  History" + (f" as it was known on {spoken(facts['as_at'])}" if facts["as_at"] else ""))
    if facts["then"] is None:
        say("  Nothing had been recorded by then.")
        return
    entries(_line(one) for one in facts["entries"])
    if facts["as_at"]:
        _tell_then(facts["then"])


def _line(one: dict[str, Any]) -> tuple[str, str, str]:
    recorded = date.fromisoformat(one["recorded_at"][:10])
    later = f"; recorded {spoken(recorded)}" if one["recorded_at"][:10] > one["happened_on"] else ""
    why = f"; {one['reason']}" if one["reason"] else ""
    authority = f"; on the authority of {one['authority'].replace('_', ' ')}" if one["authority"] else ""
    style = "quiet" if one["actor"]["role"] == "system" else ""
    return (
        f"{one['sequence']:>3}  {spoken(one['happened_on'])}: {one['says']}",
        f"{one['by']}{authority}{later}{why}",
        style,
    )


def _tell_then(then: dict[str, Any]) -> None:
    say()
    heading("What the case added up to")
    pairs([("Stood in", then["stands"]), ("Lead officer", then["lead"]), ("Agencies", ", ".join(then["agencies"]))])
    bullets(f"{one['label']}: {_due(one)}" for one in then["dates"])


def _due(one: dict[str, Any]) -> str:
    return "; ".join(filter(None, (spoken(one["due"]) or NO_DATE[one["status"]], one["note"])))
