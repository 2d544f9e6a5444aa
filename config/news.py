"""How a letter words a step that was recorded: as news of what happened, not as an instruction."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from states.words import first_up

FILE = Path(__file__).parent / "news.toml"
_RECORDED = "Record that "


def news_of(label: str) -> str:
    """The sentence for a step that was recorded, from its label: by the list, by rule, or with the label quoted."""
    known = _listed().get(label)
    if known:
        return known
    if label.startswith(_RECORDED):
        return f"{first_up(label.removeprefix(_RECORDED))}."
    return f"This step is done: “{label}”."


@lru_cache(maxsize=1)
def _listed() -> dict[str, str]:
    return dict(tomllib.loads(FILE.read_text(encoding="utf-8"))["news"])
