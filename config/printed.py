"""Regenerates docs/guidance/*.md: every edition as a page and a picture, so that anybody can read the rules."""

from __future__ import annotations

import sys
from pathlib import Path

from config import drawing, printing, procedures

PAGES = Path(__file__).parent.parent / "docs" / "guidance"


def main(pages: Path = PAGES) -> None:
    """Print every edition; `make guidance` calls it."""
    pages.mkdir(parents=True, exist_ok=True)
    for name in procedures.names():
        procedure = procedures.load(name)
        (pages / f"{name}.md").write_text(printing.markdown(procedure), encoding="utf-8")
        (pages / f"{name}.svg").write_text(drawing.draw(procedure), encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
