"""The people Cairn writes to: of an agency (first, deputy, senior), or a role of the committee."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated, Any

from typer import Argument, BadParameter, Option, prompt

from cli.options import day, look, story
from cli.output import answer, entries, say, spoken
from cli.session import Session

app = story("The people Cairn writes to: entered, away, reached by other channels, gone.")

Number = Annotated[int, Argument(metavar="NUMBER", help="The contact, as cairn contact list numbers it.")]
AgencyOf = Annotated[str, Option("--agency", metavar="AGENCY", help="The agency; leave out for the committee.")]
Role = Annotated[
    str, Option("--role", metavar="ROLE", help="first, deputy or senior of an agency; or a role, such as chair.")
]
Name = Annotated[str, Option("--name", metavar="NAME", help="The name of the person or desk.")]
Channels = Annotated[
    list[str],
    Option(
        "--channel",
        metavar="CHANNEL[=ADDRESS]",
        help="Such as email=desk@agency.example; repeat it. Without an address it is asked for, unseen.",
    ),
]
Hours = Annotated[str, Option("--hours", metavar="HOURS", help="When messages may reach them, such as 09:00-17:00.")]
Calendar = Annotated[
    str, Option("--calendar", metavar="NAME", help="The calendar of their working days (cairn calendar list).")
]
Starts = Annotated[date, Option("--from", parser=day, metavar="DATE", help="The first day away.")]
Ends = Annotated[date, Option("--to", parser=day, metavar="DATE", help="The last day away.")]


@app.command()
@look
def add(
    session: Session,
    role: Role,
    name: Name,
    channel: Channels,
    agency: AgencyOf = "",
    hours: Hours = "09:00-17:00",
    working: Calendar = "scotland",
) -> None:
    """Enter somebody Cairn writes to. Addresses are kept encrypted and never shown."""
    from cli.session import calendar
    from records import contacts

    calendar(working)
    _check_role(agency.strip(), role.strip())
    channels = _channels(channel)
    with session.installation() as installation, _writing(installation) as tx:
        who = {"agency": agency.strip(), "role": role.strip(), "name": name.strip()}
        number = contacts.add(tx, installation.keys, **who, channels=channels, hours=hours, calendar=working)
    _done(session, number, f"Contact {number} is entered: {name}, {_place(agency, role)}.")


@app.command("list")
@look
def list_(session: Session) -> None:
    """List everybody Cairn writes to, with who is away and who could not be reached."""
    import json

    from records import queries

    with session.reading() as tx:
        away = queries.absences(tx, session.today)
        rows = queries.contacts(tx)
    facts = [
        {
            **{name: row[name] for name in ("id", "agency", "role", "name", "hours", "calendar", "trouble_since")},
            "channels": [one["channel"] for one in json.loads(row["channels"])],
            "away": [{"from": one["starts"], "to": one["ends"]} for one in away.get(row["id"], ())],
        }
        for row in rows
    ]
    answer(facts, _tell, as_json=session.as_json)


@app.command()
@look
def away(session: Session, number: Number, starts: Starts, ends: Ends) -> None:
    """Enter when somebody is away, first and last day included: a deputy is told meanwhile."""
    from records import contacts

    with session.installation() as installation, _writing(installation) as tx:
        contacts.away(tx, number, starts, ends)
    _done(session, number, f"Contact {number} is away from {spoken(starts)} to {spoken(ends)}.")


@app.command()
@look
def retire(session: Session, number: Number) -> None:
    """Write to somebody no more; what was sent stays on record."""
    from records import contacts

    with session.installation() as installation, _writing(installation) as tx:
        contacts.retire(tx, number)
    _done(session, number, f"Contact {number} is written to no more.")


@app.command()
@look
def channels(session: Session, number: Number, channel: Channels) -> None:
    """Replace the channels of somebody; a mark that they could not be reached is taken away."""
    from records import contacts

    replaced = _channels(channel)
    with session.installation() as installation, _writing(installation) as tx:
        contacts.change_channels(tx, installation.keys, number, replaced)
    _done(session, number, f"Contact {number} is now reached by {' and '.join(name for name, _ in replaced)}.")


def _check_role(agency: str, role: str) -> None:
    """A role of the committee that nobody ever writes to is a slip of the pen."""
    from cli.session import guidance
    from config.procedures import names
    from config.settings import settings
    from states.errors import BadAnswer

    editions = [guidance(name) for name in names()] if not agency else []
    known = {role for one in editions for role in (*one.roles, *one.bodies)} | set(settings().alarm_roles)
    if not agency and role not in known:
        raise BadAnswer(f"No edition writes to a role {role[:40]!r}: it is one of {', '.join(sorted(known))}.")


def _writing(installation: Any) -> Any:
    from records.database import transaction

    return transaction(installation.engine)


def _channels(written: list[str]) -> list[tuple[str, str]]:
    from notifications.channels import check_address
    from states.errors import BadAnswer

    found = []
    for one in written:
        name, sign, address = one.partition("=")
        where = (address if sign else _asked(name)).strip()
        fault = check_address(where) if where else f"Say where the channel {name!r} leads."
        if fault:
            raise BadAnswer(fault)
        found.append((name.strip(), where))
    return found


def _asked(channel: str) -> str:
    if sys.stdin.isatty():
        return str(prompt(f"Address of the channel {channel}", hide_input=True))
    line = sys.stdin.readline()
    if not line.strip():
        raise BadParameter(f"write {channel}=ADDRESS, or give the address on standard input.")
    return line


def _done(session: Session, number: int, sentence: str) -> None:
    answer({"id": number, "did": sentence}, lambda _: say(sentence), as_json=session.as_json)


def _tell(found: list[dict[str, Any]]) -> None:
    entries(_contact(one) for one in found)
    if not found:
        say("Nobody is entered yet: every message becomes a task for the lead officer (cairn contact add).", "warn")


def _contact(one: dict[str, Any]) -> tuple[str, str, str]:
    first = f"{one['id']:>3}  {one['name']}, {_place(one['agency'], one['role'])}"
    gone = [f"away {spoken(each['from'])} to {spoken(each['to'])}" for each in one["away"]]
    trouble = [f"COULD NOT BE REACHED since {spoken(one['trouble_since'].date())}"] if one["trouble_since"] else []
    reached = f"by {' and '.join(one['channels'])}" if one["channels"] else "NO CHANNEL"
    return first, "; ".join((reached, f"{one['hours']} ({one['calendar']})", *gone, *trouble)), "bad" if trouble else ""


def _place(agency: str, role: str) -> str:
    return f"{role} contact of {agency}" if agency else role.replace("_", " ")
