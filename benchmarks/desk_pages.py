"""The desk's pages over 100,000 cases, served by `cairn web`, in turn with the same pages in Django's admin."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from itertools import cycle, repeat
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from psycopg import RawCursor

from benchmarks.advancing import listening
from benchmarks.against_peers import PEERS, PYTHON
from benchmarks.desk_stock import LEAD, DeskStock, code, filled, simulated_committee
from benchmarks.figures import Figure, most_held
from records import sessions
from records.database import reading, transaction
from records.own_schema import make_own_schema, own_address, schema_named
from tests import postgres
from tests.agency import free_port
from tests.desk import PASSWORD, Committee, hidden
from tests.patience import until
from web.guard import COOKIE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMITTEE = "desk"
"""By this name the desk has a user and a schema of its own on a server."""
ROUNDS, AT_ONCE, EACH = 15, 16, 3
FIRST_KB, LATER_KB, MEMORY_MB, REACH = 300.0, 30.0, 200.0, 0.6
STATIC = re.compile(r'(?:href|src)="(/static/[^"#]+)')
IN_A_SHEET = re.compile(r"url\([\"']?([^\"')]+\.woff2)")
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class Site:
    """A program that serves pages at a port, and the cookie of whoever is signed in there."""

    port: int
    process: int
    cookie: str = ""
    kept: list[http.client.HTTPConnection] = field(default_factory=list)

    def get(self, address: str) -> tuple[float, bytes, bytes]:
        """A page over a connection that is kept: milliseconds, the bytes that were sent, and what they hold."""
        line = self.kept.pop() if self.kept else http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        begun = time.perf_counter()
        try:
            line.request("GET", address, headers={"cookie": self.cookie, "accept-encoding": "gzip"})
            answer = line.getresponse()
        except ConnectionError:  # one that nobody used for a while was closed there
            self.kept.clear()
            return self.get(address)
        body = answer.read()
        taken = (time.perf_counter() - begun) * 1000
        assert answer.status == http.client.OK, (address, answer.status)
        self.kept.append(line)
        packed = answer.getheader("content-encoding") == "gzip"
        return taken, body, _unpacked(body) if packed else body

    def send(self, address: str, **typed: str) -> None:
        """Sign in: send a form, and keep the cookies of the answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        line.request("GET", address, headers={"cookie": self.cookie})
        page = line.getresponse()
        self._keep(page)
        sent = {**hidden(page.read().decode()), **_token(page), **typed}
        where = {"cookie": self.cookie, "sec-fetch-site": "same-origin", "referer": f"http://127.0.0.1:{self.port}/"}
        line.request("POST", address, urlencode(sent, doseq=True), {**FORM, **where})
        answer = line.getresponse()
        answer.read()
        self._keep(answer)
        assert answer.status in {302, 303}, answer.status
        line.close()

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        kept = dict(one.split("=", 1) for one in self.cookie.split("; ") if one)
        for said in answer.headers.get_all("set-cookie", []):
            kept |= dict([said.partition(";")[0].split("=", 1)])
        self.cookie = "; ".join(f"{name}={value}" for name, value in kept.items())


@dataclass(frozen=True)
class Pair:
    """A page of the desk, and the page of Django's admin that shows the same rows.

    Their addresses hold `{ref}` and `{id}` where each time the page of another case is asked for, of those in `cases`.
    """

    name: str
    ours: str
    theirs: str
    cases: Iterator[tuple[str, int]] = field(default_factory=lambda: repeat(("", 0)))

    def asked(self, address: str) -> str:
        """The address that is asked for next."""
        ref, number = next(self.cases)
        return address.format(ref=ref, id=number)


def on_sqlite(folder: Path) -> list[Figure]:
    """The desk's pages on a SQLite file."""
    return measured(folder, "SQLite")


def measured(folder: Path, kind: str, url: str = "") -> list[Figure]:
    """Every page for one user and for sixteen at once, against Django's admin and against its own SQL, sent bare.

    `url` is that of an empty database, of a user who may do anything there; the desk is given a user of its own, as it
    is to be run: then the database keeps from each what is kept to others.
    """
    own = own_address(url, COMMITTEE) if url else ""
    if own:
        make_own_schema(url, own)
    with filled(simulated_committee(folder), folder / "desk", own) as stock:
        pairs = tuple(_pairs(stock))
        with _ours(stock) as ours, _django(stock, folder, url) as theirs:
            rows = [row for pair in pairs for row in _compared(pair, kind, ours, theirs, stock)]
            return [*rows, *_weights(kind, ours, pairs)]


def _pairs(stock: DeskStock) -> Iterator[Pair]:
    case, change = "/cases/{ref}", "/admin/auth/case/{id}/change/"
    history, theirs = "/cases/{ref}/history", "/admin/auth/case/{id}/history/"
    lead = urlencode({"q": LEAD})
    long_case = (stock.long_case, stock.long_case_id)
    yield Pair("My work", "/my-work", "/admin/auth/deadline/?status__exact=running")
    yield Pair("a case with 200 entries", case, change, repeat(long_case))
    yield Pair("its history", history, theirs, repeat(long_case))
    yield Pair("each time another case with 200 entries", case, change, cycle(stock.as_long))
    yield Pair("the history of each time another", history, theirs, cycle(stock.as_long[::-1]))
    yield Pair("search", f"/search?{lead}", f"/admin/auth/case/?{lead}")
    yield Pair("the board", "/recommendations", "/admin/auth/recommendation/")


def _compared(pair: Pair, kind: str, ours: Site, theirs: Site, stock: DeskStock) -> Iterator[Figure]:
    for site, address in ((ours, pair.ours), (theirs, pair.theirs)):
        site.get(pair.asked(address))
    taken: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(ROUNDS):
        taken["ours"].append(ours.get(pair.asked(pair.ours))[0])
        taken["theirs"].append(theirs.get(pair.asked(pair.theirs))[0])
    one, django = statistics.median(taken["ours"]), statistics.median(taken["theirs"])
    many = [_at_once(site, pair, address) for site, address in ((ours, pair.ours), (theirs, pair.theirs))]
    many.append(_at_once(ours, pair, pair.ours))
    what, peer = f"the desk, {pair.name}, {kind}", "Django's admin with simple-history"
    count, bare = _bare(stock, pair.asked(pair.ours))
    yield Figure(f"{what}: one user", peer, one, django, REACH)
    yield Figure(f"{what}: 16 at once", peer, statistics.median((many[0], many[2])), many[1], REACH)
    yield Figure(f"{what}: one user", "the page's SQL, bare", one, bare, note=f"{count} statements")


def _at_once(site: Site, pair: Pair, address: str) -> float:
    """The median time of a page while sixteen people ask for it over and over."""
    asked = [pair.asked(address) for _ in range(AT_ONCE * EACH)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return statistics.median(pool.map(lambda one: site.get(one)[0], asked))


def _bare(stock: DeskStock, address: str) -> tuple[int, float]:
    """How many statements a page sends, and the milliseconds they take through the driver alone."""
    committee, said = Committee(stock.installation, _now()), list[tuple[str, Any]]()
    browser = committee.browser()
    with transaction(stock.installation.engine) as tx:
        browser.client.cookies.set(COOKIE, sessions.begin(tx, 2, "lead_officer", "bench", committee.now))
    browser.get(address)
    engine = committee.app.state.site.installation.engine  # on a server the desk has connections of its own
    with listening(engine, said):
        browser.get(address)
    taken = []
    with reading(engine) as tx:
        by_name = tx.connection.cursor()
        by_number = RawCursor(tx.connection.dbapi_connection) if tx.dialect.name == "postgresql" else by_name
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            for statement, values in said:
                cursor = by_number if "$1" in statement else by_name
                cursor.execute(statement, values)
                cursor.fetchall()
            taken.append((time.perf_counter() - begun) * 1000)
    return len(said), statistics.median(taken)


def _weights(kind: str, site: Site, pairs: tuple[Pair, ...]) -> Iterator[Figure]:
    """How much is sent for the heaviest page, the first time and after, and what memory the process takes."""
    first, later = 0.0, 0.0
    for pair in pairs:
        _, sent, page = site.get(pair.asked(pair.ours))
        later = max(later, len(sent) / 1000)
        first = max(first, (len(sent) + _files_of(site, page.decode())) / 1000)
    note = "the heaviest of them, as it is sent; the first time with style sheets, scripts, icons and fonts"
    pages, at_most = f"the desk's pages, {kind}", "what they may at most"
    yield Figure(f"{pages}: sent the first time", at_most, first, FIRST_KB, 1.0, note=note, unit="kB")
    yield Figure(f"{pages}: sent after that", at_most, later, LATER_KB, 1.0, note=note, unit="kB")
    note = "resident, at its most, after all the pages above"
    yield Figure(f"the desk's process, {kind}", at_most, most_held(site.process), MEMORY_MB, 1.0, note=note, unit="MB")


def _files_of(site: Site, page: str) -> int:
    """The bytes of everything a page loads, fonts of its style sheets included."""
    wanted, total = [unescape(one) for one in STATIC.findall(page)], 0
    for address in dict.fromkeys(wanted):
        _, sent, file = site.get(address)
        total += len(sent)
        if address.endswith(".css"):
            folder = address.rpartition("/")[0]
            fonts = {os.path.normpath(f"{folder}/{one}") for one in IN_A_SHEET.findall(file.decode())}
            total += sum(len(site.get(one)[1]) for one in fonts)
    return total


def _unpacked(body: bytes) -> bytes:
    return gzip.decompress(body)


def _token(page: http.client.HTTPResponse) -> dict[str, str]:
    """Django's token of a form stands in a cookie too."""
    cookies = "; ".join(page.headers.get_all("set-cookie", []))
    found = re.search(r"csrftoken=([^;]+)", cookies)
    return {"csrfmiddlewaretoken": found[1]} if found else {}


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  a desk in a process of its own goes by the clock of the machine


@contextmanager
def _ours(stock: DeskStock) -> Iterator[Site]:
    port = free_port()
    command = [sys.executable, "-m", "cli.app", "web", "--port", str(port)]
    with _serving(command, port, stock.environment) as site:
        site.send("/sign-in", name="lead_officer", password=PASSWORD, code=code())
        yield site


@contextmanager
def _django(stock: DeskStock, folder: Path, url: str) -> Iterator[Site]:
    port, file = free_port(), str(folder / "django.db")
    where = url.replace("postgresql+psycopg://", "postgresql://") if url else file
    if url:
        postgres.execute(url, "CREATE SCHEMA django")
    script, env = str(PEERS / "django_admin.py"), {"DJANGO_DATABASE": where}
    ours = schema_named(COMMITTEE) if url else str(stock.installation.settings.data / "cairn.db")
    subprocess.run([str(PYTHON), script, "fill", ours], env={**os.environ, **env}, check=True)
    with _serving([str(PYTHON), script, "serve", str(port)], port, env) as site:
        site.send("/admin/login/?next=/admin/", username="officer", password=PASSWORD)
        yield site


@contextmanager
def _serving(command: list[str], port: int, env: dict[str, str]) -> Iterator[Site]:
    with subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.DEVNULL) as process:
        until(lambda: _answers(port) or process.poll() is not None, "a server")
        assert process.poll() is None, command
        try:
            yield Site(port, process.pid)
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        line.request("GET", "/")
        line.getresponse().read()
    except OSError:
        return False
    line.close()
    return True
