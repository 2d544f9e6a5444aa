"""What a round did, in sentences: the same from the terminal and from the timetable.

A report holds references and numbers, never a name: it is shown in Prefect's page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from states.words import counted, full_weekday, time_of_day, weekday_and_time
from workflows.messages.chase import SweepResult
from workflows.messages.deliver import DeliveryResult
from workflows.messages.mailbox_reading import InboxReport
from workflows.views.json_names import FLAT, UNWRITTEN
from workflows.views.outbox import Later

Line = tuple[str, str]
"""A sentence, and how it is meant: "good", "bad", "warn", "quiet" or "" for what is as it should be."""


@dataclass(frozen=True)
class RoundReport:
    """What a round did: a headline, a line for each thing worth knowing, and how some lines are meant (`weights`)."""

    headline: str
    lines: tuple[str, ...] = ()
    weights: Mapping[str, str] = field(default_factory=dict, metadata=UNWRITTEN)

    def markdown(self, now: datetime) -> str:
        """The report as a page: `now` is shown as the local time in Scotland."""
        points = "".join(f"- {line}\n" for line in self.lines)
        return f"### {self.headline}\n\n{points}\n{full_weekday(now)}, {time_of_day(now)}\n"


@dataclass(frozen=True)
class SweepDone:
    """A sweep that ended: its counts, and its report."""

    done: SweepResult = field(metadata=FLAT)
    report: RoundReport = field(metadata=UNWRITTEN)


@dataclass(frozen=True)
class DeliveryDone:
    """A round of delivery that ended: its counts, what is still owed and goes later, and its report."""

    done: DeliveryResult = field(metadata=FLAT)
    later: Later
    report: RoundReport = field(metadata=UNWRITTEN)


def swept(done: SweepResult, heartbeat: str = "") -> RoundReport:
    """What a sweep did; `heartbeat` is what came of telling the monitoring service, if there is something to say."""
    return _report("The dates were swept", _swept(done), heartbeat)


READ = {
    "failed": "said that a letter did not arrive",
    "delayed": "said that a letter is late",
    "arrived": "said that a letter arrived",
    "auto_reply": "came from a reader's machine",
    "not_read": "came from a reader's machine and said that nobody reads the letter: each is a task",
    "answer": "answered a letter: each is a task",
    "unsorted": "could be tied to no letter: a person sorts them",
}


def read_by(done: InboxReport) -> RoundReport:
    """What came back by mail, by kind, and which mailbox could not be read."""
    lines = [(f"{counted(count, 'mail')} {READ[kind]}", "") for kind, count in sorted(done.kinds.items())]
    troubles = [(trouble, "bad") for trouble in done.troubles]
    what_was_done = (
        (done.mailboxes, "The mailboxes were read"),
        (done.asked, "GOV.UK Notify was asked"),
        (troubles, "No mailbox could be read"),
    )
    headline = next((words for happened, words in what_was_done if happened), "No mailbox is set to be read")
    return _report(headline, [*lines, *troubles])


def delivered(done: DeliveryResult, later: Later) -> RoundReport:
    """What a round of delivery did, and what waits for a time of its own."""
    return _report("What was owed was delivered", _delivered(done, later))


def _report(headline: str, lines: Iterable[Line], more: str = "") -> RoundReport:
    found = [*lines, *([(more, "quiet")] if more else [])]
    return RoundReport(headline, tuple(words for words, _ in found), dict(found))


def _swept(done: SweepResult) -> Iterator[Line]:
    yield f"{counted(done.looked_at, 'date')} looked at; reminders and escalations owed: {done.climbed}.", ""
    if done.late:
        yield f"{done.late} of them late; {done.passed_over} earlier ones passed over.", "warn"
    if done.released:
        yield f"{counted(done.released, 'draft')} let go: nobody said yes or no in time.", "warn"
    if done.withdrawn:
        yield f"{counted(done.withdrawn, 'draft')} withdrawn: not wanted any more; the history says why.", ""
    if done.reachable:
        yield f"{counted(done.reachable, 'task')} settled: somebody can be reached there again.", "good"
    if done.again:
        yield f"{counted(done.again, 'message')} owed again, that had reached nobody.", "good"
    if done.stuck:
        yield f"{counted(done.stuck, 'date')} could not be dealt with: the next sweep looks again.", "bad"


def _delivered(done: DeliveryResult, later: Later) -> Iterator[Line]:
    yield f"{counted(done.sent, 'letter')} sent.", "good" if done.sent else ""
    if later.messages and later.next_at:
        waits = "waits" if later.messages == 1 else "wait, the first"
        yield f"{counted(later.messages, 'message')} {waits} until {weekday_and_time(later.next_at)}.", ""
    if later.news and later.news_by:
        first = "goes" if later.news == 1 else "go, the first"
        what = f"{counted(later.news, 'piece')} of news {first}"
        yield f"{what} with the next about its case, by {weekday_and_time(later.news_by)} at the latest.", ""
    if later.drafts:
        yield f"{counted(later.drafts, 'draft')} not sent: waiting for a yes.", "warn"
    if done.waiting:
        yield f"{done.waiting} not accepted yet: tried again later; the outbox says what was answered.", "warn"
    earlier = later.letters - done.waiting - done.untried
    if earlier > 0 and later.again_at:
        yield f"{earlier} not accepted before: tried again from {weekday_and_time(later.again_at)}.", "warn"
    if done.untried:
        yield f"{done.untried} not tried, because a server hangs: they go in the next round.", "warn"
    if done.failed:
        yield f"{done.failed} given up: the lead officer has a task.", "bad"
    if done.aside:
        yield f"{counted(done.aside, 'message')} set aside: the tasks say why.", "bad"
    if done.overtaken:
        yield f"{counted(done.overtaken, 'message')} not sent: the ground for it was gone.", "quiet"
