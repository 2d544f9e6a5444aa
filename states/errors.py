"""Every refusal: what stands in the way, in sentences that can be shown to the person who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from states.next_step import Advice, NextStep


class Refused(Exception):
    """What was asked for cannot be done; each obstacle is one sentence that says what is wrong and what to do.

    Where another step mends it, `advice` says so in words that go on after the last obstacle, and names the step: each
    interface words it in its own way, as a command or a link. Nothing has been written when this is raised.
    """

    def __init__(self, *obstacles: str, advice: Advice | None = None) -> None:
        super().__init__(*obstacles)
        self.obstacles: tuple[str, ...] = obstacles
        self.advice = advice

    @property
    def remedy(self) -> NextStep | None:
        """What can be done about it, the first of it; None where nothing but what the sentences say."""
        return next(iter(self.advice.steps), None) if self.advice is not None else None

    def __str__(self) -> str:
        if self.advice is None or not self.obstacles:
            return "\n".join(self.obstacles)
        from states.next_step import mended

        *first, last = self.obstacles
        return "\n".join((*first, mended(last, self.advice)))


class BadCalendar(Refused):
    """A calendar of holidays is faulty; every fault is an obstacle that names its place and its remedy."""


class BadLimit(Refused):
    """A time limit, a pause or an extension cannot be counted as it was given."""


class DateOutOfReach(Refused):
    """A date falls outside the years 1 to 9999, so the count cannot be right."""


class MomentWithoutZone(Refused):
    """A time of day was given without its time zone, so it is not known which moment is meant."""


class NotPossible(Refused):
    """A step cannot be taken as things stand; each obstacle says what stands in its way."""


class PapersShut(NotPossible):
    """The papers of a case are shut to somebody who declared an interest in it at a meeting."""


class NoQuorum(NotPossible):
    """Fewer members are there, without those who declared an interest, than the committee asks for at a decision."""


class UnknownStep(Refused):
    """There is no such step, or it does not start from where the case stands."""


class StaleVersion(Refused):
    """Somebody else changed the case after it was read, so the step was not taken."""


class NotFound(Refused):
    """What was named does not exist here."""


class BadAnswer(Refused):
    """What was filled in cannot be taken as it is; each obstacle names the field."""


class OldLink(Refused):
    """The link of a letter is too old, or was taken back; a new one can be asked for where `number` says of which."""

    def __init__(self, sentence: str, number: str = "") -> None:
        super().__init__(sentence)
        self.number = number


class NotSignedIn(Refused):
    """Who somebody is has not been proven; the sentence does not say which of the proofs was wrong."""


class TooManyTries(Refused):
    """Something that can be guessed was tried too often; it can be tried again after a while."""


class BadProcedure(Refused):
    """An edition of the guidance is faulty; every fault names its place in the file and the remedy."""


class StorageTrouble(Refused):
    """The database cannot be written or read just now; nothing was half done."""


class NotSetUp(Refused):
    """A setting or a key is missing or unusable; the sentence says which and how to put it right."""


class DamagedRecord(Refused):
    """A row cannot be read any more; the sentence says which, and how it is made again from the history."""


class BadCheckpoint(Refused):
    """A file said to be a checkpoint is none, is damaged, or is not as it was signed."""


DAMAGED = (ValueError, KeyError, TypeError, AttributeError, IndexError, Refused)
"""What reading and working on a damaged row may raise. A round sets that row aside, and goes on with the others."""
