"""The sandboxed process that reads a file: limited, without access to the record. Reads, writes JSON, ends."""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from states.errors import Refused
from workflows.importing.files import read_file
from workflows.importing.xml_parts import TOO_MUCH

MEMORY = 1_000_000_000
SECONDS = 60
MOST_HANDED_OVER = 100_000_000
"""Characters of JSON: a few bytes of a file can put one long text into every cell, and Cairn would hold each."""


def main() -> None:
    """Read the file on standard input, and write what is in it, or why it cannot be read, on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    sys.stdout.write(handed_over(sys.stdin.buffer.read()))


def handed_over(content: bytes, at_most: int = MOST_HANDED_OVER) -> str:
    """What is in a file, or why it cannot be read, as JSON of at most so many characters."""
    try:
        told = _as_json(read_file(content).packed())
    except Refused as refusal:
        told = _as_json({"refused": refusal.obstacles})
    return told if len(told) <= at_most else _as_json({"refused": [TOO_MUCH]})


def _as_json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
