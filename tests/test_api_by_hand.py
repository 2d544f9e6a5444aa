"""What the page about the interface has one type is typed, as it stands there, against a desk that is served."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.program import program
from tests.screen import served
from tests.test_web_deeds import gathering, kept

if TYPE_CHECKING:
    from tests.desk import Committee

PAGE = Path(__file__).parent.parent / "docs" / "api.md"


def examples() -> list[str]:
    """The commands of the page, each on one line."""
    lines = PAGE.read_text().replace("\\\n", " ").splitlines()
    return [one.strip() for one in lines if one.startswith("    curl ")]


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_each_command_of_the_page_does_what_the_page_says(desk: Committee) -> None:
    assert gathering(desk) == "LR-2026-0001"
    token, said = program(desk).token, list[tuple[str, dict[str, object]]]()

    with served(desk) as site:
        env = {**os.environ, "TOKEN": token, "SITE": site, "NO_PROXY": "*", "no_proxy": "*"}
        for command in examples():
            asked = command.replace("curl ", "curl -sS -w '\\n%{http_code}' ", 1)
            found = subprocess.run(["sh", "-c", asked], env=env, capture_output=True, text=True, check=True)
            body, _, status = found.stdout.rpartition("\n")
            said.append((status, json.loads(body)))

    assert [status for status, _ in said] == ["200", "200", "200"]
    case, form, done = (body for _, body in said)
    assert (case["ref"], case["version"], form["version"], done["version"]) == ("LR-2026-0001", 2, 2, 3)
    assert [one.agency for one in kept(desk, "LR-2026-0001").dossier.requests.values()] == ["NHS Fife"]
