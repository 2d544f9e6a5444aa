"""A program for tests: it holds a token, and sends JSON to the desk of a committee."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.desk import ORIGIN, client
from web.api.as_json import ROOT
from web.api.operations import doable
from workflows.verbs.tokens import Scope, make_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response
    from starlette.testclient import TestClient

    from tests.desk import Committee

KEYS = count(1)


@dataclass
class Program:
    """A program with a token, at the desk of a committee."""

    client: TestClient
    token: str
    keys: Iterator[int] = field(default_factory=lambda: KEYS)

    def get(self, address: str, **asked: Any) -> Response:
        return self.client.get(f"{ROOT}{address}", params=asked, headers=self.headers())

    def post(self, address: str, said: Any = None, *, seen: Any = None, key: str = "", **asked: Any) -> Response:
        headers = self.headers() | {"idempotency-key": key or f"key-{next(self.keys)}"}
        headers |= {"if-match": f'"{seen}"' if isinstance(seen, int) else seen} if seen is not None else {}
        return self.client.post(f"{ROOT}{address}", json=said or {}, params=asked, headers=headers)

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}


def program(desk: Committee, role: str = "lead_officer", *, origin: str = ORIGIN, **scope: Any) -> Program:
    """A program that acts for the somebody in a role."""
    said = {"known": doable(), "scope": Scope(**scope)}
    _, held = desk.acts("administrator", make_token, desk.numbers[role], role, "A test", **said)
    return Program(client(desk.app, origin, desk.loop), held)
