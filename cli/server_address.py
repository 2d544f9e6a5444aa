"""The server a command is sent to and its token: a safe address, and a token file that nobody else may read."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from urllib.parse import urlsplit

from states.errors import NotSetUp

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
NAMED = re.compile(r"([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", re.IGNORECASE)
"""How a server is named in an address: by a host, and maybe a port."""
NO_ADDRESS = "{address} is no address of a server: write it like https://cairn.example.org."
NOT_SAFE = "{address} is not sent to, because the token could be read on the way: write https:// before the name."
NO_TOKEN = "Say which file holds the token: --token-file FILE (or set CAIRN_TOKEN_FILE)."  # noqa: S105  a sentence
NO_FILE = "The token cannot be read from {path} ({why}): an administrator makes one with cairn token make."
OPEN_FILE = "{path} can be read by others on this machine: chmod 600 {path}"
NOT_A_TOKEN = "{path} holds no token: it begins with cairn_ and is one line, as it was shown."  # noqa: S105


def checked(address: str) -> str:
    """An address that a token may be sent to, without what is after its name. Raises NotSetUp."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        raise NotSetUp(NO_ADDRESS.format(address="That")) from None
    if parts.scheme not in {"http", "https"} or not NAMED.fullmatch(parts.netloc) or parts.query or parts.fragment:
        raise NotSetUp(NO_ADDRESS.format(address=f"{parts.scheme}://{parts.hostname}" if parts.hostname else "That"))
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise NotSetUp(NOT_SAFE.format(address=f"http://{parts.hostname}"))
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def token_in(file: str) -> str:
    """The token in a file that nobody else may read. Raises NotSetUp."""
    if not file:
        raise NotSetUp(NO_TOKEN)
    path = Path(file).expanduser()
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise NotSetUp(OPEN_FILE.format(path=path))
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as trouble:
        raise NotSetUp(NO_FILE.format(path=path, why=getattr(trouble, "strerror", None) or "it is not text")) from None
    if not token.startswith("cairn_") or len(token.split()) != 1:
        raise NotSetUp(NOT_A_TOKEN.format(path=path))
    return token
