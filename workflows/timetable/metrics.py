"""Metrics of the installation as Prometheus text, without a name or a reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from records import heartbeats, mails
from records.mails import ATTEMPTS, MAILS
from records.outbox import MESSAGES, TASKS

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
DAY = timedelta(days=1)
SET_ASIDE = "unreadable"
"""The kind of task that stands for a damaged row that was set aside."""


@dataclass(frozen=True)
class Metric:
    """One measurement: its name, what it says, and a number for each of its labels (seconds, or a count)."""

    name: str
    says: str
    samples: tuple[tuple[str, float], ...]

    def lines(self) -> Iterator[str]:
        """The measurement in the Prometheus text format."""
        yield f"# HELP {self.name} {self.says}"
        yield f"# TYPE {self.name} gauge"
        for labels, number in self.samples:
            yield f"{self.name}{labels} {number:.15g}"


def metrics(tx: Connection, now: datetime) -> str:
    """Everything that is measured, as text. `now` is in UTC."""
    return "".join(f"{line}\n" for one in measured(tx, now) for line in one.lines())


def measured(tx: Connection, now: datetime) -> tuple[Metric, ...]:
    """Everything that is measured at a moment."""
    beats = {name: at for name, (at, _) in heartbeats.last(tx).items()}
    return (
        Metric("cairn_up", "Whether the records can be read.", (("", 1),)),
        Metric(
            "cairn_round_last_success_timestamp_seconds",
            "When each round last ended well, as Unix time.",
            tuple((_label("round", name), at.timestamp()) for name, at in sorted(beats.items())),
        ),
        Metric(
            "cairn_round_age_seconds",
            "How long ago each round last ended well.",
            tuple((_label("round", name), _seconds(now - at)) for name, at in sorted(beats.items())),
        ),
        Metric("cairn_oldest_owed_message_seconds", "How long the oldest message waits past its time.", _lag(tx, now)),
        Metric("cairn_messages", "Messages by what became of them.", _counted("status", _by_status(tx))),
        Metric("cairn_letters", "Letters by what became of them.", _counted("status", mails.counts(tx).items())),
        Metric("cairn_attempts_last_day", "Tries at delivery of the last day.", _counted("outcome", _tries(tx, now))),
        Metric("cairn_open_tasks", "Tasks that wait for a person.", _counted("kind", _tasks(tx).items())),
        Metric("cairn_rows_set_aside", "Damaged rows that were set aside.", (("", _tasks(tx).get(SET_ASIDE, 0)),)),
    )


def _lag(tx: Connection, now: datetime) -> tuple[tuple[str, float], ...]:
    owed = select(func.min(MESSAGES.c.deliver_after)).where(MESSAGES.c.status == "owed")
    waiting = select(func.min(MAILS.c.created_at)).where(MAILS.c.status == "waiting")
    since = [at for at in (tx.execute(owed).scalar(), tx.execute(waiting).scalar()) if at is not None and at < now]
    return (("", max((_seconds(now - at) for at in since), default=0.0)),)


def _by_status(tx: Connection) -> Iterable[tuple[str, int]]:
    return [(row[0], row[1]) for row in tx.execute(select(MESSAGES.c.status, func.count()).group_by(MESSAGES.c.status))]


def _tries(tx: Connection, now: datetime) -> Iterable[tuple[str, int]]:
    wanted = select(ATTEMPTS.c.outcome, func.count()).where(ATTEMPTS.c.at >= now - DAY).group_by(ATTEMPTS.c.outcome)
    return [(row[0], row[1]) for row in tx.execute(wanted)]


def _tasks(tx: Connection) -> dict[str, int]:
    wanted = select(TASKS.c.kind, func.count()).where(TASKS.c.done_at.is_(None)).group_by(TASKS.c.kind)
    return {row[0]: row[1] for row in tx.execute(wanted)}


def _counted(label: str, found: Iterable[tuple[str, int]]) -> tuple[tuple[str, float], ...]:
    return tuple((_label(label, name), number) for name, number in sorted(found))


def _label(label: str, value: str) -> str:
    written = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{{label}="{written}"}}'


def _seconds(age: timedelta) -> float:
    return max(age.total_seconds(), 0.0)
