"""Style sheets, scripts, icons and fonts: held in memory, at addresses that change with their content."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
PACKED = frozenset({".css", ".js", ".svg", ".txt"})
"""What is sent compressed to a browser that takes it; the others are compressed already."""


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent, plain and compressed (empty where that gains nothing)."""

    kind: str
    plain: bytes
    packed: bytes


class StaticFiles:
    """Every file of the folder. `digest` is over all of them, and stands in each address: so they are kept for ever."""

    def __init__(self, folder: Path = FOLDER) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.suffix in TYPES)
        self._files = {str(path.relative_to(folder)): _read(path) for path in paths}
        whole = sha256()
        for name, one in self._files.items():
            whole.update(f"{name} {len(one.plain)} ".encode() + one.plain)
        self.digest = whole.hexdigest()[:16]

    def address(self, name: str) -> str:
        """Where a file is. Raises KeyError for one that is not there: a template names it wrongly."""
        assert name in self._files, name
        return f"/static/{self.digest}/{name}"

    def find(self, digest: str, name: str) -> StaticFile | None:
        """A file by its address; None where there is none, or none of that digest any more."""
        return self._files.get(name) if digest == self.digest else None


def _read(path: Path) -> StaticFile:
    plain = path.read_bytes()
    packed = gzip.compress(plain, mtime=0) if path.suffix in PACKED else b""
    return StaticFile(TYPES[path.suffix], plain, packed)
