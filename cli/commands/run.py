"""Running Cairn: all of it, or one sweep, one delivery, one look at its health."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from typer import Argument, BadParameter, Exit, echo

from cli.options import look, read
from cli.output import answer, bullets, counted, entries, heading, say
from cli.session import Door

RoundName = Annotated[
    str, Argument(metavar="ROUND", help="sweep, deliver, digest, canary, yearly, audit, rehearsal, backup or alarm.")
]


def run() -> None:
    """Start Cairn: dates are watched and messages sent, until Ctrl-C. Started again, it goes on where it was."""
    from config.settings import settings
    from workflows.timetable.supervisor import run as start

    start(settings(), echo)


@read
def deploy(door: Door) -> None:
    """Register Cairn's rounds with the Prefect server of PREFECT_API_URL, for workers on any machine."""
    from config.settings import settings
    from workflows.flows import deploy as register

    names = register(settings())
    answer({"deployments": names}, _tell_deployed, as_json=door.as_json)


@look
def sweep(door: Door) -> None:
    """Look at every date that is due, and write the reminders and escalations that it calls for."""
    from workflows.messages.chase import sweep as look_at_all
    from workflows.timetable.heartbeat import ping

    with door.house() as house:
        swept = look_at_all(house.engine, door.now)
        ping(house.settings)
    answer(asdict(swept), _tell_swept, as_json=door.as_json)


@look
def deliver(door: Door) -> None:
    """Send every message that is owed and may go now."""
    from workflows.messages.deliver import deliver as send

    with door.house() as house:
        delivered = send(house.engine, house.post, door.now)
    answer(asdict(delivered), _tell_delivered, as_json=door.as_json)


@look
def round_(door: Door, name: RoundName) -> None:
    """Do one of the regular rounds by hand, where no Prefect does it by the clock.

    What each round does stands in docs/operations.md.
    """
    from workflows.timetable.rounds import ROUNDS

    if name not in ROUNDS:
        raise BadParameter(f"a round is one of {', '.join(ROUNDS)}, not {name[:40]!r}.")
    with door.house() as house:
        report = ROUNDS[name](house, door.now)
    answer(asdict(report), _tell_round, as_json=door.as_json)


@look
def doctor(door: Door) -> None:
    """Say what is well, what is wrong, and what to do about it. Ends with 1 when something is wrong."""
    from config.settings import settings
    from records.database import connect
    from workflows.installation.doctor import doctor as examine

    chosen = settings()
    engine = connect(chosen.database_url())
    try:
        found = examine(engine, chosen, door.now)
    finally:
        engine.dispose()
    answer([asdict(one) for one in found], _tell_findings, as_json=door.as_json)
    if not all(one.ok for one in found):
        raise Exit(1)


def _tell_deployed(facts: dict[str, Any]) -> None:
    heading("Registered")
    bullets(facts["deployments"])
    say("Start workers, on any machine with Cairn, with: prefect worker start --pool cairn")


def _tell_round(one: dict[str, Any]) -> None:
    say(f"{one['headline']}.")
    bullets(one["lines"])


def _tell_swept(one: dict[str, Any]) -> None:
    say(f"{counted(one['looked_at'], 'date')} looked at; reminders and escalations owed: {one['climbed']}.")
    if one["late"]:
        say(f"  {one['late']} of them late; {one['passed_over']} earlier ones passed over.", "warn")
    if one["released"]:
        say(f"  {counted(one['released'], 'draft')} let go: nobody said yes or no in time.", "warn")
    if one["withdrawn"]:
        say(f"  {counted(one['withdrawn'], 'draft')} withdrawn: not wanted any more; cairn history says why.")
    if one["reachable"]:
        say(f"  {counted(one['reachable'], 'task')} settled: somebody can be reached there again.", "good")
    if one["stuck"]:
        say(f"  {counted(one['stuck'], 'date')} could not be dealt with: the next sweep looks again.", "bad")


def _tell_delivered(one: dict[str, Any]) -> None:
    say(f"{counted(one['sent'], 'letter')} sent.", "good" if one["sent"] else "")
    if one["waiting"]:
        say(f"  {one['waiting']} not accepted yet: tried again later, for up to 72 hours.", "warn")
    if one["untried"]:
        say(f"  {one['untried']} not tried, because a server hangs: they go in the next round.", "warn")
    if one["failed"]:
        say(f"  {one['failed']} given up: the lead officer has a task (cairn tasks).", "bad")
    if one["overtaken"]:
        say(f"  {counted(one['overtaken'], 'message')} not sent: the ground for it was gone.", "quiet")


def _tell_findings(found: list[dict[str, Any]]) -> None:
    entries((f"{_mark(one)} {one['sentence']}", one["remedy"], _style(one)) for one in found)
    wrong = sum(not one["ok"] for one in found)
    say(f"{counted(wrong, 'thing')} to put right." if wrong else "All is well.", "bad" if wrong else "good")


def _mark(one: dict[str, Any]) -> str:
    return "wrong:" if not one["ok"] else "advice:" if one["remedy"] else "well:"


def _style(one: dict[str, Any]) -> str:
    return "bad" if not one["ok"] else "warn" if one["remedy"] else "good"
