"""Passwords that many people use or that leaked, as a list beside the code: nobody outside is asked about one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

LIST = Path(__file__).with_suffix(".txt")


@cache
def common_passwords() -> frozenset[str]:
    """Every password of the list, in small letters."""
    return frozenset(one for one in LIST.read_text("utf-8").splitlines() if not one.startswith("# "))
