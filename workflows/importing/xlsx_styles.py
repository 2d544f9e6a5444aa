"""How the cells of an XLSX file are shown, as far as it says what they mean: formats, fills, what is struck through."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from workflows.importing.number_formats import BUILT_IN
from workflows.importing.xml_parts import Parts, attribute, is_on, local

EIGHT = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
INDEXED = (
    *EIGHT,
    *EIGHT,
    *("800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080"),
    *("9999FF", "993366", "FFFFCC", "CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF"),
    *("000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000", "008080", "0000FF"),
    *("00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99"),
    *("3366FF", "33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696"),
    *("003366", "339966", "003300", "333300", "993300", "993366", "333399", "333333"),
)
"""The colours that are named by a number."""
THEME_ORDER = (
    *("lt1", "dk1", "lt2", "dk2"),
    *("accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink"),
)


@dataclass(frozen=True)
class Style:
    """How one kind of cell is shown. A `fill` that is not sure says so in words."""

    code: str = ""
    struck: bool = False
    fill: str = ""


PLAIN = Style()


@dataclass
class Styles:
    """The styles of a file, by number."""

    known: list[Style] = field(default_factory=list)

    def of(self, number: str | None) -> Style:
        """A style by its number; a plain one where there is none."""
        place = int(number) if number and number.isdigit() else 0
        return self.known[place] if place < len(self.known) else PLAIN


def styles_of(parts: Parts, name: str, theme: str) -> Styles:
    """Read the styles of a file."""
    codes, fonts, fills = dict(BUILT_IN), list[bool](), list[str]()
    colours = _theme(parts, theme)
    found = Styles()
    for _, element in parts.elements(name):
        match local(element.tag):
            case "numFmt" if attribute(element, "numFmtId").isdigit():
                codes[int(attribute(element, "numFmtId"))] = attribute(element, "formatCode")
            case "fonts":
                fonts = [_is_struck(font) for font in element]
            case "fills":
                fills = [_colour(fill, colours) for fill in element]
            case "cellXfs":
                found.known = [_style(one, codes, fonts, fills) for one in element]
    return found


def is_struck(properties: Element | None) -> bool:
    """Whether a run of words is struck through."""
    return properties is not None and _is_struck(properties)


def _is_struck(font: Element) -> bool:
    marks = (one for one in font if local(one.tag) in {"strike", "dstrike"})
    return any(is_on(attribute(one, "val") or "1") for one in marks)


def _style(one: Element, codes: dict[int, str], fonts: list[bool], fills: list[str]) -> Style:
    number, font, fill = (int(attribute(one, name) or 0) for name in ("numFmtId", "fontId", "fillId"))
    return Style(
        codes.get(number, ""),
        fonts[font] if font < len(fonts) else False,
        fills[fill] if fill < len(fills) else "",
    )


def _colour(fill: Element, theme: dict[int, str]) -> str:
    pattern = next((one for one in fill if local(one.tag) == "patternFill"), None)
    if pattern is None or attribute(pattern, "patternType") != "solid":
        return ""
    colour = next((one for one in pattern if local(one.tag) == "fgColor"), None)
    if colour is None:
        return ""
    if rgb := attribute(colour, "rgb"):
        return rgb[-6:].upper()
    if (number := attribute(colour, "indexed")).isdigit():
        return INDEXED[int(number)] if int(number) < len(INDEXED) else ""
    number, tint = attribute(colour, "theme"), float(attribute(colour, "tint") or 0)
    if not number.isdigit():
        return ""
    base = theme.get(int(number))
    return _tinted(base, tint) if base else f"colour {number} of the theme, tint {tint:g}"


def _tinted(base: str, tint: float) -> str:
    """A colour made lighter (towards white) or darker."""
    parts = (int(base[at : at + 2], 16) for at in (0, 2, 4))
    made = (value * (1 + tint) if tint < 0 else value + (255 - value) * tint for value in parts)
    return "".join(f"{min(255, max(0, round(value))):02X}" for value in made)


def _theme(parts: Parts, name: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for _, element in parts.elements(name):
        key = local(element.tag)
        if key in THEME_ORDER and len(element):
            colour = attribute(element[0], "lastClr") or attribute(element[0], "val")
            found[THEME_ORDER.index(key)] = colour.upper()
    return found
