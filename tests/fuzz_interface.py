"""`make fuzz`: Schemathesis over the interface of a stocked committee, served for real: no fault of ours, nothing
that the document does not say; and a client in Python that is generated from the document tells the demo's scenario.

It is outside the suite: its packages stand in a folder of their own, and a run takes minutes.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from config.settings import Settings
from tests.agency import free_port, listens
from tests.desk import Committee, open_desk, staffed
from tests.generated_client import Generated, generate
from tests.interface_story import ROLES, Told
from tests.patience import until
from tests.test_api_document import stocked
from web.api.as_json import ROOT
from web.api.operations import doable
from web.app import create_app
from workflows.installation.installation import open_installation
from workflows.verbs.tokens import Scope, make_token

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def main() -> int:
    """Run both; how many of them found something."""
    tools = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        with served(Path(folder) / "fuzzed") as (address, committee):
            found = fuzzed(tools, Path(folder), address, token_for(committee, "lead_officer"), stocked(committee))
        with served(Path(folder) / "told") as (address, committee):
            return found + told(Path(folder), address, committee)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Committee]]:
    """A committee with somebody in each role, served by itself, and where."""
    fresh, people, desk, now = folder / "fresh", folder / "people", folder / "desk", datetime(2026, 1, 1, tzinfo=UTC)
    open_installation(Settings(data=fresh), now, make=True).engine.dispose()
    people.mkdir()
    desk.mkdir()
    with open_desk(desk, staffed(people, fresh)) as committee, listening(committee) as port:
        yield f"http://127.0.0.1:{port}", committee


@contextmanager
def listening(committee: Committee) -> Iterator[int]:
    """The desk on a port of this machine."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(create_app(committee.here, lambda: committee.now), port=port, log_level="error")
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    until(lambda: listens(port), "the desk")
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()


def fuzzed(tools: Path, folder: Path, address: str, token: str, gaps: dict[str, str]) -> int:
    """Whether Schemathesis found anything."""
    known = "\n".join(
        f"{name} = {json.dumps(said)}" for name, said in gaps.items() if name in {"ref", "asked", "number"}
    )
    settings = folder / "schemathesis.toml"
    settings.write_text(f"[parameters]\n{known}\n")
    command = [tools / "schemathesis", "--config-file", settings, "run", f"{address}/api/v1/openapi.json"]
    more = [
        "--header",
        f"Authorization: Bearer {token}",
        "--checks",
        CHECKS,
        "--request-timeout",
        "120",
        "--max-examples",
        os.environ.get("EXAMPLES", "20"),
    ]
    return subprocess.run([*command, *more, "--url", f"{address}/api/v1"], check=False).returncode


def told(folder: Path, address: str, committee: Committee) -> int:
    """Whether a client that was generated from the document does not do what a person does, over HTTP."""
    sys.path.insert(0, str(generate(folder / "made")))
    roles = {*ROLES.values(), "deputy_lead_officer"}
    tokens = {role: token_for(committee, role) for role in roles}
    theirs = Generated(f"{address}{ROOT}", tokens)

    def at(now: datetime) -> None:
        committee.now = now

    refs = Told(theirs.sends, theirs.sees, at).tell()
    sys.stdout.write(f"The generated client did {len(theirs.passed)} things, on {', '.join(refs.values())}.\n")
    return 0


def token_for(committee: Committee, role: str) -> str:
    """A token of the one in a role, for a year."""
    whose, scope = (committee.numbers[role], role, "A client"), Scope(days=366)
    held: str = committee.acts("administrator", make_token, *whose, known=doable(), scope=scope)[1]
    return held


if __name__ == "__main__":
    sys.exit(main())
