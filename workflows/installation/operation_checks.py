"""Checks of how an installation is doing, from its records: schedule, channels, the people it writes to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from config import procedures
from config.settings import Settings, edition
from config.subject_words import in_any_words
from records import contacts, heartbeats, row_security, search
from records.cases import CASES
from records.editions import was_another
from records.history import HISTORY
from records.mails import ATTEMPTS, MAILS
from records.outbox import MESSAGES
from records.triggers import missing_triggers
from records.unreadable_values import LAST_MOMENT
from states.errors import Refused
from states.next_step import Advice, NextStep, advice
from states.words import counted, day_and_time
from workflows.checks import Finding, Look, fault, well, well_or
from workflows.installation.held_folder import is_starting, runs
from workflows.installation.prefect_api import api_of, is_healthy
from workflows.installation.reach_checks import place_of

PATIENCE = 2.0
"""Seconds to wait for Prefect's server."""
LOOKED_BACK = timedelta(days=60)
"""How far back tries at delivery are read: every channel is tried once a week."""
LEEWAY = timedelta(minutes=2)
STUCK = timedelta(hours=1)
MOST_LOST = 5
RENEW = "Have whoever keeps the server say who changed it, and restore the last good backup into an empty database."
START_OR_SWEEP = advice("Start Cairn ({}), or sweep by hand ({}).", "run", "sweep")
START_OR_DELIVER = advice("Start Cairn ({}), or run {}.", "run", "deliver")
NOT_YET = "Prefect's server is not there yet."
LOOK_AGAIN = Advice("Cairn is starting: look again in a minute.")
RUNS = "Cairn runs: look again in ten minutes; if it is no better by then, {logs} says why."
LEAVE_RUNNING = advice("Leave Cairn running overnight: it is signed at 03:40.")
BACK_UP = advice("Make one now ({}).", NextStep("backup", {"file": ()}))
EXPECTED = {
    "sweep": ("The last sweep", timedelta(minutes=15), START_OR_SWEEP),
    "deliver": ("The last round of delivery", timedelta(minutes=10), START_OR_DELIVER),
    "checkpoint": ("The last checkpoint", timedelta(hours=26), LEAVE_RUNNING),
    "backup": ("The last backup", timedelta(hours=26), BACK_UP),
}
"""What ought to have been done lately, how old it may be, and what to do."""


def clock(look: Look) -> tuple[Finding, ...]:
    """Whether the clock of the machine has been set back behind what is already recorded."""
    last = look.tx.execute(select(func.max(HISTORY.c.recorded_at)).where(HISTORY.c.recorded_at <= LAST_MOMENT)).scalar()
    faults = []
    if last is not None and last > look.now + LEEWAY:
        remedy = "Set the clock right before anything is recorded: dates would be wrong."
        faults = [fault(f"The clock stands before the last entry of the history ({day_and_time(last)}).", remedy)]
    return well_or(faults, "The clock agrees with the history.")


def triggers(look: Look) -> tuple[Finding, ...]:
    """Whether the database still refuses changes to the history."""
    remedy = advice("Run {}: somebody may have changed the history. Then restore the last good backup.", "verify")
    faults = (fault(f"The history is not protected: {name} is missing.", remedy) for name in missing_triggers(look.tx))
    return well_or(faults, "The history can only grow.")


def row_level_security(look: Look) -> Iterator[Finding]:
    """Whether a database server itself keeps cases from those they are not open to."""
    if look.tx.dialect.name != "postgresql":
        return
    for table in row_security.missing_policies(look.tx):
        yield fault(f"The database no longer hides what is kept to named people: {table} is without its policy.", RENEW)
    if row_security.stands_above(look.tx):
        sentence = "The user of the database sees past its policies: what is kept to named people rests on the desk."
        yield well(sentence, "Give Cairn a user that is no superuser and has not BYPASSRLS (docs/operations.md).")
    else:
        yield well("The database itself hides what is kept to named people from all others at the desk.")


def rounds(look: Look) -> Iterator[Finding]:
    """How long ago each round last ended well."""
    known = heartbeats.last(look.tx)
    first = look.tx.execute(select(func.min(HISTORY.c.recorded_at))).scalar()
    for name, (what, may_be, remedy) in EXPECTED.items():
        last = known[name][0] if name in known else None
        since = last or (first if may_be > timedelta(hours=1) else look.now - 2 * may_be)
        ok = since is None or look.now - since <= may_be
        first_of = f"{what.replace('last', 'first')} is still to come."
        sentence = f"{what} ended well {_ago(look.now - last)} ago." if last else first_of
        yield well(sentence) if ok else fault(sentence, _unless_it_runs(look.settings, remedy))


def _unless_it_runs(settings: Settings, remedy: Advice) -> Advice:
    """What to do about a round that did not come; where Cairn runs already, there is nothing to start."""
    if remedy not in {START_OR_SWEEP, START_OR_DELIVER} or not runs(settings):
        return remedy
    logs = settings.installed_in.absolute() / "logs"
    return LOOK_AGAIN if is_starting(settings) else Advice(RUNS.format(logs=logs))


def prefect_server(look: Look) -> Iterator[Finding]:
    """Whether Prefect's server answers. Without one, rounds started by other means will do."""
    last = heartbeats.last(look.tx).get("sweep")
    fresh = last is not None and look.now - last[0] <= EXPECTED["sweep"][1]
    api = api_of(look.settings)
    if api is None:
        none, start = "No Prefect server runs here.", advice("Start Cairn ({}).", "run")
        again = is_starting(look.settings)
        yield fault(NOT_YET, LOOK_AGAIN) if again else well(none) if fresh else fault(none, start)
    elif is_healthy(api, timeout=PATIENCE):
        yield well("Prefect's server is well.")
    else:
        yield fault("Prefect's server does not answer.", advice("Start it, or Cairn ({}), again.", "run"))


def outbox_moves(look: Look) -> tuple[Finding, ...]:
    """Whether what is owed goes out."""
    late = select(func.count()).where(MESSAGES.c.status == "owed", MESSAGES.c.deliver_after < look.now - STUCK)
    stuck = look.tx.execute(late).scalar_one()
    words = f"{counted(stuck, 'message')} should have gone more than an hour ago."
    faults = [fault(words, _unless_it_runs(look.settings, START_OR_DELIVER))] if stuck else []
    return well_or(faults, "Nothing is owed that should have gone.")


def channels(look: Look) -> tuple[Finding, ...]:
    """Which channels stopped answering: the last try failed, and nothing has been accepted since."""
    tried = (
        select(MAILS.c.contact_id, MAILS.c.channel, ATTEMPTS.c.at, ATTEMPTS.c.outcome, ATTEMPTS.c.detail)
        .join(MAILS, MAILS.c.id == ATTEMPTS.c.mail_id)
        .where(ATTEMPTS.c.at >= look.now - LOOKED_BACK)
        .order_by(ATTEMPTS.c.at, ATTEMPTS.c.number)
    )
    good: dict[tuple[int, str], datetime] = {}
    bad: dict[tuple[int, str], tuple[datetime, str]] = {}
    for row in look.tx.execute(tried):
        place = (row.contact_id, row.channel)
        if row.outcome in {"accepted", "arrived"}:
            good[place] = row.at
            bad.pop(place, None)
        else:
            bad.setdefault(place, (row.at, row.detail))
    reachable = {reach.id: reach for reach in contacts.everybody(look.tx)}
    faults = [
        fault(
            _silent(place_of(reachable[who]), name, since, good.get((who, name)), said),
            _mend(said),
        )
        for (who, name), (since, said) in bad.items()
        if who in reachable and name in reachable[who].channels
    ]
    return well_or(faults, "Every channel that was tried answers.")


def _mend(said: str) -> Advice:
    if "certificate" in said.lower():
        return Advice("Name the file of the authority that signed it (ca=FILE in the address): the address is right.")
    return advice("Check the address, then {}.", "contact channels")


def editions_in_use(look: Look) -> tuple[Finding, ...]:
    """Whether the files say what open cases go by."""
    used = (
        select(CASES.c.edition, CASES.c.digest, func.count().label("cases"))
        .where(CASES.c.closed_on.is_(None))
        .group_by(CASES.c.edition, CASES.c.digest)
    )
    faults = [one for row in look.tx.execute(used) for one in _differs(look, row.edition, row.digest, row.cases)]
    return well_or(faults, "Every open case goes by an edition as its file has it.")


PUT_BACK = "They keep what they were opened under. Put the file back, and write what changes as a new edition."


def _differs(look: Look, name: str, digest: str, cases: int) -> Iterator[Finding]:
    try:
        if digest in {one.digest for one in in_any_words(edition(name, look.settings.local_file))}:
            return
    except Refused:
        if name in procedures.names():
            return  # what is wrong with the file is told once, where every file is looked at
    national = procedures.national(name)
    edited = national is not None and was_another(look.tx, national)
    words = "They keep what they were opened under. Move them over ({}), or put the file back."
    remedy = Advice(PUT_BACK) if edited else advice(words, "case move")
    go = "goes" if cases == 1 else "go"
    yield fault(f"{counted(cases, 'open case')} {go} by {name} as it was, not as its file now has it.", remedy)


def search_finds(look: Look) -> tuple[Finding, ...]:
    """Whether the index of the search is in step with the recommendations."""
    lost = list(search.not_found_by(look.tx))
    shown = ", ".join(lost[:MOST_LOST]) + (" and others" if len(lost) > MOST_LOST else "")
    remedy = advice("Run {}: it makes the index afresh.", "recommendation reindex")
    faults = (
        [fault(f"The search does not find {counted(len(lost), 'recommendation')} ({shown}).", remedy)] if lost else []
    )
    return well_or(faults, "The search finds every recommendation.")


def _silent(who: str, channel: str, since: datetime, good: datetime | None, said: str) -> str:
    last = f"last accepted {day_and_time(good)}" if good else "never accepted anything"
    return f"The channel {channel} to the {who} has not answered since {day_and_time(since)} ({last}): {said}"


def _ago(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            return counted(minutes // size, unit)
    return "less than a minute"
