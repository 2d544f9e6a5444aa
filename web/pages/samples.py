"""The auditor's samples: drawn by chance, read by a form, and once more by another who sees nothing of it."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from starlette.responses import Response

from config.assessment_form import assessment_form
from states.errors import BadAnswer
from web.answers import Filled
from web.desk import Desk
from web.form_routes import keeping_at
from web.guard import At
from web.keeping import MAY_SAY_WHY, Keeping
from web.links import case_address
from workflows.reports.sampling_frame import BY
from workflows.unit_of_work import UnitOfWork
from workflows.verbs.samples import SampleWanted, assess, draw_sample
from workflows.views import sample_page as views
from workflows.views.question import Question

router = APIRouter()

BACK = "/quality/samples"
FRAME = "quality/frame.html"
DRAWING = "The seed, the strata with every case in them, and the day are kept, so that anybody can draw the same again."
FINAL = "A reading is kept as it is confirmed: it cannot be corrected afterwards."
BLIND = "Who reads it after you does not see what you say, nor you what was said before, until both have read it."


@router.get(BACK, name="samples")
def samples(at: At) -> Response:
    """Show the samples there are."""
    with at.reading() as tx:
        found = views.samples(tx)
    return at.page("quality/samples.html", samples=found)


@keeping_at(router, f"{BACK}/new", "sample_new")
def draw(at: Desk) -> Keeping:
    """Draw a sample."""
    strata = tuple((name, words) for name, (words, _) in BY.items())
    asked = (
        Question("count", "How many cases", "number"),
        Question("by", "Strata", "choice", strata, help="Each stratum gives as many cases as its share, at least one."),
        Question("opened_from", "Opened from", "date", ask="may"),
        Question("opened_to", "Opened until", "date", ask="may"),
        Question("seed", "Seed", ask="may", help="Any words or digits. Left empty, one is made."),
        MAY_SAY_WHY,
    )

    def do(uow: UnitOfWork, filled: Filled) -> str:
        count, days = filled.number("count"), (filled.day("opened_from"), filled.day("opened_to"))
        wanted = SampleWanted(count, filled.word("by"), filled.word("seed"), None, *days, filled.word("reason"))
        made = draw_sample(uow, wanted, assessment_form(at.settings.local_file))
        return made.subject

    def on(number: str) -> Response:
        return at.go_to(f"{BACK}/{number}?did=drawn")

    more = {"back_to": "Samples", "note": DRAWING, "is_now": {"count": "12", "by": "outcome"}}
    return Keeping("Draw a sample", "Draw", BACK, asked, do, tried=False, after=on, frame=FRAME, **more)  # type: ignore[arg-type]


@router.get(f"{BACK}/{{number}}", name="sample")
def sample(at: At, number: str, again: bool = False) -> Response:  # noqa: FBT001, FBT002  it stands in the address
    """Show a sample: how it was drawn, its cases, what was read, and how far two readers agree."""
    hidden = at.kept_from_them()
    with at.reading() as tx:
        found = views.sample(tx, number, at.viewer, hidden)
        differs = views.again_from_database(tx, number) if again else None
    return at.page("quality/sample.html", sample=found, differs=differs)


@keeping_at(router, f"{BACK}/{{number}}/cases/{{ref}}", "assessment")
def assessment(at: Desk, number: str, ref: str) -> Keeping:
    """Record what was found in a case. Raises BadAnswer where it is read no more."""
    hidden = at.kept_from_them()
    with at.reading_case(ref) as tx:
        found = views.sample(tx, number, at.viewer, hidden)
    one = found.case(ref)
    if not one.to_read:
        raise BadAnswer(f"{one.ref} was read by you, or by two others, for {found.number}: it is read no more.")

    def do(uow: UnitOfWork, filled: Filled) -> str:
        assess(uow, found.number, one.ref, filled.answers)
        return "; ".join(f"{question.label} {_said(question, filled)}" for question in found.questions)

    title, back = f"Read {one.ref}", f"{BACK}/{found.number}"
    more = {"look": tuple(_papers(one.ref)), "final": FINAL, "frame": FRAME}
    return Keeping(title, "Continue", back, found.questions, do, "assessed", found.number, BLIND, **more)  # type: ignore[arg-type]


def _papers(ref: str) -> Iterator[tuple[str, str]]:
    """The pages of a case that whoever reads it looks at."""
    case = case_address(ref)
    yield f"{case}/history", f"The history of {ref}"
    yield f"{case}#dates", "Its dates, each with how it was counted"
    yield f"{case}#documents", "Its documents"
    yield f"/quality/conformance?ref={ref}", "What deviated from its edition in the newest year"


def _said(question: Question, filled: Filled) -> str:
    value = filled.answers.get(question.name, "")
    plain = value.get("answer", "") if isinstance(value, dict) else value
    several = plain if isinstance(plain, list) else [plain]
    return ", ".join(dict(question.answers).get(str(part), str(part)) for part in several) or "(nothing)"
