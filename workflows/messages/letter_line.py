"""A letter as it is shown before it goes: to whom, and in which words."""

from __future__ import annotations

from dataclasses import dataclass, field

from workflows.views.json_names import FLAT
from workflows.views.outcome import MessageLine


@dataclass(frozen=True)
class LetterLine:
    """A letter that goes: to whom, and what it says."""

    letter: MessageLine = field(metadata=FLAT)
    subject: str
    text: str
