"""The rounds that come by the clock, each one plain function that returns a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from records import heartbeats
from records.database import reading, transaction
from states.moments import local_day
from states.words import counted, long_day
from workflows.installation.clock_jump import check_jump
from workflows.installation.installation import Installation
from workflows.messages import alarm as alarms
from workflows.messages import channel_check as canaries
from workflows.messages import chase
from workflows.messages import deliver as delivery
from workflows.messages import digest as digests
from workflows.messages import mailbox_reading as inboxes
from workflows.messages.agency_digest import agency_digest
from workflows.messages.notify_reading import ask_notify
from workflows.messages.webhook_delivery import WebhookSetup, tell_webhooks
from workflows.timetable import committee_year as committee_years
from workflows.timetable import heartbeat
from workflows.timetable.round_reports import DeliveryDone, RoundReport, SweepDone, delivered, read_by, swept
from workflows.views.outbox import later

Round = Callable[[Installation, datetime], RoundReport]


def sweep_now(installation: Installation, now: datetime) -> SweepDone:
    """Look at every date that wants looking at; then tell the monitoring service that sweeps are running."""
    check_jump(installation, now)
    done = chase.sweep(installation.engine, now)
    with reading(installation.engine) as tx:
        alive = alarms.delivery_is_alive(tx, now)
    said = heartbeat.ping(installation.settings, alive=alive)
    return SweepDone(done, swept(done, said))


def deliver_now(installation: Installation, now: datetime, *, goes_on: bool = True) -> DeliveryDone:
    """Send what is owed and may go now; what waits for its time is counted. In a rehearsal the clock does not go on."""
    check_jump(installation, now)
    clock = delivery.going_on_from(now) if goes_on else None
    done = delivery.deliver(installation.engine, installation.post, now, clock)
    chosen = installation.settings
    told = WebhookSetup(installation.keys, chosen.site, chosen.webhook_hosts, chosen.alarm_roles)
    tell_webhooks(installation.engine, told, now)
    with reading(installation.engine) as tx:
        waits = later(tx, now, hidden=frozenset())
    return DeliveryDone(done, waits, delivered(done, waits))


def sweep(installation: Installation, now: datetime) -> RoundReport:
    """Look at every date that wants looking at, and write the reminders and escalations that it calls for."""
    return sweep_now(installation, now).report


def deliver(installation: Installation, now: datetime) -> RoundReport:
    """Send what is owed and may go now."""
    return deliver_now(installation, now).report


def inbox(installation: Installation, now: datetime) -> RoundReport:
    """Read what came back by mail, from every mailbox there is; GOV.UK Notify is asked, where letters go by it."""
    chosen = installation.settings
    clock = delivery.going_on_from(now)
    report = inboxes.read_inboxes(installation.engine, chosen.mailboxes, chosen.alarm_roles, clock)
    ask_notify(installation.engine, chosen.relay_address(), clock, report)
    return read_by(report)


def digest(installation: Installation, now: datetime) -> RoundReport:
    """Owe each person of the committee the day's list, and each agency its own where it chose to have one."""
    check_jump(installation, now)
    with transaction(installation.engine) as tx:
        owed = digests.digest(tx, now, installation.settings.case_link)
        owed += agency_digest(tx, now, installation.settings.site)
        heartbeats.beat(tx, "digest", now, f"{owed} owed")
    return RoundReport("The day's lists are on their way", (f"{owed} lists owed",))


def canary(installation: Installation, now: datetime) -> RoundReport:
    """Owe every channel its weekly check."""
    check_jump(installation, now)
    with transaction(installation.engine) as tx:
        owed = canaries.canary(tx, now)
        heartbeats.beat(tx, "canary", now, f"{owed} owed")
    return RoundReport("The weekly check of every channel is on its way", (f"{owed} channels",))


def yearly(installation: Installation, now: datetime) -> RoundReport:
    """See that the committee's own file is open, so that its yearly duties run."""
    check_jump(installation, now)
    lines = committee_years.yearly(installation, now)
    with transaction(installation.engine) as tx:
        heartbeats.beat(tx, "yearly", now, f"{len(lines)} to know")
    return RoundReport("The committee's year", lines)


def audit(installation: Installation, now: datetime) -> RoundReport:
    """Verify the whole record, reconcile what should have been sent with what was, and sign a checkpoint.

    Then the figures of quality assurance are worked out anew. Forms that nobody has touched for long are forgotten, and
    files that were kept aside for a day.
    """
    from records import api_answers, checkpoints, form_drafts, uploads
    from workflows.installation.key_exchange import bind_addresses
    from workflows.reports import quality
    from workflows.verification import verify as auditing
    from workflows.verification.kept_verdict import keep_verdict

    chosen, folder = installation.settings, installation.settings.data / "checkpoints"
    with transaction(installation.engine) as tx:
        bind_addresses(tx, installation.keys, now)
        checkpoints.write_kept(tx, folder)
    verdict = auditing.verify(
        installation.engine, keys=installation.keys, now=now, evidence=chosen.evidence, checkpoint_files=folder
    )
    uploads.forget_old(chosen.uploads, now)
    with transaction(installation.engine) as tx:
        form_drafts.forget_old(tx, now)
        api_answers.forget_old(tx, now)
        checkpoints.checkpoint(tx, installation.keys, folder, now)
        heartbeats.beat(tx, "audit", now, "whole" if verdict.ok else f"{len(verdict.places)} places")
        if not verdict.ok:
            told = f"the nightly audit found {len(verdict.places)} places that do not add up"
            alarms.owe_alarm(tx, chosen.alarm_roles, f"audit {now:%Y-%m-%d}", told, now)
    with transaction(installation.engine) as tx:
        keep_verdict(tx, verdict, now)
        quality.keep(tx, local_day(now), now)
    headline = "The record is whole" if verdict.ok else "The record does NOT add up"
    return RoundReport(headline, tuple(map(str, verdict.causes)))


def rehearsal(installation: Installation, now: datetime) -> RoundReport:
    """List which rungs of which dates would reach nobody, while there is time to put it right."""
    from workflows.messages import ladder_forecast

    with transaction(installation.engine) as tx:
        plan = ladder_forecast.rehearse(tx, now, hidden=frozenset())
        ahead = f"{counted(len(plan), 'rung')} ahead"
        heartbeats.beat(tx, "rehearsal", now, ahead)
    silent = [one for one in plan if one.reaches_nobody]
    lines = tuple(f"{one.ref}: {one.timescale}, {long_day(one.day)}: would reach nobody" for one in silent)
    return RoundReport(f"{ahead}, {len(silent)} would reach nobody", lines)


def backup(installation: Installation, now: datetime) -> RoundReport:
    """Make the night's backup, and let the oldest go."""
    from workflows.installation import nightly_backup

    kept = nightly_backup.nightly_backup(installation, now)
    return RoundReport("The backup is made", (kept.name,))


def alarm(installation: Installation, now: datetime) -> RoundReport:
    """Tell the lead officer when sweeps or delivery have not ended well for a quarter of an hour; send it at once."""
    with transaction(installation.engine) as tx:
        told = alarms.rounds_have_stopped(tx, installation.settings.alarm_roles, now)
    if not told:
        return RoundReport("Sweeps and delivery are running: nobody needs telling")
    return RoundReport("Sweeps or delivery have stopped: the lead officer is told", deliver(installation, now).lines)


ROUNDS: Mapping[str, Round] = MappingProxyType(
    {one.__name__: one for one in (sweep, deliver, inbox, digest, canary, yearly, audit, rehearsal, backup, alarm)}
)
