"""The pages of learning: the register, papers in every kind, the year published once it was seen, packs with links."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from records.database import reading
from records.need_to_know import hidden_from
from tests.filed import decided, kept, reviewed
from workflows.reports.case_files import year_of
from workflows.reports.forum_paper import _agenda
from workflows.reports.publication import published
from workflows.verbs.keep_to import keep_to
from workflows.views.readings import ReadingsWanted, readings

if TYPE_CHECKING:
    from tests.desk import Committee

BEGINS = {"docx": b"PK", "xlsx": b"PK", "pdf": b"%PDF-"}


@pytest.fixture
def learned(desk: Committee) -> Committee:
    """Lend the desk of a committee with a review that taught something, and one that was decided against."""
    review = reviewed()
    review.enter("learning_point", "2026-01-11", kind="process", process_approach=["internal_qa"], point="Begin early.")
    review.enter("learning_point", "2026-01-12", kind="process", process_approach=["internal_qa"], point="Ask fathers.")
    kept(desk.here.engine, [("LR-2025-0001", review), ("LR-2025-0002", decided("do_not_proceed"))])
    return desk


def test_what_was_learned_is_found_by_words_year_and_kind_and_leads_to_its_case(learned: Committee) -> None:
    lead = learned.sign_in()
    everything = lead.get("/learning").text
    assert "2 of 2" in everything
    assert '<a href="/cases/LR-2025-0001#lists">LR-2025-0001</a>' in everything
    found = lead.get("/learning?words=FATHERS&year=2025-26&what=learning").text
    assert ("1 of 2" in found, "Ask fathers." in found, "Begin early." in found) == (True, True, False)
    assert "Nothing like that is entered." in lead.get("/learning?what=practice").text
    assert lead.get("/learning?year=soon").status_code == 422


def test_a_case_kept_to_others_teaches_them_nothing(learned: Committee) -> None:
    ref = learned.open_case()
    learned.acts("lead_officer", keep_to, ref, (learned.numbers["lead_officer"],), "It is about us.")
    chair = learned.sign_in("chair")
    assert "named people, and you are none of them" in chair.get("/learning/years/2025-26/full").text
    assert chair.page is not None
    assert ref not in chair.page.text
    assert learned.sign_in().get("/learning/years/2025-26/full").status_code == 200
    with reading(learned.here.engine) as tx:
        hidden = hidden_from(tx, str(learned.numbers["chair"]))
        items = [{"id": "A1", "fields": {"issue": "Late papers.", "from_case": ref}}]
    assert hidden == {ref}
    assert [row.cells[1] for row in _agenda("x", [(None, one) for one in items], hidden).rows] == [""]  # type: ignore[list-item]


def test_papers_are_looked_at_and_saved_in_every_kind(learned: Committee) -> None:
    member = learned.sign_in("committee")
    assert "Nothing is put forward." in member.get("/learning/papers/forum").text
    assert "Follow-through" in member.get("/learning/papers/board").text
    for kind, begins in BEGINS.items():
        sent = member.get(f"/learning/papers/forum/{kind}")
        assert sent.content.startswith(begins), kind
        assert sent.headers["content-disposition"] == f'attachment; filename="forum.{kind}"'
    assert member.get("/learning/papers/forum/exe").status_code == 404
    assert member.get("/learning/papers/minutes").status_code == 404


def test_the_reviews_of_a_period_are_looked_at_and_saved_and_that_is_on_record(learned: Committee) -> None:
    chair, days = learned.sign_in("chair"), "first=1+April+2025&last=31+March+2026"
    assert "Completed from" in chair.get("/learning/extract").text
    shown = chair.get(f"/learning/extract?{days}").text
    assert ("LR-2025-0001" in shown, "LR-2025-0002" in shown, "Not for publication" in shown) == (True, False, True)
    for kind, begins in {**BEGINS, "csv": b"\xef\xbb\xbfreference,", "json": b"{"}.items():
        sent = chair.get(f"/learning/extract/{kind}?{days}")
        assert sent.content.startswith(begins), kind
        assert sent.headers["content-disposition"].endswith(f'reviews-2025-04-01-2026-03-31.{kind}"')
    assert chair.get("/learning/extract?first=soon&last=").status_code == 422
    assert chair.get(f"/learning/extract/exe?{days}").status_code == 404
    with reading(learned.here.engine) as tx:
        assert [(one.ref, one.part) for one in readings(tx, ReadingsWanted()).lines] == [("LR-2025-0001", "extract")]

    learned.acts(
        "lead_officer", keep_to, "LR-2025-0001", (learned.numbers["lead_officer"],), "It concerns a colleague."
    )
    refused = chair.get(f"/learning/extract?{days}")
    assert (refused.status_code, "LR-2025-0001" in refused.text) == (409, False)


def test_the_year_is_for_the_committee_at_once_and_for_anybody_once_it_is_published(learned: Committee) -> None:
    learned.later(days=60)
    lead = learned.sign_in()
    years = lead.get("/learning/years").text
    assert "2025-26" in years
    full = lead.get("/learning/years/2025-26/full").text
    assert "every case is listed by its reference" in full
    assert "LR-2025-0001" in full
    assert "<svg" in full
    word = lead.get("/learning/years/2025-26/full/docx")
    with zipfile.ZipFile(io.BytesIO(word.content)) as opened:
        assert "LR-2025-0002" in opened.read("word/document.xml").decode()

    refused = lead.get("/learning/years/2025-26/public/pdf")
    assert "publish the summary of 2025-26 first" in refused.text
    shown = lead.get("/learning/years/2025-26/public").text
    assert "LR-2025-0001" not in shown
    assert "Publish it as it stands here" not in learned.sign_in("auditor").get("/learning/years/2025-26/public").text
    done = lead.send("/learning/years/2025-26/published")
    assert "It is published, and kept as it was printed." in done.text
    with reading(learned.here.engine) as tx:
        assert published(tx, year_of("2025-26")) is not None
    assert lead.get("/learning/years/2025-26/published/xlsx").content.startswith(b"PK")
    assert "The year is not over" in lead.get("/learning/years/2026-27/public").text
    assert lead.get("/learning/years/2026-27/published").status_code == 404


def test_a_pack_says_what_is_missing_with_a_link_to_where_it_is_entered(learned: Committee) -> None:
    lead = learned.sign_in()
    assert "LR-2025-0002" in lead.get("/learning/packs").text
    shown = lead.get("/cases/LR-2025-0001/packs/decision").text
    assert "Still missing, before anyone opens the form" in shown
    assert 'href="/cases/LR-2025-0001/steps/describe"' in shown
    assert 'href="/cases/LR-2025-0001/children/new"' in shown
    assert lead.get("/cases/LR-2025-0001/packs/decision/docx").content.startswith(b"PK")
    assert lead.get("/cases/LR-2025-0001/packs/other").status_code == 404
