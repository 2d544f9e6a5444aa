"""Asks ClamAV whether a file is harmful, over the socket of its daemon (clamd), by its INSTREAM command."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PIECE = 1 << 16
PATIENCE = 120
"""Seconds an answer may take."""
LONGEST_ANSWER = 4096
CLEAN, FOUND = "OK", " FOUND"


@dataclass(frozen=True)
class Looked:
    """What ClamAV said of a file: that it is clean, or what was found; neither where it could not look at it."""

    clean: bool
    found: str = ""


def look_at(address: str, path: Path, patience: float = PATIENCE) -> Looked:
    """Have a file looked at. `address` is the path of a socket, or a host and port such as 127.0.0.1:3310.

    Raises OSError where nobody answers there.
    """
    with _connected(address, patience) as line, path.open("rb") as file:
        line.sendall(b"zINSTREAM\0")
        _send(line, file)
        return _read(_answer(line))


def _connected(address: str, patience: float) -> socket.socket:
    if "/" in address:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(patience)
        line.connect(address)
        return line
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise OSError(f"{address!r} is no address of ClamAV: give the path of its socket, or a host and a port.")
    return socket.create_connection((host.strip("[]"), int(port)), patience)


def _send(line: socket.socket, file: BinaryIO) -> None:
    """Send a file in pieces, each after its length; a length of nothing ends it."""
    while piece := file.read(PIECE):
        line.sendall(struct.pack("!I", len(piece)) + piece)
    line.sendall(struct.pack("!I", 0))


def _answer(line: socket.socket) -> str:
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < LONGEST_ANSWER:
        more = line.recv(LONGEST_ANSWER)
        if not more:
            break
        heard += more
    return heard.rstrip(b"\0\n").decode(errors="replace")


def _read(answer: str) -> Looked:
    """What an answer says: "stream: OK", "stream: Name FOUND"; anything else is a trouble of ClamAV's own."""
    said = answer.removeprefix("stream: ")
    if said == CLEAN:
        return Looked(clean=True)
    return Looked(clean=False, found=said.removesuffix(FOUND) if said.endswith(FOUND) else "")
