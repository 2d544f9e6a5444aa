"""A case that gets as long as one wants, and steps of it: asking, an answer, a contact with the family, a step.

Run by its path it is a build at work on a case of 2,000 entries, as benchmarks/stepping.py is on short ones.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import Any

from benchmarks.stock import AGENCIES, stock
from records.database import unhurried

LONG, SHORT = 2_000, 50
"""Entries: of every eight a request, its answer and a contact with the family, and five steps that record something.

Of the long case, which is thus 750 requests, dates and items, the whole dossier has some 175 kB.
"""

PAPERS = {"report_file": "papers 12", "summary_given": "yes", "background_given": "yes", "key_issues_given": "yes"}
TALK = {"who": "parent", "about": "findings", "contacted": "yes", "how": "meeting", "told_on": "2026-03-01"}
KNOWN = {"cause_of_death": "not_known"}


class Office:
    """Who works on the cases of a stock, in this build or in an earlier one, where the rooms had other names."""

    def __init__(self, url: str) -> None:
        self.stock: Any = stock(url)
        self.at_work = getattr(self.stock, "uow", None) or self.stock.desk
        self.advance, self.answer, self.add_item = map(_verb, ("advance", "answer", "add_item"))

    def case_of(self, entries: int) -> str:
        """A case with at least so many entries: its reference."""
        (ref,) = self.stock.open(1)
        self.stock.alert(ref)
        with unhurried(self.stock.engine):
            for _ in range(2, entries, 8):
                self.ask_and_enter(ref)
                self.describe(ref, 5)
        return str(ref)

    def ask_and_enter(self, ref: str) -> None:
        """Three entries, each in a transaction of its own."""
        self.stock.ask(ref)
        with self.at_work("lead_officer") as uow:
            self.answer(uow, ref, AGENCIES[0], answers=PAPERS)
        with self.at_work("lead_officer") as uow:
            self.add_item(uow, ref, "family_contact", TALK)

    def describe(self, ref: str, times: int = 1) -> None:
        """Steps that lead nowhere and record something of the child."""
        for _ in range(times):
            with self.at_work("lead_officer") as uow:
                self.advance(uow, ref, "describe", answers=KNOWN)

    def steps(self, ref: str, count: int) -> None:
        """So many entries, four kinds in turn."""
        for _ in range(count // 4):
            self.ask_and_enter(ref)
            self.describe(ref)


def _verb(name: str) -> Any:
    rooms = {"advance": "advance", "answer": "request", "add_item": "register_items"}
    try:
        return getattr(import_module(f"workflows.verbs.{rooms[name]}"), name)
    except ModuleNotFoundError:  # an earlier build
        return getattr(import_module(f"workflows.{rooms[name].partition('_')[0]}"), name)


def taken(office: Office, ref: str, count: int) -> tuple[float, float]:
    """What so many steps take, in milliseconds a step: of the processor, and by the clock."""
    at_work, on_the_wall = time.process_time(), time.perf_counter()
    office.steps(ref, count)
    return (time.process_time() - at_work) * 1000 / count, (time.perf_counter() - on_the_wall) * 1000 / count


def main(url: str, pieces: int) -> None:
    """Make the long case, say that all is ready, and then step through it for every line that comes in."""
    office = Office(url)
    ref = office.case_of(LONG)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        sys.stdout.write(" ".join(map(str, taken(office, ref, pieces))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[3]))
