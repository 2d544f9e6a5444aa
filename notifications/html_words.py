"""The text of a mail that has an HTML part alone, as a reader would see it; nothing is fetched."""

from __future__ import annotations

from html.parser import HTMLParser

UNSEEN = frozenset({"head", "script", "style", "template", "title"})
OWN_LINE = frozenset({"address", "article", "blockquote", "br", "div", "h1", "h2", "h3", "hr", "li", "p", "pre", "tr"})


class _Words(HTMLParser):
    """Collects text, a line for each block, without what no reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in UNSEEN
        self.found.append("\n" if tag in OWN_LINE else " " if tag in ("td", "th") else "")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in UNSEEN))
        self.found.append("\n" if tag in OWN_LINE else "")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.found.append(data.replace("\n", " "))


def words_of(html: str) -> str:
    """What a page says, a block a line."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return "\n".join(line for line in lines if line)
