"""A build at work on steps of cases, a batch at each line it is sent: what the batch took, in milliseconds a step.

Run by its path, with the packages of one build or another on Python's path (benchmarks/against_earlier.py).
"""

from __future__ import annotations

import sys
import time

from benchmarks.stock import stock


def main(url: str, rounds: int, pieces: int) -> None:
    """Open the cases, say that all is ready, and then step through a batch of them for every line that comes in."""
    filled = stock(url)
    refs = filled.open(rounds * pieces)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for number, _ in enumerate(sys.stdin):
        at_work, on_the_wall = time.process_time(), time.perf_counter()
        for ref in refs[number * pieces : (number + 1) * pieces]:
            filled.alert(ref)
        taken = (time.process_time() - at_work, time.perf_counter() - on_the_wall)
        sys.stdout.write(" ".join(str(one * 1000 / pieces) for one in taken) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
