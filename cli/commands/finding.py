"""`cairn finding`: the findings of a review, and the committee's response to each."""

from __future__ import annotations

from cli.named_lists import answered, list_called

findings = answered(
    list_called(
        "finding",
        "The findings of a review, and the committee's response to each.",
        "a finding of a review: what was found, its kind, level and themes, the evidence.",
        "Record something about a finding that is entered.",
    ),
    "Record the committee's response to a finding, once.",
)
