"""The meetings, and the agenda of each: drafted, put in order, added to, sent to the members, read as a paper."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from records import need_to_know
from records.files import passing_folder
from records.kept_files import place_of
from states.errors import BadAnswer, NotFound, Refused
from states.words import full_weekday
from web.answers import Filled
from web.desk import Desk
from web.form_routes import form_at, keeping_at
from web.guard import At
from web.keeping import WHY, Keeping
from web.links import sentences
from web.meeting_room import FRAME, AtMeeting, meeting_address, meeting_of, rules, seen
from workflows.papers.paper import Paper
from workflows.papers.pdf import pdf
from workflows.papers.word import TEMPLATES, word
from workflows.unit_of_work import UnitOfWork
from workflows.verbs import meetings as agendas
from workflows.verbs.record_reading import record_reading
from workflows.views.meeting_packs import Enclosed, evidence, fingerprint, packs
from workflows.views.meeting_page import meeting_list, meeting_page, quorum_words
from workflows.views.meeting_papers import agenda_paper, minute_paper
from workflows.views.question import Question

router = APIRouter()

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
UNPROCESSABLE = 422
NOT_IN_HERE = "Not in here, for nobody has looked at them for harmful content, or they are gone:"
PLACE = Question("place", "Where it is held", ask="may")
TITLE = Question("title", "The item", help="As it stands on the agenda. Name nobody whom a case is about.")
ABOUT = Question("about", "The case it is about", ask="may", help="Its papers then go with the agenda.")
MOVES = {"up": -1, "down": 1}
"""The buttons beside an item, and by how many places they move it."""


@router.get("/meetings", name="meetings")
def every(at: At) -> Response:
    """Show the meetings whoever looks may see."""
    with at.reading() as tx:
        shown = meeting_list(tx, rules(at), at.viewer)
    return at.page("meetings/list.html", meetings=shown)


@keeping_at(router, "/meetings/new", "meeting_new")
def _calling(at: Desk) -> Keeping:
    """Call a meeting of a body: what has come before it is on its agenda."""
    known, made = rules(at), list[int]()

    def do(uow: UnitOfWork, filled: Filled) -> str:
        rule, on = known.get(filled.word("body")), filled.day("on")
        if rule is None or on is None:
            raise BadAnswer("Say which body meets, and on which day.")
        meeting = agendas.call_meeting(uow, rule, on, filled.word("place"))
        made.append(meeting.number)
        items = "; ".join(one.title for one in meeting.agenda) or "nothing yet"
        return f"{rule.label}, {full_weekday(on)}. Before it then: {items}."

    choices = tuple((one.name, one.label) for one in known.values())
    asked = (Question("body", "Who meets", "choice", choices), Question("on", "The day of the meeting", "date"), PLACE)
    return Keeping(
        "Draft an agenda", "Continue", "/meetings", asked, do, back_to="Meetings", frame=FRAME,
        after=lambda _: at.go_to(meeting_address(made[-1])),
    )  # fmt: skip


@router.get("/meetings/{number}", name="meeting")
def one(at: At, number: str) -> Response:
    """Show a meeting: its agenda, and what became of each item."""
    return _page(at, number)


def _page(at: Desk, number: str, wrong: tuple[str, ...] = (), status: int = 200) -> Response:
    here = meeting_of(at, number)
    with at.reading() as tx:
        shown = meeting_page(tx, here.meeting, here.rule, at.viewer)
    return at.page("meetings/one.html", status=status, shown=shown, quorum=quorum_words(here.rule), wrong=wrong)


@router.post("/meetings/{number}/order", name="meeting_order")
def order(at: At, number: str) -> Response:
    """Move an item up or down, or put all in the order of the numbers written beside them."""
    here = meeting_of(at, number)
    try:
        with at.uow() as uow:
            _moved(here, uow)
    except Refused as refused:
        return _page(at, number, sentences(refused), UNPROCESSABLE)
    return at.go_to(f"{here.address}#agenda")


def _moved(here: AtMeeting, uow: UnitOfWork) -> None:
    at = here.at
    for button, by in MOVES.items():
        if at.said(button):
            agendas.move_item(uow, here.rule, here.number, at.said(button), by, seen=seen(at))
            return
    fields = ((name.removeprefix("place-"), at.said(name)) for name in at.form if name.startswith("place-"))
    places = sorted((int(place), item) for item, place in fields if place.isdecimal())
    agendas.put_in_order(uow, here.rule, here.number, [item for _, item in places], seen=seen(at))


@form_at("/meetings/{number}/order", "meeting_order")
def _ordering(at: Desk, number: str) -> Keeping:
    """Put the items of an agenda in an order; those that are not named come after, as they were."""
    here = meeting_of(at, number)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        made = agendas.put_in_order(uow, here.rule, here.number, filled.several("order"))
        return f"The agenda: {'; '.join(one.title for one in made.agenda)}."

    known = tuple((one.id, one.title) for one in here.meeting.agenda)
    return here.form("Put the agenda in order", (Question("order", "The items in their order", "choices", known),), do)


@form_at("/meetings/{number}/update", "meeting_update")
def _updating(at: Desk, number: str) -> Keeping:
    """Put on the agenda what has come before the body since it was drafted."""
    here = meeting_of(at, number)

    def do(uow: UnitOfWork, _: Filled) -> str:
        made = agendas.bring_up_to_date(uow, here.rule, here.number)
        return f"The agenda: {'; '.join(one.title for one in made.agenda)}."

    return here.form("Bring the agenda up to date", (), do)


@form_at("/meetings/{number}/items/{item}/back", "meeting_item_back")
def _bringing_back(at: Desk, number: str, item: str) -> Keeping:
    """Put an item that was left out on the agenda again."""
    here = meeting_of(at, number)
    one = here.item(item)

    def do(uow: UnitOfWork, _: Filled) -> str:
        agendas.bring_back(uow, here.rule, here.number, one.id)
        return f"On the agenda again: {one.title}"

    return here.form("Put an item back on the agenda", (), do, note=one.title)


@router.post("/meetings/{number}/update", name="meeting_update")
def update(at: At, number: str) -> Response:
    """Put on the agenda what has come before the body since it was drafted."""
    here = meeting_of(at, number)
    try:
        with at.uow() as uow:
            agendas.bring_up_to_date(uow, here.rule, here.number)
    except Refused as refused:
        return _page(at, number, sentences(refused), UNPROCESSABLE)
    return at.go_to(f"{here.address}?did=agenda")


@router.post("/meetings/{number}/items/{item}/back", name="meeting_item_back")
def back(at: At, number: str, item: str) -> Response:
    """Put an item that was left out on the agenda again."""
    here = meeting_of(at, number)
    with at.uow() as uow:
        agendas.bring_back(uow, here.rule, here.number, item)
    return at.go_to(f"{here.address}?did=agenda")


@keeping_at(router, "/meetings/{number}/items/new", "meeting_item_new")
def _adding(at: Desk, number: str) -> Keeping:
    """Put an item on the agenda."""
    here = meeting_of(at, number)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        title, why, about = (filled.word(name) for name in ("title", "reason", "about"))
        agendas.add_item(uow, here.rule, here.number, title, why, ref=about)
        return f"On the agenda, after all else: {title}"

    return here.form("Add an item", (TITLE, ABOUT, WHY), do, did="agenda")


@keeping_at(router, "/meetings/{number}/items/{item}/out", "meeting_item_out")
def _leaving_out(at: Desk, number: str, item: str) -> Keeping:
    """Leave an item out of the agenda, with the reason."""
    here = meeting_of(at, number)
    one = here.item(item)

    def do(uow: UnitOfWork, filled: Filled) -> str:
        agendas.leave_out(uow, here.rule, here.number, item, filled.word("reason"))
        return f"Left out of the agenda: {one.title}. It comes before the body again."

    return here.form("Leave an item out", (WHY,), do, note=one.title, did="agenda")


@keeping_at(router, "/meetings/{number}/sending", "meeting_sending")
def _sending(at: Desk, number: str) -> Keeping:
    """Send the agenda to the members."""
    here = meeting_of(at, number)

    def do(uow: UnitOfWork, _: Filled) -> str:
        site = at.settings.site
        paper = agenda_paper(uow.tx, here.meeting, here.rule, at.site.committee, at.viewer)
        link = f"{site}{here.address}" if site else ""
        told = agendas.send_agenda(uow, here.rule, here.number, fingerprint(paper), link)[1]
        return f"Told that the agenda and its papers are ready: {', '.join(told)}."

    note = "The members are told by their own channels. The papers are read at the desk, where an interest shuts them."
    return here.form("Send the agenda to the members", (), do, note=note, did="agenda_sent")


@router.get("/meetings/{number}/papers.zip", name="meeting_packs")
def with_packs(at: At, number: str) -> Response:
    """Send the agenda with papers and evidence of each item, without those shut to whoever asks. It is on record."""
    here = meeting_of(at, number)
    refs = {one.ref for one in here.meeting.agenda if one.ref}
    with at.reading() as tx:
        refs -= need_to_know.out_of_sight(tx, at.viewer.actor.account, refs)
    with at.uow() as uow:
        for ref in sorted(refs):
            record_reading(uow, ref, "meeting_packs")
    with at.reading() as tx:
        agenda = agenda_paper(tx, here.meeting, here.rule, at.site.committee, at.viewer)
        known = list(packs(tx, here.meeting, here.rule, at.site.committee, at.viewer))
        files = tuple(evidence(tx, here.meeting, here.rule, at.viewer))
    return _with_evidence(at, agenda, known, files, f"agenda-{here.meeting.on.isoformat()}.zip")


@router.get("/meetings/{number}/{paper}.{kind}", name="meeting_paper")
def paper(at: At, number: str, paper: str, kind: str) -> Response:
    """Send the agenda or the draft minute, as a Word document or a PDF, for whoever asks."""
    here, make = meeting_of(at, number), {"agenda": agenda_paper, "minute": minute_paper}.get(paper)
    if make is None or kind not in KINDS:
        raise NotFound("There is no such paper of a meeting: it has an agenda and a minute, as docx and as pdf.")
    with at.reading() as tx:
        made = make(tx, here.meeting, here.rule, at.site.committee, at.viewer)
    return _file(_written(made, kind), KINDS[kind], f"{paper}-{here.meeting.on.isoformat()}.{kind}")


def _with_evidence(
    at: Desk, agenda: Paper, known: list[tuple[str, Paper]], files: tuple[Enclosed, ...], name: str
) -> Response:
    """The papers in one file, which lies on the disk until it was sent: evidence may be large."""
    kept = at.settings.evidence.absolute()
    with ExitStack() as meanwhile:
        place = meanwhile.enter_context(passing_folder("papers"))
        with ZipFile(place / name, "w", ZIP_DEFLATED) as archive:
            for kind in KINDS:
                archive.writestr(f"agenda.{kind}", _written(agenda, kind))
            for title, paper in known:
                archive.writestr(title, pdf(paper))
            missing = [one.name for one in files if not _enclose(archive, one, place_of(kept, one.sha256))]
            if missing:
                archive.writestr("not-in-here.txt", "\n".join((NOT_IN_HERE, "", *missing, "")))
        gone = meanwhile.pop_all()
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    sent = place / name
    return FileResponse(sent, media_type="application/zip", headers=headers, background=BackgroundTask(gone.close))


def _enclose(archive: ZipFile, one: Enclosed, path: Path) -> bool:
    """Put a file of evidence in, if it may be handed out and is there; whether it was."""
    if one.clean and path.is_file():
        archive.write(path, one.name)
        return True
    return False


def _written(paper: Paper, kind: str) -> bytes:
    return pdf(paper) if kind == "pdf" else word(paper, TEMPLATES / "paper.docx")


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
