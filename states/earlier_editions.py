"""Editions published before the format could say more: a case under one keeps the rules of its day."""

from __future__ import annotations

EARLIER_EDITIONS = frozenset(
    {
        "england-child-safeguarding-2023",
        "recommendation-2026",
        "scotland-adult-learning-review-2022",
        "scotland-committee-year",
        "scotland-learning-review-2021",
        "scotland-learning-review-2024",
        "scotland-scr-2015",
    }
)
"""They cannot say `scope`: a case that goes back to ask for more keeps the answers it had.

What their outside bodies did may be entered by somebody signed in as one of them.
"""
