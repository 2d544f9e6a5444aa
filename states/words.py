"""Nouns for so many of something."""

from __future__ import annotations


def many(noun: str, count: int) -> str:
    """A noun for so many: day, days."""
    return noun if abs(count) == 1 else f"{noun}s"
