"""What the documentation gives to be typed in, taken out of it as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

FORMAT = Path(__file__).parent.parent / "docs" / "procedure-format.md"
WHOLE = "pier-review-2026"
"""The edition that is given whole."""


def whole_edition() -> str:
    """The text of that edition."""
    blocks = re.findall(r"```toml\n(.*?)```", FORMAT.read_text(encoding="utf-8"), re.DOTALL)
    (text,) = [one for one in blocks if f'name = "{WHOLE}"' in one]
    return str(text)
