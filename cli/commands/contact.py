"""The people Cairn writes to: of an agency (first, deputy, senior), or a role of the committee."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Exit, Option

from cli.confirm import typed
from cli.options import Reason, day, keep, look, story
from cli.output import answer, answer_in_a_sentence, entries, say, spoken
from cli.register_lines import tell_history
from cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workflows.views.contact_list import ContactLine

ACCEPTED = "Its channel accepted the letter: look whether it arrived."
NOT_ACCEPTED = "Its channel did not accept it."

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
OneContact = Annotated[
    int | None, Argument(metavar="NUMBER", help="One contact; all of them if not said.", show_default=False)
]
News = Annotated[
    str,
    Option(
        "--news",
        metavar="HOW",
        help="How news that asks nothing is sent: at milestones (an agency's, if not said), weekly, each alone, none.",
    ),
]
NewName = Annotated[str, Option("--name", metavar="NAME", help="The right name.")]
NewHours = Annotated[str, Option("--hours", metavar="HOURS", help="The right hours, such as 09:00-17:00.")]
Address = Annotated[str, Argument(metavar="ADDRESS", help="An e-mail address, or the URL of another channel.")]
Starts = Annotated[date, Option("--from", parser=day, metavar="DATE", help="The first day away.")]
Ends = Annotated[date, Option("--to", parser=day, metavar="DATE", help="The last day away.")]


@app.command()
@keep
def add(
    session: Session,
    role: Role,
    name: Name,
    channel: Channels,
    agency: AgencyOf = "",
    hours: Hours = "09:00-17:00",
    working: Calendar = "",
    news: News = "",
) -> None:
    """Enter somebody Cairn writes to. Addresses are kept encrypted and never shown."""
    from records import contacts
    from workflows.verbs.contacts import add_contact
    from workflows.views.contact_list import written_to_instead

    with session.uow(keeps=True) as uow:
        channels = _channels(channel)
        who = {"role": role, "name": name, "agency": agency, "hours": hours, "calendar": working, "news": news}
        number = add_contact(uow, channels=channels, **who)
        role = role.strip()
        place = _place(contacts.get(uow.tx, number).agency, role, session.called(uow.tx, (role,)))
        instead = written_to_instead(uow.tx, number, uow.today)
    _done(session, number, f"Contact {number} is entered: {name.strip()}, {place}. {instead}".rstrip())


@app.command("list")
@look
def list_(session: Session) -> None:
    """List everybody Cairn writes to, with who is away and who could not be reached."""
    from workflows.views.contact_list import contact_list

    with session.reading() as tx:
        found = contact_list(tx, session.today)
        called = session.called(tx, (one.role for one in found if not one.agency))
    answer(found, lambda _: _tell(found, called), as_json=session.as_json)


@app.command("test")
@look
def test_letter(session: Session, address: Address) -> None:
    """Send one test letter to one address, at once, and say what its channel answered. It is about no case."""
    from workflows.messages.test_letter import send_test_letter

    with session.installation() as installation:
        found = send_test_letter(installation.post, address.strip(), session.now)
    said, style = (ACCEPTED, "good") if found.outcome == "accepted" else (NOT_ACCEPTED, "bad")
    facts = {"outcome": found.outcome, "detail": found.detail}
    answer_in_a_sentence(f"{said} {found.detail}", style, as_json=session.as_json, **facts)
    if found.outcome != "accepted":
        raise Exit(1)


@app.command()
@look
def history(session: Session, number: OneContact = None) -> None:
    """Show what was done about a contact (about all of them), when and by whom. No name or address is on record."""
    from workflows.views.contact_list import contact_history

    with session.reading() as tx:
        tell_history(session, tx, contact_history(tx, number))


@app.command()
@keep
def change(
    session: Session,
    number: Number,
    name: NewName = "",
    hours: NewHours = "",
    working: Calendar = "",
    news: News = "",
    reason: Reason = "",
) -> None:
    """Put right the name, hours or calendar of somebody Cairn writes to, or how they want news."""
    from workflows.verbs.contacts import change_contact

    with session.uow(keeps=True) as uow:
        change_contact(uow, number, name=name, hours=hours, calendar=working, news=news, reason=reason)
    _done(session, number, f"Contact {number} is put right.")


@app.command()
@keep
def away(session: Session, number: Number, starts: Starts, ends: Ends) -> None:
    """Enter when somebody is away, first and last day included: a deputy is told meanwhile."""
    from workflows.verbs.contacts import set_away

    with session.uow(keeps=True) as uow:
        set_away(uow, number, starts, ends)
    _done(session, number, f"Contact {number} is away from {spoken(starts)} to {spoken(ends)}.")


@app.command()
@keep
def retire(session: Session, number: Number, reason: Reason = "") -> None:
    """Write to somebody no more; what was sent stays on record."""
    from workflows.verbs.contacts import retire_contact

    with session.uow(keeps=True) as uow:
        retire_contact(uow, number, reason)
    _done(session, number, f"Contact {number} is written to no more.")


@app.command()
@keep
def channels(session: Session, number: Number, channel: Channels) -> None:
    """Replace the channels of somebody; a mark that they could not be reached is taken away."""
    from workflows.verbs.contacts import change_channels

    replaced = _channels(channel)
    with session.uow(keeps=True) as uow:
        change_channels(uow, number, replaced)
    _done(session, number, f"Contact {number} is now reached by {' and '.join(name for name, _ in replaced)}.")


def _channels(written: list[str]) -> list[tuple[str, str]]:
    from workflows.verbs.contacts import channel_written

    asked = [one for one in written if one.strip().replace("-", "").isalnum()]  # the name of a channel alone
    return [(one.strip(), _asked(one.strip()).strip()) if one in asked else channel_written(one) for one in written]


def _asked(channel: str) -> str:
    missing = f"write {channel}=ADDRESS, or give the address on standard input."
    return typed(f"Address of the channel {channel}", missing, hidden=True)


def _done(session: Session, number: int, sentence: str) -> None:
    answer_in_a_sentence(sentence, as_json=session.as_json, id=number, did=sentence)


def _tell(found: tuple[ContactLine, ...], called: Mapping[str, str]) -> None:
    entries(_contact(one, called) for one in found)
    if not found:
        say(
            "Nobody is entered yet: a message becomes a task for whoever leads the case (cairn contact add).",
            "warn",
        )


def _contact(one: ContactLine, called: Mapping[str, str]) -> tuple[str, str, str]:
    first = f"{one.id:>3}  {one.name}, {_place(one.agency, one.role, called)}"
    gone = [f"away {spoken(each.starts)} to {spoken(each.ends)}" for each in one.away]
    trouble = [f"COULD NOT BE REACHED since {spoken(one.trouble_since)}"] if one.trouble_since else []
    reached = f"by {' and '.join(one.channels)}" if one.channels else "NO CHANNEL"
    news = [f"news {one.news}"] if one.news else []
    return (
        first,
        "; ".join((reached, one.reached_at, *news, *gone, *trouble, *filter(None, (one.instead,)))),
        "bad" if trouble else "warn" if one.instead else "",
    )


def _place(agency: str, role: str, called: Mapping[str, str]) -> str:
    return f"{role} contact of {agency}" if agency else called[role]
