"""Plans an import: from rows to what would be made, with what is wrong. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from records.children import ChildDetails, names_in
from states.answers import line_fault, text_fault
from states.identity import folded
from workflows.importing.column_meanings import meanings
from workflows.importing.describing import headings_of
from workflows.importing.earlier import aligned, gone, new_alone
from workflows.importing.layout import Layout, laid_out
from workflows.importing.new_histories import NewRecommendation, NewReview, RowProblem
from workflows.importing.not_taken import not_taken
from workflows.importing.questions_asked import Asker, ImportQuestion, Mapped
from workflows.importing.regimes import of_one_regime
from workflows.importing.register_maker import Maker, RecordsKnown
from workflows.importing.register_rows import rows_of
from workflows.importing.sheet import Workbook

LONGEST_NAME = 200
NO_REFERENCES = "None of its columns is taken for the reference of a review, so that nothing is made: say which it is"
IS_HERE = (("here", "yes: nothing is made of its rows"), ("new", "no: it is another review, and a case is made of it"))
THERE = "It is the case {ref}, which is here already: nothing is made of its rows, so add to that case what is new"
KEPT = "Its {what} is kept to named people, and you are none of them: nothing is made of its rows"


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do: what is made, row by row, what is wrong, what is asked, what is there already.

    `notes` are what is said of the file, `skipped` the rows that are no records, each with what it is taken for.
    """

    layout: Layout
    mapped: Mapped
    reviews: tuple[NewReview, ...]
    problems: tuple[RowProblem, ...]
    questions: tuple[ImportQuestion, ...]
    changed: tuple[RowProblem, ...]
    notes: tuple[str, ...]
    there: int = 0
    before: frozenset[str] = frozenset()
    """The keys of what is there already."""
    agencies: tuple[tuple[int, str], ...] = ()
    """The agencies that would be entered in the register, each with the row that names it first."""

    @property
    def open(self) -> tuple[ImportQuestion, ...]:
        """The questions that wait for an answer."""
        return tuple(one for one in self.questions if one.open)

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many reviews, recommendations and actions would be made."""
        recommended = [one for review in self.reviews for one in review.recommendations]
        actions = sum(len(one.actions) for one in recommended)
        return sum(map(self.is_new, self.reviews)), sum(map(self.is_new, recommended)), actions

    def is_new(self, one: NewReview | NewRecommendation) -> bool:
        """Whether it would be made, and is not only added to."""
        return one.key not in self.before


def planned(book: Workbook, mapped: Mapped, known: RecordsKnown, *, as_proposed: bool = False) -> ImportPlan:
    """What would be made of a file. Raises BadAnswer where it holds no register."""
    layout = laid_out(book, mapped.sheet)
    asker = Asker(mapped.answers, as_proposed=as_proposed)
    headings = (one.heading for one in layout.columns)
    ours = of_one_regime(known.editions, known.regimes, headings, asker, f"row {layout.header}")
    known = replace(known, editions=ours)
    columns = meanings(layout, mapped.columns, asker, headings_of(known.editions))
    rows = rows_of(layout, columns, asker, known.agencies, complete=known.complete)
    maker = Maker(known, asker, columns)
    if "review.reference" in columns.values():
        reviews = _open_to_them(maker, _not_here(maker, aligned(maker.reviews(rows), known.before)))
    else:
        maker.problems.append(RowProblem(layout.header, NO_REFERENCES))
        reviews = iter(())
    kept = [one for one in reviews if _can_be_kept(maker, one)]
    fresh, there, changed = new_alone(kept, known.before)
    answered = {one.key: one.answer for one in asker.questions if one.answer}
    return ImportPlan(
        layout,
        Mapped(layout.sheet.name, columns, {**mapped.answers, **answered}),
        fresh,
        tuple(sorted(maker.problems, key=lambda one: one.row)),
        asker.questions,
        (*changed, *gone(kept, known.before, columns.values())),
        (*book.notes, *layout.sheet.notes, *not_taken(book, layout, columns)),
        there,
        frozenset(known.before),
        tuple(_new_agencies(fresh, known.agencies)),
    )


def _new_agencies(reviews: Iterable[NewReview], known: Iterable[str]) -> Iterator[tuple[int, str]]:
    met = set(map(folded, known))
    for row, name in sorted(one for review in reviews for one in review.agency_names()):
        if folded(name) not in met:
            met.add(folded(name))
            yield row, name


def _not_here(maker: Maker, reviews: Iterable[NewReview]) -> Iterator[NewReview]:
    """The reviews without those that are a case here already under the same reference, and came in with no sheet."""
    for review in reviews:
        case = maker.known.here.get(folded(review.reference))
        if case is None or review.key in maker.known.before:
            yield review
            continue
        asks = f"{case.ref} is the reference of a case here: is it that review?"
        proposal = "here" if case.opened_here else ""
        if maker.asker.ask(f"here:{case.ref}", asks, f"row {review.row}", proposal, IS_HERE) == "new":
            yield review
        else:
            maker.problems.append(RowProblem(review.row, THERE.format(ref=case.ref)))


def _open_to_them(maker: Maker, reviews: Iterable[NewReview]) -> Iterator[NewReview]:
    """The reviews without what was imported before and is kept to people of whom whoever asks is none."""
    for review in reviews:
        if not _kept_from_them(maker, review, "review"):
            kept = (one for one in review.recommendations if not _kept_from_them(maker, one, "recommendation"))
            yield replace(review, recommendations=tuple(kept))


def _kept_from_them(maker: Maker, one: NewReview | NewRecommendation, what: str) -> bool:
    known = maker.known.before.get(one.key)
    shut = known is not None and not known.ref
    if shut:
        maker.problems.append(RowProblem(one.row, KEPT.format(what=what)))
    return shut


def _can_be_kept(maker: Maker, review: NewReview) -> bool:
    """Whether every text of a review can stand in a history: readable, and naming no child that the sheet names."""
    people = tuple(ChildDetails(name, number=number) for number, name in enumerate(review.children, 1))
    found = []
    for row, text in review.texts():
        if fault := text_fault("A cell", text):
            found.append(RowProblem(row, fault.removesuffix(".")))
        elif people and names_in(text, people):
            found.append(RowProblem(row, "It seems to name whom its review is about, and the history holds no names"))
    for row, name in review.names():
        if (fault := line_fault("A name", name)) or len(name) > LONGEST_NAME:
            found.append(RowProblem(row, (fault or f"The name {name[:20]!r}... is too long").removesuffix(".")))
    maker.problems += [RowProblem(one.row, f"{one.what}: nothing is made of its review") for one in found]
    return not found
