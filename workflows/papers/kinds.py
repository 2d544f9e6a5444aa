"""The kinds of file a paper can be written as: Word, PDF and spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from states.errors import NotFound
from workflows.papers.paper import Paper

TEMPLATES = Path(__file__).parents[2] / "config" / "papers"
KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "pdf": ("PDF", "application/pdf"),
        "xlsx": ("Spreadsheet", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    }
)
"""Each kind by the ending of its files: what it is called, and what it is for a browser."""


def kinds(paper: Paper, template: Path) -> dict[str, Callable[[], bytes]]:
    """What makes a paper as each kind of file; `template` is that of the Word document."""
    from workflows.papers import pdf, spreadsheet, word

    return {
        "docx": lambda: reproducible_zip(word.word(paper, template)),
        "pdf": lambda: pdf.pdf(paper),
        "xlsx": lambda: spreadsheet.spreadsheet(paper),  # a ZIP that is the same whenever it is written
    }


def reproducible_zip(package: bytes) -> bytes:
    """A ZIP, such as a Word document is, whose parts all bear the same moment: the same paper is the same file."""
    kept = BytesIO()
    with ZipFile(BytesIO(package)) as written, ZipFile(kept, "w") as again:
        for one in written.infolist():
            again.writestr(ZipInfo(one.filename), written.read(one), ZIP_DEFLATED)
    return kept.getvalue()


def as_file(paper: Paper, kind: str, template: str = "paper.docx") -> bytes:
    """A paper as a file of a kind. Raises NotFound for a kind there is not, NotSetUp where no PDF can be made."""
    made = kinds(paper, TEMPLATES / template).get(kind)
    if made is None:
        raise NotFound(f"A paper is written as {', '.join(KINDS)}, not as {kind[:20]!r}.")
    return made()
