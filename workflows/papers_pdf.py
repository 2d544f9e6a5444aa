"""Papers as tagged PDF (PDF/UA-1), for publication: headings, tables and pictures say what they are to a screen reader.

Nothing is fetched: the pages are built from our own folder and from what is in the paper.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from states.errors import BadAnswer, NotFound, NotSetUp
from workflows import charts
from workflows.papers import Paper, grouped, long_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from weasyprint.urls import URLFetcherResponse

FOLDER = Path(__file__).parents[1] / "config" / "papers"
MOST_TOLD = 60
"""So many things are told in a document under one heading; the spreadsheet and the JSON have all of them."""

MISSING = (
    "A PDF cannot be made here: the system library Pango is missing. On Debian or Ubuntu install it with: apt-get install "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation. Word, the spreadsheet and JSON work without."
)

PARTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]], ...] = (
    (
        "Cases considered and what was decided",
        ("decisions",),
        ("decisions", "grounds"),
        (("reasons", "Why cases were decided as they were"),),
    ),
    ("Time taken", ("steps",), ("steps", "delays", "stages", "holds"), ()),
    (
        "Recommendations",
        ("levels", "standings"),
        ("recommendations", "done", "fulfilled", "practice", "outcomes"),
        (),
    ),
    ("What was learned", (), ("themes",), (("learning", "Learning points"), ("practice", "Good practice"))),
)
"""The parts of the year's summary in order: heading, charts, tables, what is told. All else comes after."""


def pdf(paper: Paper, *, load: Callable[[], Any] | None = None) -> bytes:
    """A paper as a PDF. Raises NotSetUp, saying what to install, where the libraries for it are missing."""
    weasyprint = (load or _weasyprint)()
    markup, sheet = html(paper), (FOLDER / "paper.css").read_text(encoding="utf-8")
    del sheet
    document = weasyprint.HTML(string=markup, base_url=FOLDER.as_uri() + "/", url_fetcher=_Fetcher(paper))
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return made
