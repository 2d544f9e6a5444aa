"""The address of a mail server with its password, parsed; printing it shows no secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class SecretAddress:
    """An address such as smtp://user:password@host:587/?from=desk@example.org, its parts without their escapes."""

    scheme: str
    host: str
    port: int | None
    path: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, written: str) -> Self:
        """Take an address apart. Raises ValueError where it cannot be, such as for a port that is no number."""
        parts = urlsplit(written)
        return cls(
            scheme=parts.scheme,
            host=parts.hostname or "",
            port=parts.port,
            path=unquote(parts.path),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            options=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        )

    def option(self, name: str, default: str = "") -> str:
        """One of the settings after the question mark."""
        return dict(self.options).get(name, default)
