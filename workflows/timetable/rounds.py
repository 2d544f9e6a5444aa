"""The rounds that come by the clock, each as one plain function: what it does, and a report to read.

A report holds references and numbers, never a name: it is shown in Prefect's page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from records import heartbeats
from records.database import transaction
from states.words import counted, full_weekday, long_day, time_of_day
from workflows.installation.installation import Installation
from workflows.messages import alarm as alarms
from workflows.messages import channel_check as canaries
from workflows.messages import chase
from workflows.messages import deliver as delivery
from workflows.messages import digest as digests
from workflows.timetable import committee_year as committee_years
from workflows.timetable import heartbeat


@dataclass(frozen=True)
class Report:
    """What a round did: a headline, and a line for each thing worth knowing."""

    headline: str
    lines: tuple[str, ...] = ()

    def markdown(self, now: datetime) -> str:
        """The report as a page: `now` is shown as it is on the wall in Scotland."""
        points = "".join(f"- {line}\n" for line in self.lines)
        return f"### {self.headline}\n\n{points}\n{full_weekday(now)}, {time_of_day(now)}\n"


Round = Callable[[Installation, datetime], Report]


def sweep(installation: Installation, now: datetime) -> Report:
    """Look at every date that wants looking at; then tell the dead man's switch that we are alive."""
    done = chase.sweep(installation.engine, now)
    said = heartbeat.ping(installation.settings)
    lines = (
        f"{done.looked_at} dates looked at, {done.climbed} reminders or escalations owed, {done.late} of them late",
        f"{done.passed_over} passed over after an outage, {done.released} drafts let go unconfirmed",
        f"{done.withdrawn} drafts withdrawn, not wanted any more; {done.reachable} tasks settled, reached again",
    )
    return Report("The dates were swept", (*lines, *([said] if said else [])))


def deliver(installation: Installation, now: datetime) -> Report:
    """Send what is owed and may go now."""
    done = delivery.deliver(installation.engine, installation.post, now, delivery.going_on_from(now))
    lines = (
        f"{done.sent} letters accepted, {done.waiting} to be tried again, {done.failed} given up",
        *([f"{done.untried} not tried, because a server hangs: they go in the next round"] if done.untried else []),
        *([f"{done.aside} messages set aside: cairn doctor says why"] if done.aside else []),
        f"{done.overtaken} messages had lost their ground and were not sent",
    )
    return Report("What was owed was delivered", lines)


def digest(installation: Installation, now: datetime) -> Report:
    """Owe each person of the committee the day's list."""
    with transaction(installation.engine) as tx:
        owed = digests.digest(tx, now, installation.settings.link)
        heartbeats.beat(tx, "digest", now, f"{owed} owed")
    return Report("The day's lists are on their way", (f"{owed} lists owed",))


def canary(installation: Installation, now: datetime) -> Report:
    """Owe every channel its weekly check."""
    with transaction(installation.engine) as tx:
        owed = canaries.canary(tx, installation.keys, now)
        heartbeats.beat(tx, "canary", now, f"{owed} owed")
    return Report("The weekly check of every channel is on its way", (f"{owed} channels",))


def yearly(installation: Installation, now: datetime) -> Report:
    """See that the committee's own file is open, so that its yearly duties run."""
    lines = committee_years.yearly(installation, now)
    with transaction(installation.engine) as tx:
        heartbeats.beat(tx, "yearly", now, f"{len(lines)} to know")
    return Report("The committee's year", lines)


def audit(installation: Installation, now: datetime) -> Report:
    """Verify the whole record, reconcile what should have been sent with what was, and sign a checkpoint."""
    from records import checkpoints
    from workflows.verification import verify as auditing

    verdict = auditing.verify(
        installation.engine, keys=installation.keys, now=now, evidence=installation.settings.evidence
    )
    with transaction(installation.engine) as tx:
        checkpoints.checkpoint(tx, installation.keys, installation.settings.data / "checkpoints", now)
        heartbeats.beat(tx, "audit", now, "whole" if verdict.ok else f"{len(verdict.places)} places")
        if not verdict.ok:
            told = f"the nightly audit found {len(verdict.places)} places that do not add up"
            alarms.owe_alarm(tx, installation.settings.alarm_roles, f"audit {now:%Y-%m-%d}", told, now)
    headline = "The record is whole" if verdict.ok else "The record does NOT add up"
    return Report(headline, tuple(str(place) for place in verdict.places))


def rehearsal(installation: Installation, now: datetime) -> Report:
    """List which rungs of which dates would reach nobody, while there is time to put it right."""
    from workflows.messages import ladder_forecast

    with transaction(installation.engine) as tx:
        plan = ladder_forecast.rehearse(tx, now)
        ahead = f"{counted(len(plan), 'rung')} ahead"
        heartbeats.beat(tx, "rehearsal", now, ahead)
    silent = [one for one in plan if one.reaches_nobody]
    lines = tuple(f"{one.ref}: {one.timescale}, {long_day(one.day)}: would reach nobody" for one in silent)
    return Report(f"{ahead}, {len(silent)} would reach nobody", lines)


def backup(installation: Installation, now: datetime) -> Report:
    """Make the night's backup, and let the oldest go."""
    from workflows.installation import nightly_backup

    kept = nightly_backup.nightly_backup(installation, now)
    return Report("The backup is made", (kept.name,))


def alarm(installation: Installation, now: datetime) -> Report:
    """Tell the lead officer when no sweep has ended well for a quarter of an hour, and send it at once."""
    with transaction(installation.engine) as tx:
        told = alarms.sweeps_have_stopped(tx, installation.settings.alarm_roles, now)
    if not told:
        return Report("The sweeps are running: nobody needs telling")
    return Report("The sweeps have stopped: the lead officer is told", deliver(installation, now).lines)


ROUNDS: Mapping[str, Round] = MappingProxyType(
    {one.__name__: one for one in (sweep, deliver, digest, canary, yearly, audit, rehearsal, backup, alarm)}
)
