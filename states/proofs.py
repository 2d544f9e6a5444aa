"""Which proofs of a recommendation count: those recorded since the work was last taken up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from states.procedure import Procedure

DONE = "done_on"
"""The field in which somebody says on which day it was done."""


def taken_up(procedure: Procedure, entered: Mapping[str, int], taken: Mapping[str, int]) -> int:
    """The entry with which work was last taken up again: what was proven before belongs to an earlier round.

    `entered` are the entries that led into each state, `taken` those of each step. The work is to be done in the states
    from which it can be said to be done; a file that was opened again begins a new round too.
    """
    begun = [entered.get(state, 0) for state in procedure.to_do]
    return max([*begun, *(taken.get(trigger, 0) for trigger in procedure.reopenings)], default=0)
