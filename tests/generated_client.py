"""A client in Python, generated from the document that is kept, and what a program of somebody's does with it alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.testclient import TestClient

DOCUMENT = Path(__file__).parent.parent / "docs" / "api" / "openapi.json"
NAME = "cairn_client"
ENCODED = ("content-encoding", "content-length")


def generate(folder: Path) -> Path:
    """Make the package from the document, in a folder: whatever the generator warns of is a fault of the document."""
    from openapi_python_client import generate as made_of
    from openapi_python_client.config import Config, ConfigFile, MetaType

    config = Config.from_sources(
        ConfigFile(post_hooks=[], literal_enums=True),
        MetaType.NONE,
        document_source=DOCUMENT,
        file_encoding="utf-8",
        overwrite=True,
        output_path=folder / NAME,
    )
    assert made_of(config=config) == []
    return folder


class Through(httpx.BaseTransport):
    """The way of the client's requests to a desk in this process."""

    def __init__(self, desk: TestClient) -> None:
        self.desk = desk

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        given: dict[str, Any] = {"content": request.read(), "headers": dict(request.headers)}
        answer = self.desk.request(request.method, str(request.url), **given)
        headers = [pair for pair in answer.headers.multi_items() if pair[0].lower() not in ENCODED]
        return httpx.Response(answer.status_code, headers=headers, content=answer.content)


@dataclass
class Generated:
    """Programs that hold a token each and know the generated package, and nothing else of the interface."""

    address: str
    tokens: Mapping[str, str]
    way: httpx.BaseTransport | None = None
    keys: Iterator[int] = field(default_factory=count)
    passed: list[tuple[str, str]] = field(default_factory=list)
    """Every case that something was done on, with where it stood then."""
    files: int = 0
    """How many files were sent."""

    def client(self, role: str) -> Any:
        """The client of the program that acts in a role."""
        known: Any = import_module(f"{NAME}.client").AuthenticatedClient
        args: dict[str, Any] = {} if self.way is None else {"httpx_args": {"transport": self.way}}
        return known(self.address, self.tokens[role], raise_on_unexpected_status=True, **args)

    def calls(self, role: str, operation: str, /, *gaps: str, of: str = "cases", **more: Any) -> Any:
        """A whole answer of an operation: its status, its headers, and what it was read as."""
        done = import_module(f"{NAME}.api.{of}.{operation}").sync_detailed
        with self.client(role) as client:
            return done(*gaps, client=client, **more)

    def sends(
        self, role: str, operation: str, gaps: dict[str, str], said: dict[str, Any], seen: int | None
    ) -> dict[str, Any]:
        """Do an operation of the story; what it did."""
        models: Any = import_module(f"{NAME}.models")
        more: dict[str, Any] = {} if seen is None else {"if_match": f'"{seen}"'}
        more |= {"body": self.answers(said), "idempotency_key": f"story {next(self.keys)}"}
        answer = self.calls(role, operation, *gaps.values(), **more)
        assert isinstance(answer.parsed, models.Outcome), (operation, said, answer.content)
        assert answer.headers["etag"] == f'"{answer.parsed.version}"'
        self.passed.append((answer.parsed.ref, answer.parsed.state))
        return {"ref": answer.parsed.ref, "version": answer.parsed.version}

    def answers(self, said: dict[str, Any]) -> Any:
        """What is said, in the classes of the package."""
        made: Any = import_module(f"{NAME}.models").Answers()
        for name, value in said.items():
            made[name] = self._answer(value)
        return made

    def _answer(self, value: Any) -> Any:
        models: Any = import_module(f"{NAME}.models")
        if isinstance(value, list):
            return [self._answer(one) for one in value]
        if isinstance(value, dict) and "content" in value:
            self.files += 1
            return models.File(**value)
        if isinstance(value, dict):
            return models.Reasoned(**value) if "answer" in value else models.Measure(**value)
        return value

    def sees(self, ref: str) -> dict[str, Any]:
        """A case as it is read."""
        found = self.calls("lead_officer", "case", ref).parsed
        return {"ref": found.ref, "version": found.version, "state": found.state}
