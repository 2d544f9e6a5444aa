"""A picture of what a terminal showed, as an SVG file that needs nothing from the network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO

from rich.console import Console, RenderableType
from rich.terminal_theme import TerminalTheme

WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
PAPER = TerminalTheme(
    (24, 28, 34),
    (220, 224, 228),
    [
        (60, 66, 74),
        (232, 96, 90),
        (120, 190, 120),
        (226, 176, 84),
        (98, 150, 226),
        (198, 130, 214),
        (92, 190, 200),
        (220, 224, 228),
    ],
    [
        (120, 128, 138),
        (255, 130, 120),
        (150, 215, 150),
        (245, 205, 120),
        (130, 178, 245),
        (220, 160, 235),
        (130, 215, 225),
        (255, 255, 255),
    ],
)


def svg(lines: Sequence[RenderableType], title: str, width: int) -> str:
    """Draw lines as they look on a terminal of `width` columns."""
    console = Console(
        record=True, width=width, file=StringIO(), force_terminal=True, color_system="truecolor", highlight=False
    )
    for line in lines:
        console.print(line)
    return WEB_FONT.sub("", console.export_svg(title=title, theme=PAPER)).replace("Fira Code", "DejaVu Sans Mono")
