"""From the rows of a register to what would be made of them, with what is wrong. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from states.answers import text_fault
from states.words import many
from workflows.importing.layout import Layout, laid_out
from workflows.importing.new_histories import Brought, NewAction, NewRecommendation, NewReview, Problem
from workflows.importing.questions_asked import Asker, Mapped, Question
from workflows.importing.register_maker import Known, Maker
from workflows.importing.register_rows import meanings, rows_of
from workflows.importing.sheet import Workbook


@dataclass(frozen=True)
class Plan:
    """What an import would do: what is made, row by row, what is wrong, what is asked, what is there already.

    `notes` are what is said of the file, `skipped` the rows that are no records, each with what it is taken for.
    """

    layout: Layout
    mapped: Mapped
    reviews: tuple[NewReview, ...]
    problems: tuple[Problem, ...]
    questions: tuple[Question, ...]
    changed: tuple[Problem, ...]
    notes: tuple[str, ...]
    there: int = 0

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions that wait for an answer."""
        return tuple(one for one in self.questions if one.open)

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many reviews, recommendations and actions would be made."""
        new = [one for one in self.reviews if not one.key.startswith("=")]
        recommended = [one for review in self.reviews for one in review.recommendations]
        made = [one for one in recommended if not one.key.startswith("=")]
        return len(new), len(made), sum(len(one.actions) for one in recommended)


def planned(book: Workbook, mapped: Mapped, known: Known, *, as_proposed: bool = False) -> Plan:
    """What would be made of a file. Raises BadAnswer where it holds no register."""
    layout = laid_out(book, mapped.sheet)
    asker = Asker(mapped.answers, as_proposed=as_proposed)
    columns = meanings(layout, mapped.columns, asker)
    rows = rows_of(layout, columns, asker, known.agencies)
    maker = Maker(known, asker, columns)
    reviews = tuple(maker.reviews(rows))
    fresh, there, changed = _new_alone(reviews, known.before)
    answered = {one.key: one.answer for one in asker.questions.values() if one.answer}
    return Plan(
        layout,
        Mapped(layout.sheet.name, columns, {**mapped.answers, **answered}),
        fresh,
        tuple(sorted((*maker.problems, *_unreadable(reviews)), key=lambda one: one.row)),
        tuple(asker.questions.values()),
        changed,
        (*book.notes, *layout.sheet.notes, *_told(layout)),
        there,
    )


def _told(layout: Layout) -> Iterator[str]:
    hidden = sorted(layout.sheet.hidden_rows & set(layout.records))
    if hidden:
        yield f"Hidden in the sheet, and read all the same: {many('row', len(hidden))} {', '.join(map(str, hidden))}."
    for row, what in layout.others:
        if row > layout.header:
            yield f"Row {row} is taken for {what}, and is no record."


def _unreadable(reviews: Iterable[NewReview]) -> Iterator[Problem]:
    for review in reviews:
        for row, text in review.texts():
            if fault := text_fault("A cell", text):
                yield Problem(row, fault)


def _new_alone(
    reviews: Iterable[NewReview], before: Mapping[str, Brought]
) -> tuple[tuple[NewReview, ...], int, tuple[Problem, ...]]:
    """What is not there yet, how much is, and the rows that now say something else than what came in.

    What is there is kept where something new belongs to it, its key marked with a sign of equality.
    """
    found, changed, there = list[NewReview](), list[Problem](), 0
    for review in reviews:
        kept = list[NewRecommendation]()
        for one in review.recommendations:
            actions = tuple(action for action in one.actions if action.key not in before)
            there += len(one.actions) - len(actions) + (one.key in before)
            changed += _changed(before, (one, *one.actions))
            if one.key not in before or actions:
                kept.append(replace(one, key=_mark(one.key, before), actions=actions))
        there += review.key in before
        changed += _changed(before, (review,))
        if review.key not in before or kept:
            found.append(replace(review, key=_mark(review.key, before), recommendations=tuple(kept)))
    return tuple(found), there, tuple(changed)


def _mark(key: str, before: Mapping[str, Brought]) -> str:
    return f"={key}" if key in before else key


def _changed(
    before: Mapping[str, Brought], things: Iterable[NewReview | NewRecommendation | NewAction]
) -> Iterator[Problem]:
    for one in things:
        known = before.get(one.key)
        if known is not None and known.seen != one.seen:
            where = f"{known.ref}{f', {known.item}' if known.item else ''}"
            what = f"It says something else than {known.row} of {known.file}, which is {where}"
            yield Problem(one.row, f"{what}: bring that up to date there")
