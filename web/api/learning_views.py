"""Learning, quality assurance and papers for programs; papers are returned as files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from records import cases as kept
from web.api.views import MOST, Listed, paged, view_at
from web.desk import Desk
from web.pages import agendas, cases, evidence, extracts, learning_pages, years
from web.pages.committee import guidance
from workflows.reports.case_figures import Step
from workflows.reports.case_files import year_of
from workflows.reports.compliance import FATES, LABEL, Group
from workflows.reports.inspectorate_pack import pack
from workflows.views import quality_pages as quality
from workflows.views import sample_page
from workflows.views.bundles_made import BundleMade, bundles_made
from workflows.views.learning_register import LearnedLine, LearningWanted, learning_register
from workflows.views.pack import PackPage
from workflows.views.pack_list import PacksOfCase, pack_list
from workflows.views.years import YearLine, years_of


@dataclass(frozen=True)
class TimeLimits:
    """The time limits kept in a year as at a day: the whole, and by time limit."""

    year: str
    as_at: date
    whole: Group
    by_limit: Mapping[str, Group]


@dataclass(frozen=True)
class Conformance:
    """What was done in a year against what the edition allows: so many steps of so many cases, and each deviation."""

    year: str
    as_at: date
    cases: int
    taken: int
    found: tuple[quality.Deviated, ...]
    hidden: int


@dataclass(frozen=True)
class Verified:
    """What the nightly verification found (null: none yet), and the years there are figures of."""

    verified: quality.Verified | None
    years: tuple[str, ...]


@view_at("learning", "/learning")
def _learning(
    at: Desk, *, words: str = "", year: str = "", theme: str = "", limit: int = MOST, cursor: str = ""
) -> Listed[LearnedLine]:
    """What was learned and done well in all cases, the newest first."""
    wanted = LearningWanted(words, year_of(year) if year else None, theme)
    with at.reading() as tx:
        found = learning_register(tx, wanted, at.hidden(tx))
    return paged(found.lines, limit, cursor)


@view_at("packs", "/learning/packs")
def _packs(at: Desk) -> tuple[PacksOfCase, ...]:
    """Which forms of the Care Inspectorate were sent, and which still want something."""
    with at.reading() as tx:
        return tuple(pack_list(tx, at.viewer.today, at.hidden(tx)).cases)


@view_at("pack", "/cases/{ref}/packs/{part}")
def _pack(at: Desk, ref: str, part: str) -> PackPage:
    """What a form of the Care Inspectorate asks about a case, and what is missing."""
    with at.reading_case(ref) as tx:
        return PackPage.of(pack(tx, ref, learning_pages.part_of(part), at.viewer.today))


@view_at("years", "/learning/years")
def _years(at: Desk) -> tuple[YearLine, ...]:
    """The years, and when the summary of each was published."""
    with at.reading() as tx:
        return years_of(tx, at.viewer.today)


@view_at("bundle", "/cases/{ref}/bundle")
def _bundles(at: Desk, ref: str) -> tuple[BundleMade, ...]:
    """The bundles that were made of a case for an inquiry: for whom, and why."""
    with at.reading_case(ref) as tx:
        return bundles_made(tx, kept.find(tx, ref, to_change=False).ref)


@view_at("quality", "/quality")
def _quality(at: Desk) -> Verified:
    """What the nightly verification found, and the years there are figures of."""
    hidden = at.kept_from_them()
    with at.reading() as tx:
        found = quality.start(tx, at.viewer, hidden)
    return Verified(found.verified, found.years)


@view_at("compliance", "/quality/time-limits")
def _compliance(at: Desk, *, year: str = "", quarter: str = "", step: str = "", agency: str = "") -> TimeLimits:
    """The time limits kept in a year."""
    one = _year(at, year)
    found = one.compliance.where(quarter, step, agency)
    return TimeLimits(one.name, one.as_at, found.whole, found.by(LABEL))


@view_at("compliance_steps", "/quality/time-limits/steps")
def _steps(at: Desk, *, year: str = "", fate: str = "", limit: int = MOST, cursor: str = "") -> Listed[Step]:
    """The steps of a year, each with its case: all of them, or of one fate."""
    chosen = quality.QualityFilter(fate=fate if fate in FATES else "")
    return paged(quality.behind(_year(at, year), chosen).steps, limit, cursor)


@view_at("conformance", "/quality/conformance")
def _conformance(at: Desk, *, year: str = "", kind: str = "", ref: str = "") -> Conformance:
    """What was done in a year against what the edition allows: each deviation with its entry and its rule."""
    one = _year(at, year)
    found = quality.conformance_page(one, kind if kind in quality.KINDS else "", ref)
    return Conformance(one.name, one.as_at, found.cases, found.taken, found.found, found.hidden)


@view_at("samples", "/quality/samples")
def _samples(at: Desk) -> tuple[sample_page.Line, ...]:
    """The samples that were drawn."""
    with at.reading() as tx:
        return sample_page.samples(tx)


@view_at("sample", "/quality/samples/{number}")
def _sample(at: Desk, number: str) -> sample_page.Sample:
    """A sample: how it was drawn, its cases, what was read, and how far two readers agree."""
    hidden = at.kept_from_them()
    with at.reading() as tx:
        return sample_page.sample(tx, number, at.viewer, hidden)


def _year(at: Desk, year: str) -> quality.OneYear:
    hidden = at.kept_from_them()
    with at.reading() as tx:
        return quality.one_year(tx, at.viewer, hidden, year)


view_at("case_pdf", "/cases/{ref}/case.pdf")(cases.as_pdf)
view_at("evidence", "/cases/{ref}/evidence/{sha256}")(evidence.file)
view_at("pack_file", "/cases/{ref}/packs/{part}/{kind}")(learning_pages.one_pack_file)
view_at("learning_paper_file", "/learning/papers/{name}/{kind}")(learning_pages.one_paper_file)
view_at("year_file", "/learning/years/{year}/{version}/{kind}")(years.one_year_file)
view_at("extract_file", "/learning/extract/{kind}")(extracts.file)
view_at("meeting_packs", "/meetings/{number}/papers.zip")(agendas.with_packs)
view_at("meeting_paper", "/meetings/{number}/{paper}.{kind}")(agendas.paper)
view_at("edition_drawing", "/committee/editions/{name}/drawing.svg")(guidance.drawing)
