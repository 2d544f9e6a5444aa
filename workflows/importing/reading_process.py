"""The process a file is read in: it has limits of its own, and nothing of the record. It reads, writes JSON, ends."""

from __future__ import annotations

import json
import resource
import sys

from states.errors import Refused
from workflows.importing.files import read_file

MEMORY = 1_000_000_000
SECONDS = 60


def main() -> None:
    """Read the file on standard input, and write what is in it, or why it cannot be read, on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    try:
        told = read_file(sys.stdin.buffer.read()).packed()
    except Refused as refusal:
        told = {"refused": list(refusal.obstacles)}
    json.dump(told, sys.stdout, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
