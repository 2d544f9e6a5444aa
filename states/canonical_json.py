"""JSON in its canonical form, over which digests, seals and signatures are taken."""

from __future__ import annotations

import json
from typing import Any

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(data: Any) -> str:
    """One line of JSON, always the same letters for the same data: sorted keys, no blanks, letters as they are."""
    return _encode(data)
