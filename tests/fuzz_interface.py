"""`make fuzz`: Schemathesis over the interface of a stocked committee, served for real: no fault of ours, nothing
that the document does not say; and a client in Python that is generated from the document reads and opens cases.

It is outside the suite: its packages stand in a folder of their own, and a run takes minutes.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
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
from tests.desk import EDITION, Committee, open_desk, staffed
from tests.patience import until
from tests.test_api_document import stocked
from web.api.operations import doable
from web.app import create_app
from workflows.installation.installation import open_installation
from workflows.verbs.tokens import make_token

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).parent.parent / "docs" / "api" / "openapi.json"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
CLIENT = """
import sys
from {package}.client import AuthenticatedClient
from {package}.api.default import case, case_new, cases, requests_form
from {package}.models.answers import Answers

address, token, edition = sys.argv[1:]
client = AuthenticatedClient(base_url=address + "/api/v1", token=token, raise_on_unexpected_status=True)
said = {{"edition": edition, "step": "notify", "agency": ["NHS Fife"]}}
said |= {{"notification_form": "file 14", "notified_criteria": ["died"]}}
made = case_new.sync(client=client, body=Answers.from_dict(said), idempotency_key="a client")
again = case_new.sync(client=client, body=Answers.from_dict(said), idempotency_key="a client")
assert made.ref == again.ref
page = case.sync(made.ref, client=client)
assert (page.ref, page.version) == (made.ref, 1), page
assert made.ref in [one.ref for one in cases.sync(client=client, limit=5000).items]
print("The generated client opened", made.ref, "once and read it.")
"""


def main() -> int:
    """Run both; how many of them found something."""
    tools = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (address, token, gaps):
        found = fuzzed(tools, Path(folder), address, token, gaps)
        return found + generated(tools, Path(folder), address, token)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    """A stocked committee, served by itself; where, a token of its lead officer, and what stands in addresses."""
    fresh, people, desk, now = folder / "fresh", folder / "people", folder / "desk", datetime(2026, 1, 1, tzinfo=UTC)
    open_installation(Settings(data=fresh), now, make=True).engine.dispose()
    people.mkdir()
    desk.mkdir()
    with open_desk(desk, staffed(people, fresh)) as committee:
        gaps, number = stocked(committee), committee.numbers["lead_officer"]
        _, held = committee.acts("administrator", make_token, number, "lead_officer", "A fuzzer", known=doable())
        with listening(committee) as port:
            yield f"http://127.0.0.1:{port}", held, gaps


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
        "--max-examples",
        os.environ.get("EXAMPLES", "20"),
    ]
    return subprocess.run([*command, *more, "--url", f"{address}/api/v1"], check=False).returncode


def generated(tools: Path, folder: Path, address: str, token: str) -> int:
    """Whether a client that was generated from the document does not do what it should."""
    made = folder / "client"
    asked = ["generate", "--path", DOCUMENT, "--output-path", made, "--meta", "none", "--overwrite"]
    env = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    subprocess.run([tools / "openapi-python-client", *asked], check=True, env=env)
    shutil.move(made, folder / "cairn_client")
    program = CLIENT.format(package="cairn_client")
    command = [tools / "python", "-c", program, address, token, EDITION]
    return subprocess.run(command, check=False, cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main())
