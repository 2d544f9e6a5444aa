"""Agencies that answer by the links of their letters: a hundred in a minute, each in four page loads, with a file."""

from __future__ import annotations

import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx2

from benchmarks.figures import Figure, most_held
from config.settings import Settings
from tests.agency import PostRoom, free_port, last_working_day, post_room, sent, served_apart
from tests.desk import open_desk, staffed
from workflows.installation.installation import open_installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MANY, FEW, A_MINUTE, IN_A_CASE = 100, 10, 60.0, 10
REPORT = b"%PDF-1.7\n" + b"x" * 100_000
LARGE_MB, MOST_MS = 200, 150.0
SITE = "http://127.0.0.1:{port}"
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


def links_answered(folder: Path) -> list[Figure]:
    """The desk in a process of its own; agencies come evenly over the minute, ten over its tenth part.

    Of the ten one half comes before the hundred and one half after: what else the machine does falls on both.
    """
    port = free_port()
    with _asked(folder, port) as room, served_apart(room, port) as server:
        names = [f"Agency {number:03}" for number in range(MANY + FEW)]
        _come(room, [f"Agency {MANY + FEW + 1:03}"], 0.0)  # the first page of a process is slow by itself
        half = MANY + FEW // 2
        few, few_errors = _come(room, names[MANY:half], A_MINUTE * FEW / MANY / 2)
        many, many_errors = _come(room, names[:MANY], A_MINUTE)
        after, after_errors = _come(room, names[half:], A_MINUTE * FEW / MANY / 2)
        few, few_errors = few + after, few_errors + after_errors
        memory = _memory_of_a_large_file(room, server.pid)
    note = f"{len(many)} pages, {many_errors + few_errors} errors; slowest {max(many):.0f} ms; "
    note += f"a file of {LARGE_MB} MB costs the process {memory:.0f} MB of memory"
    ours, floor = statistics.median(many), statistics.median(few)
    return [
        Figure(
            "an agency's page, 100 agencies in a minute", "the same, ten agencies", ours, floor, 1.3, MOST_MS, note=note
        )
    ]


@contextmanager
def _asked(folder: Path, port: int) -> Iterator[PostRoom]:
    """A committee that asks a hundred and ten agencies, ten in a case; two more come first and last."""
    fresh = folder / "fresh"
    open_installation(Settings(data=fresh), datetime(2026, 1, 1, tzinfo=UTC), make=True).engine.dispose()
    people, desk = folder / "people", folder / "desk"
    people.mkdir()
    desk.mkdir()
    with open_desk(desk, staffed(people, fresh)) as committee:
        committee.now = last_working_day()
        with post_room(committee, site=SITE.format(port=port)) as room:
            names = [f"Agency {number:03}" for number in range(MANY + FEW + 2)]
            for name in names:
                room.enter(name)
            for start in range(0, len(names), IN_A_CASE):
                room.ask(*names[start : start + IN_A_CASE])
            yield room


def _come(room: PostRoom, names: list[str], within: float) -> tuple[list[float], int]:
    """Each agency at its own moment; how long every page took, and how many were not as they should be."""
    links = {name: room.link(name) for name in names}
    begun = time.monotonic()

    def come(place: int) -> tuple[list[float], str]:
        time.sleep(max(0.0, begun + place * within / len(names) - time.monotonic()))
        return _answer(links[names[place]], REPORT)

    with ThreadPoolExecutor(MANY) as pool:
        found = list(pool.map(come, range(len(names))))
    return [one for times, _ in found for one in times], sum(bool(wrong) for _, wrong in found)


def _answer(link: str, report: bytes) -> tuple[list[float], str]:
    """From the letter to the thanks: four page loads, and what was said where there were no thanks."""
    times: list[float] = []
    with httpx2.Client(timeout=60) as client:

        def load(open_it: Callable[[], httpx2.Response]) -> httpx2.Response:
            start = time.perf_counter()
            answer = open_it()
            times.append((time.perf_counter() - start) * 1000)
            return answer

        load(lambda: client.get(link))
        page = load(lambda: sent(client, link))
        address = f"{page.url}/say/answer"
        token = TOKEN.findall(load(lambda: client.get(address)).text)
        said = {"form_token": token[-1] if token else "", "account_given": "yes", "reflection_given": "yes"}
        thanks = load(lambda: sent(client, address, data=said, files={"files": ("report.pdf", report)}))
    return times, "" if "Thank you" in thanks.text else _words(thanks)


def _words(page: httpx2.Response) -> str:
    """What a page says, without its tags: what went wrong."""
    return f"{page.status_code} {' '.join(re.sub(r'<[^>]+>', ' ', page.text.partition('<main')[2]).split())[:500]}"


def _memory_of_a_large_file(room: PostRoom, process: int) -> float:
    """By how many MB the largest memory of the process grows while a large file is sent."""
    (link,) = [room.link(f"Agency {MANY + FEW:03}")]
    _reset_peak(process)
    before = most_held(process)
    _, wrong = _answer(link, b"%PDF-1.7\n" + bytes(LARGE_MB << 20))
    assert not wrong, wrong
    return most_held(process) - before


def _reset_peak(process: int) -> None:
    with open(f"/proc/{process}/clear_refs", "w", encoding="ascii") as file:  # noqa: PTH123  a file of the kernel's
        file.write("5")
