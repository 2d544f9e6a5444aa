"""Finding recommendations by their words: what was proposed before, in the same or in other words, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from records import recommendation_words
from records.cases import CASES
from records.need_to_know import about_none
from records.recommendation_words import best_matches, rebuild
from records.recommendations import KIND, RECOMMENDATIONS, Recommendation, no_such_recommendation, one_of, these
from records.references import given
from records.subset import ALL, Subset
from states.text_similarity import SAME, holds_all, likeness
from states.words import long_day

POOL = 200
"""So many of the best matches are compared word by word."""

LEAST = 0.2
"""Below this likeness nothing is shown: a word or two in common say nothing."""

REFERENCE = re.compile(r"\s*[A-Za-z]{2,6}-\d{4}-\d{4,}\s*")

FOUND = select(RECOMMENDATIONS.c.case_id, RECOMMENDATIONS.c.text)


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier recommendation, with where it stands and how it ended, and how like it is (from 0 to 1)."""

    recommendation: Recommendation
    score: float

    @property
    def ref(self) -> str:
        """The reference of the recommendation."""
        return self.recommendation.ref

    @property
    def sentence(self) -> str:
        """What became of it, in a sentence."""
        one = self.recommendation
        came = f" from {one.of_ref}" if one.of_ref else ""
        return f"{one.ref}{came}, proposed {long_day(one.opened_on)}: {one.ended or one.stands}."

    @property
    def says_the_same(self) -> bool:
        """Whether it is taken to say the same thing."""
        return self.score >= SAME


def similar(
    tx: Connection, wanted: str, limit: int = 10, *, least: float = LEAST, hidden: frozenset[str]
) -> tuple[Similar, ...]:
    """The recommendations most like a text, or like the one of that reference, the likest first; none of the hidden.

    Word order, endings, capitals and accents make no difference. A few words are found in a text that holds them all,
    however long it is. Raises NotFound for a reference there is none of.
    """
    of_itself = _recommendation(tx, wanted)
    if of_itself and not hidden.isdisjoint({of_itself.ref, of_itself.of_ref}):
        raise no_such_recommendation(wanted)
    words = of_itself.text if of_itself else wanted
    own_id = of_itself.case_id if of_itself else None
    found = [one for one in best_matches(tx, words, POOL) if one != own_id]
    row = RECOMMENDATIONS.c
    seen = FOUND.where(row.case_id.in_(found), about_none(row.case_id, hidden), row.of_ref.not_in(hidden))
    texts = {one.case_id: one.text for one in tx.execute(seen)}
    scores = {case_id: likeness(words, texts[case_id]) for case_id in found if case_id in texts}
    named = {one for one in scores if scores[one] < least == LEAST and holds_all(texts[one], words)}
    likest = sorted(
        (one for one in scores if scores[one] >= least or one in named), key=lambda one: (-scores[one], one)
    )
    told = these(tx, likest[:limit])
    return tuple(Similar(told[one], round(scores[one], 3)) for one in likest[:limit])


def saying_the_same(tx: Connection, words: str, hidden: frozenset[str]) -> tuple[Similar, ...]:
    """The recommendations that say the same thing as a text, the earliest first; none of the hidden."""
    found = similar(tx, words, POOL, least=SAME, hidden=hidden)
    return tuple(sorted(found, key=lambda one: (one.recommendation.opened_on, one.ref)))


def not_found_by(tx: Connection, among: Subset = ALL) -> Iterator[str]:
    """The references of recommendations that are not found by their own words: none when all is well."""
    lost = list(recommendation_words.lost(tx, among))
    yield from tx.execute(select(CASES.c.ref).where(CASES.c.id.in_(lost)).order_by(CASES.c.id)).scalars()


def _recommendation(tx: Connection, wanted: str) -> Recommendation | None:
    """The recommendation whose reference it is; None for words, and for the reference of another kind of file."""
    if not REFERENCE.fullmatch(wanted):
        return None
    kind = tx.execute(select(CASES.c.kind).where(CASES.c.ref == wanted.strip().upper())).scalar()
    kinds = wanted.strip().upper().partition("-")[0]
    newest = [f"{series}-{last:04}" for series, last in given(tx).items() if series.partition("-")[0] == kinds]
    ours = select(CASES.c.id).where(CASES.c.kind == KIND, CASES.c.ref.in_(newest)).limit(1)
    if kind != KIND and tx.execute(ours).first() is None:
        return None
    return one_of(tx, wanted)


__all__ = ["LEAST", "SAME", "Similar", "best_matches", "not_found_by", "rebuild", "saying_the_same", "similar"]
