"""What is learned: the register, the papers for the forum and the board, and what goes to the Care Inspectorate."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.responses import Response

from states.errors import NotFound, Refused
from web.desk import Desk
from web.errors import refusal
from web.guard import At
from web.links import sentences, worded
from workflows.papers.kinds import KINDS, as_file
from workflows.papers.paper import Paper
from workflows.reports import follow_through_board
from workflows.reports.case_files import Year, year_of
from workflows.reports.forum_paper import forum_paper
from workflows.reports.inspectorate_pack import Part, pack, paper
from workflows.views.learning_register import LearningWanted, learning_register
from workflows.views.pack import PackPage
from workflows.views.pack_list import PARTS, pack_list
from workflows.views.years import years_of

router = APIRouter()

MOST = 200
WHAT: dict[str, Literal["", "learning", "practice"]] = {"learning": "learning", "practice": "practice"}
NO_PAPER = "There is no such paper: the pages of learning lead to those there are."


@router.get("/learning", name="learning")
def register(at: At, words: str = "", year: str = "", theme: str = "", what: str = "") -> Response:
    """Show what was learned and done well in all cases, narrowed by what stands in the address."""
    wrong: Refused | None = None
    asked: Year | None = None
    try:
        asked = year_of(year) if year.strip() else None
    except Refused as refused:
        wrong = refused
    with at.reading() as tx:
        shown = learning_register(tx, LearningWanted(words, asked, theme, WHAT.get(what, "")), at.hidden(tx))
        years = years_of(tx, at.viewer.today)
    return at.page(
        "learning/register.html",
        **refusal(wrong),
        shown=shown,
        most=MOST,
        years=years,
        asked={"words": words, "year": year, "theme": theme, "what": what},
    )


@router.get("/learning/papers/{name}", name="learning_paper")
def one_paper(at: At, name: str) -> Response:
    """Show a paper as it would be written now, with its files."""
    made = paper_called(at, name)
    return at.page("learning/paper.html", paper=made, files=f"/learning/papers/{name}", kinds=KINDS, here=name)


@router.get("/learning/papers/{name}/{kind}", name="learning_paper_file")
def one_paper_file(at: At, name: str, kind: str) -> Response:
    """Send a paper as a file."""
    return sent(paper_called(at, name), kind, name)


@router.get("/learning/packs", name="packs")
def packs(at: At) -> Response:
    """Show which forms of the Care Inspectorate were sent, and which still want something."""
    with at.reading() as tx:
        found = pack_list(tx, at.viewer.today, at.hidden(tx))
    return at.page("learning/packs.html", cases=found.cases, damaged=[sentences(one) for one in found.damaged])


@router.get("/cases/{ref}/packs/{part}", name="pack")
def one_pack(at: At, ref: str, part: str) -> Response:
    """Show what a form of the Care Inspectorate asks about a case, what is missing, and where each is entered."""
    with at.reading_case(ref) as tx:
        shown = PackPage.of(pack(tx, ref, part_of(part), at.viewer.today))
    return at.page("learning/pack.html", shown=shown, part=part, parts=PARTS, kinds=KINDS)


@router.get("/cases/{ref}/packs/{part}/{kind}", name="pack_file")
def one_pack_file(at: At, ref: str, part: str, kind: str) -> Response:
    """Send a pack as a file, to draft from."""
    with at.reading_case(ref) as tx:
        found = pack(tx, ref, part_of(part), at.viewer.today)
    return sent(paper(found, lambda how: worded(how).striptags()), kind, f"{found.ref}-{part}")


def part_of(name: str) -> Part:
    """A form of the Care Inspectorate by its name. Raises NotFound."""
    found = next((part for part, _ in PARTS if part == name), None)
    if found is None:
        raise NotFound(f"There is no form of that name: {', '.join(part for part, _ in PARTS)} are.")
    return found


def paper_called(at: Desk, name: str) -> Paper:
    """A paper by its name: that for the forum, or the board. Raises NotFound."""
    with at.reading() as tx:
        return _made(at, tx, name)


def _made(at: Desk, tx: Connection, name: str) -> Paper:
    hidden = at.hidden(tx)
    if name == "forum":
        return forum_paper(tx, at.site.committee, at.viewer.today, hidden)
    if name == "board":
        return follow_through_board.paper(follow_through_board.board(tx, at.viewer.today, hidden), at.site.committee)
    raise NotFound(NO_PAPER)


def sent(made: Paper, kind: str, name: str, template: str = "paper.docx") -> Response:
    """A paper as a file to be saved. Raises NotFound for a kind there is not."""
    content = as_file(made, kind, template)
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=KINDS[kind][1], headers=headers)
