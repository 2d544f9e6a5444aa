"""`cairn action`: the actions under a recommendation, and progress on each."""

from __future__ import annotations

from cli.named_lists import list_called

actions = list_called(
    "action",
    "The actions under a recommendation, and progress on each.",
    "an action under a recommendation: what is to be done, who does it, by when.",
    "Record progress on an action: how it stands, what was done, the evidence.",
)
