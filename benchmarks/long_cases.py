"""A step of a long case against the same on a short one, in turn: processor time, and the clock."""

from __future__ import annotations

import statistics

from benchmarks.figures import Figure
from benchmarks.lengthening import LONG, SHORT, Office, taken

ROUNDS, STEPS = 16, 12
REACH = 1.5


def flat(kind: str, url: str) -> list[Figure]:
    """Both figures on one kind of database. Each round has a short case of its own, so that it stays short."""
    office = Office(url)
    long_case, short_cases = office.case_of(LONG), [office.case_of(SHORT) for _ in range(ROUNDS + 1)]
    taken(office, long_case, STEPS)
    taken(office, short_cases[-1], STEPS)
    rounds = []
    for number in range(ROUNDS):
        pair = (long_case, short_cases[number])
        found = [taken(office, ref, STEPS) for ref in (pair if number % 2 else pair[::-1])]
        rounds.append(found if number % 2 else found[::-1])
    office.stock.engine.dispose()
    what, floor = f"a step of a case with {LONG:,} entries, {kind}", f"the same with {SHORT}"
    middle = [[statistics.median(pair[who][which] for pair in rounds) for who in (0, 1)] for which in (0, 1)]
    return [
        Figure(what, floor, *middle[0], reach=REACH, note="processor time; four kinds of entry in turn"),
        Figure(what, floor, *middle[1], note="the clock, waiting for the disk or the server included"),
    ]
