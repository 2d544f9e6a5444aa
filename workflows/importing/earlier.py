"""Compares a newer version of a register with what was imported before: what is there, differs, or is new.

A row is matched by the reference of its review, the number and words of its recommendation and the words of its
action; one whose words were changed, by those that are left. It is reported, and never made a second time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from states.text_similarity import SAME, likeness
from workflows.importing.new_histories import (
    OF_ACTION,
    OF_NUMBER,
    OF_TEXT,
    Brought,
    NewAction,
    NewRecommendation,
    NewReview,
    RowProblem,
)

PARTS = {OF_TEXT: "recommendation", OF_ACTION: "action"}

Before = Mapping[str, Brought]


def aligned(reviews: Iterable[NewReview], before: Before) -> Iterator[NewReview]:
    """The reviews of a register, what was imported before under the key it came in with."""
    known = _by_review(before)
    for review in reviews:
        theirs = known.get(review.key, [])
        yield replace(review, recommendations=tuple(_recommendations(review, theirs, before))) if theirs else review


def _by_review(before: Before) -> dict[str, list[str]]:
    """The keys of what was imported before, by the key of the review that they are of."""
    found: dict[str, list[str]] = {}
    for key in before:
        found.setdefault(key.partition(OF_NUMBER)[0], []).append(key)
    return found


def _recommendation_of(key: str) -> str:
    """The key of a recommendation: itself, or that which the key of its action begins with."""
    start, sign, rest = key.partition(OF_TEXT)
    return start + sign + rest.partition(OF_ACTION)[0]


def _recommendations(review: NewReview, theirs: list[str], before: Before) -> Iterator[NewRecommendation]:
    kept = [key for key in theirs if OF_TEXT in key and key == _recommendation_of(key)]
    named = {one.key for one in review.recommendations}
    gone = [key for key in kept if key not in named]
    for one in review.recommendations:
        number, found = one.key.partition(OF_TEXT)[0], one
        same = [key for key in gone if key.partition(OF_TEXT)[0] == number and not number.endswith(OF_NUMBER)]
        if one.key not in before and len(same) == 1:
            gone.remove(same[0])
            actions = (replace(each, key=same[0] + each.key.removeprefix(one.key)) for each in one.actions)
            found = replace(one, key=same[0], actions=tuple(actions))
        yield replace(found, actions=tuple(_actions(found, theirs, before)))


def _actions(one: NewRecommendation, theirs: list[str], before: Before) -> Iterator[NewAction]:
    named = {each.key for each in one.actions}
    gone = [key for key in theirs if key.startswith(one.key + OF_ACTION) and key not in named]
    for action in one.actions:
        alike = {key: likeness(action.fields["text"], before[key].text) for key in gone} if gone else {}
        nearest = max(alike, key=lambda key: alike[key], default="")
        if action.key not in before and alike.get(nearest, 0) >= SAME:
            gone.remove(nearest)
            yield replace(action, key=nearest)
        else:
            yield action


def new_alone(
    reviews: Iterable[NewReview], before: Before
) -> tuple[tuple[NewReview, ...], int, tuple[RowProblem, ...]]:
    """What is not there yet, how much is, and the rows that now say something else than what came in.

    What is there is kept where something new belongs to it.
    """
    found, changed, there = list[NewReview](), list[RowProblem](), 0
    for review in reviews:
        kept = list[NewRecommendation]()
        for one in review.recommendations:
            actions = tuple(action for action in one.actions if action.key not in before)
            there += len(one.actions) - len(actions) + (one.key in before)
            changed += _changed(before, (one, *one.actions))
            if one.key not in before or actions:
                kept.append(replace(one, actions=actions))
        there += review.key in before
        changed += _changed(before, (review,))
        if review.key not in before or kept:
            found.append(replace(review, recommendations=tuple(kept)))
    return tuple(found), there, tuple(changed)


def gone(reviews: Iterable[NewReview], before: Before, targets: Collection[str]) -> Iterator[RowProblem]:
    """What came in before of the reviews of a register and stands in no row of it now.

    Recommendations and actions are looked for where the register has a column of them, by its `targets`.
    """
    wanted = {part for part in (OF_TEXT, OF_ACTION) if f"{PARTS[part]}.text" in targets}
    theirs = _by_review(before)
    for review in reviews:
        things = [(one.key, *(action.key for action in one.actions)) for one in review.recommendations]
        named = {review.key, *(key for keys in things for key in keys)}
        lost = {key: _recommendation_of(key) for key in theirs.get(review.key, ()) if key not in named}
        for key, above in lost.items():
            known, part = before[key], OF_TEXT if key == above else OF_ACTION
            whole = part == OF_ACTION and above in lost
            if known.ref and part in wanted and not whole:
                which = f"{known.ref}{f', {known.item}' if known.item else ''}"
                said = f"No row says any more what {known.row} of {known.file} said, which is {which}"
                yield RowProblem(review.row, f"{said}: look what became of it")


def _changed(before: Before, things: Iterable[NewReview | NewRecommendation | NewAction]) -> Iterator[RowProblem]:
    for one in things:
        known = before.get(one.key)
        if known is not None and known.ref and known.seen != one.seen:
            where = f"{known.ref}{f', {known.item}' if known.item else ''}"
            what = f"It says something else than {known.row} of {known.file}, which is {where}"
            yield RowProblem(one.row, f"{what}: bring that up to date there")
