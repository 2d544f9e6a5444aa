"""Papers as tagged PDF (PDF/UA-1), for publication: headings, tables and pictures say what they are to a screen reader.

Nothing is fetched: the pages are built from our own folder and from what is in the paper.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

from states.errors import BadAnswer, NotSetUp
from states.words import long_day
from workflows.papers import charts
from workflows.papers.paper import HEADINGS, Paper, Table, grouped

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parents[2] / "config" / "papers"
MOST_TOLD = 60
"""So many things are told in a document under one heading; the spreadsheet and the JSON have all of them."""

MOST_ROWS = 250
"""So many rows of a table are printed: longer ones take minutes to lay out, and nobody reads them on paper."""

NARROW, WIDE = 20, 70
"""Letters in a column that count for its width."""

NOT_OURS = "A paper asks for nothing but its own style sheet and charts."
MISSING = (
    "No PDF can be made here: the system library Pango is missing. On Debian or Ubuntu: apt-get install "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation. Word, spreadsheet and JSON work without."
)

PARTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "Cases considered and what was decided",
        ("decisions",),
        ("decisions", "grounds"),
        ("reasons",),
    ),
    ("Time taken", ("steps",), ("steps", "delays", "stages", "holds"), ()),
    (
        "Recommendations",
        ("levels", "standings"),
        ("recommendations", "done", "fulfilled", "practice", "outcomes"),
        (),
    ),
    ("What was learned", (), ("themes", "learned", "practised"), ("learning", "practice")),
)
"""The parts of the year's summary in order: heading, charts, tables, what is told. All else comes after."""


def pdf(paper: Paper, *, load: Callable[[], Any] | None = None) -> bytes:
    """A paper as a PDF. Raises NotSetUp, saying what to install, where the libraries for it are missing."""
    weasyprint = (load or _weasyprint)()
    page = weasyprint.HTML(string=html(paper), base_url=FOLDER.as_uri() + "/", url_fetcher=_fetcher(paper, weasyprint))
    made: bytes = page.write_pdf(pdf_variant="pdf/ua-1", finisher=_say_what_headers_head)
    return made


def _say_what_headers_head(_: object, written: Any) -> None:
    """Say of every header of a table whether it heads a column or a row, and list the headers by their names.

    WeasyPrint names the headers of each cell; readers that go by the scope of a header have nothing to go by else.
    """
    import pydyf  # type: ignore[import-untyped]

    parts: list[Any] = [one for one in written.objects if isinstance(one, dict)]
    headers = [one for one in parts if one.get("S") == "/TH"]
    for header in headers:
        row = _above(written, header)
        heads_columns = _above(written, row).get("S") == "/THead"
        header["A"]["Scope"] = "/Column" if heads_columns else "/Row"
    root = next(one for one in parts if one.get("Type") == "/StructTreeRoot")
    named = sorted((str(header["ID"].string), header.reference) for header in headers if "ID" in header)
    names = pydyf.Array([part for name, reference in named for part in (pydyf.String(name), reference)])
    root["IDTree"] = pydyf.Dictionary({"Names": names})


def _above(written: Any, part: Any) -> Any:
    return written.objects[int(part["P"].split()[0])]


def html(paper: Paper) -> str:
    """The pages before they are laid out. Raises BadAnswer where the template names what Cairn does not know."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, UndefinedError

    pages = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    try:
        return pages.get_template("paper.html").render(
            paper=paper, made_on=long_day(paper.made_on), parts=_parts(paper), widths=widths
        )
    except UndefinedError as unknown:
        raise BadAnswer(f"The template paper.html names what Cairn does not know: {unknown}.") from None
    except TemplateError as faulty:
        raise BadAnswer(f"The template paper.html cannot be used: {faulty}.") from None


def _parts(paper: Paper) -> list[dict[str, Any]]:
    """The paper in parts: those of the year's summary that it has, then whatever else is in it."""
    placed = {name for _, _, tables, told in PARTS for name in (*tables, *told)}
    found = [_part(paper, *part) for part in PARTS]
    others = tuple(name for name in paper.tables if name not in placed)
    rest = tuple(name for name in paper.told if name not in placed)
    return [part for part in (*found, _part(paper, "", (), others, rest)) if part["tables"] or part["told"]]


def _part(
    paper: Paper, heading: str, drawn: tuple[str, ...], tables: tuple[str, ...], told: tuple[str, ...]
) -> dict[str, Any]:
    shown = [{"name": name, **vars(paper.charts[name])} for name in drawn if name in paper.charts]
    kept = [_printed(paper.tables[name]) for name in tables if name in paper.tables and paper.tables[name].rows]
    said = [_told(paper, name) for name in told if paper.told.get(name)]
    return {"heading": heading, "charts": shown, "tables": kept, "told": said}


def _printed(table: Table) -> Table:
    """A table as far as it is printed: a longer one says where the rest is."""
    left = len(table.rows) - MOST_ROWS
    if left <= 0:
        return table
    note = f"{left:,} more {'is' if left == 1 else 'are'} in the spreadsheet and the JSON. {table.note}".strip()
    return replace(table, rows=table.rows[:MOST_ROWS], note=note, last_is_total=False)


def widths(table: Table) -> list[int]:
    """How wide each column of a table of words is, in hundredths: by its longest text, long ones counting for less."""
    columns = zip(*((row.label, *row.shown) for row in table.rows), strict=True)
    texts = [max(len(heading), *map(len, cells)) for heading, cells in zip(table.columns, columns, strict=True)]
    shares = [min(max(length, NARROW), WIDE) ** 0.5 for length in texts]
    return [round(100 * share / sum(shares)) for share in shares]


def _told(paper: Paper, name: str) -> dict[str, Any]:
    told = paper.told[name]
    return {
        "heading": HEADINGS.get(name, ""),
        "groups": grouped(told[:MOST_TOLD]),
        "left": max(len(told) - MOST_TOLD, 0),
    }


def _weasyprint() -> Any:
    """WeasyPrint itself; that it would like a newer HarfBuzz is no matter for whoever asked for a PDF."""
    try:
        with catch_warnings():
            simplefilter("ignore", DeprecationWarning)
            import weasyprint  # type: ignore[import-untyped]
    except OSError:
        raise NotSetUp(MISSING) from None
    return weasyprint


def _fetcher(paper: Paper, weasyprint: Any) -> Any:
    """What the pages may ask for: their style sheet, and the charts of the paper."""

    class OurFolder(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        """Nothing from anywhere else."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - what WeasyPrint calls
            kind, _, name = url.partition(":")
            if kind == "chart" and name in paper.charts:
                drawn = charts.svg(paper.charts[name], name).encode()
                return weasyprint.urls.URLFetcherResponse(url, drawn, {"Content-Type": "image/svg+xml"})
            if url == (FOLDER / "paper.css").as_uri():
                sheet = (FOLDER / "paper.css").read_bytes()
                return weasyprint.urls.URLFetcherResponse(url, sheet, {"Content-Type": "text/css"})
            raise ValueError(NOT_OURS)

    return OurFolder()
