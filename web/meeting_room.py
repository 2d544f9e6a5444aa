"""Loads a meeting for its pages: for whoever looks, with the rule of its body, and forms that lead back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.meetings import BodyRule, bodies
from states.errors import NotFound
from states.meetings import AgendaLine, Meeting
from states.words import spoken
from web.answers import Filled
from web.desk import Desk
from web.keeping import Keeping
from workflows.unit_of_work import UnitOfWork
from workflows.views.meeting_page import found_for
from workflows.views.question import Question

FRAME = "committee/plain.html"
LONGEST_NUMBER = 9


def meeting_address(number: int | str) -> str:
    """The page of a meeting."""
    return f"/meetings/{number}"


def rules(at: Desk) -> dict[str, BodyRule]:
    """The bodies, with what the committee's own file says of their meetings."""
    return dict(bodies(at.settings.local_file))


@dataclass(frozen=True)
class AtMeeting:
    """A meeting that whoever is signed in may see, and the rule of its body."""

    at: Desk
    meeting: Meeting
    rule: BodyRule

    @property
    def number(self) -> int:
        """The number of the meeting."""
        return self.meeting.number

    @property
    def address(self) -> str:
        """The page of the meeting."""
        return meeting_address(self.meeting.number)

    @property
    def called(self) -> str:
        """What the meeting is called on the pages under it."""
        return f"Meeting of {spoken(self.meeting.on)}"

    def item(self, number: str) -> AgendaLine:
        """One item of the meeting. Raises NotFound."""
        found = self.meeting.item(number)
        if found is None:
            raise NotFound(f"There is no item {number[:20]!r} at this meeting.")
        return found

    def form(
        self, title: str, asked: tuple[Question, ...], do: Callable[[UnitOfWork, Filled], str], *, note: str = "",
        did: str = "meeting", button: str = "Continue",
    ) -> Keeping:  # fmt: skip
        """A form about the meeting that is shown before it is done, and leads back to the meeting."""
        return Keeping(title, button, self.address, asked, do, did=did, back_to=self.called, note=note, frame=FRAME)


def meeting_of(at: Desk, number: str) -> AtMeeting:
    """A meeting by the number in an address. Raises NotFound for one that there is not, or that is not theirs."""
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise NotFound(f"There is no meeting {number[:20]!r}.")
    with at.reading() as tx:
        found = found_for(tx, int(number), at.viewer)
    return AtMeeting(at, found, rules(at)[found.body])


def seen(at: Desk) -> int | None:
    """The version of the meeting that a form was shown for."""
    said = at.said("seen")
    return int(said) if said.isdecimal() and len(said) <= LONGEST_NUMBER else None
