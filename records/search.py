"""Finding recommendations by their words: what was proposed before, in the same or in other words, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from records.cases import CASES
from records.migrations import search_index
from records.recommendations import RECOMMENDATIONS, Recommendation, one_of, these
from states.text_similarity import SAME, likeness, words_of
from states.words import long_day

MOST_WORDS = 40
"""A long text is looked for by its first so many words that are worth it."""

POOL = 50
"""So many of the best matches are compared word by word."""

LEAST = 0.2
"""Below this likeness nothing is shown: a word or two in common say nothing."""

REFERENCE = re.compile(r"\s*[A-Za-z]{2,6}-\d{4}-\d{4,}\s*")

ON_SQLITE = text(
    "SELECT rowid AS case_id, -bm25(recommendation_words) AS rank FROM recommendation_words "
    "WHERE recommendation_words MATCH :query ORDER BY bm25(recommendation_words), rowid LIMIT :most"
)
ON_POSTGRESQL = text(
    "SELECT case_id, ts_rank(words, query, 1) AS rank "
    "FROM recommendation_words, to_tsquery('pg_catalog.english', :query) AS query "
    "WHERE words @@ query ORDER BY rank DESC, case_id LIMIT :most"
)
FOUND = select(RECOMMENDATIONS.c.case_id, RECOMMENDATIONS.c.text)
UNFOUND = {
    "sqlite": "SELECT case_id FROM recommendation WHERE case_id NOT IN (SELECT id FROM recommendation_words_docsize)",
    "postgresql": "SELECT case_id FROM recommendation WHERE case_id NOT IN (SELECT case_id FROM recommendation_words)",
}


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


def similar(tx: Connection, wanted: str, limit: int = 10, *, least: float = LEAST) -> tuple[Similar, ...]:
    """The recommendations most like a text, or like the one of that reference, the likest first.

    Word order, endings, capitals and accents make no difference. Raises NotFound for a reference there is none of.
    """
    of_itself = _recommendation(tx, wanted)
    words = of_itself.text if of_itself else wanted
    own_id = of_itself.case_id if of_itself else None
    found = [one for one in best_matches(tx, words, POOL) if one != own_id]
    texts = {row.case_id: row.text for row in tx.execute(FOUND.where(RECOMMENDATIONS.c.case_id.in_(found)))}
    scores = {case_id: likeness(words, texts[case_id]) for case_id in found if case_id in texts}
    likest = sorted((one for one in scores if scores[one] >= least), key=lambda one: (-scores[one], found.index(one)))
    told = these(tx, likest[:limit])
    return tuple(Similar(told[one], round(scores[one], 3)) for one in likest[:limit])


def saying_the_same(tx: Connection, words: str) -> tuple[Similar, ...]:
    """The recommendations that say the same thing as a text, the earliest first."""
    return tuple(sorted(similar(tx, words, POOL, least=SAME), key=lambda one: (one.recommendation.opened_on, one.ref)))


def best_matches(tx: Connection, words: str, most: int) -> list[int]:
    """The cases whose texts the database ranks highest for these words: every word counts, none is required."""
    looked_for = words_of(words)[:MOST_WORDS]
    if not looked_for:
        return []
    sqlite = tx.dialect.name == "sqlite"
    query = " OR ".join(f'"{one}"' for one in looked_for) if sqlite else " | ".join(f"'{one}'" for one in looked_for)
    return list(tx.execute(ON_SQLITE if sqlite else ON_POSTGRESQL, {"query": query, "most": most}).scalars())


def rebuild(tx: Connection) -> None:
    """Make the index afresh from the texts there are."""
    search_index.put_up(tx)


def not_found_by(tx: Connection) -> Iterator[str]:
    """The references of recommendations that the index has lost: none when all is well."""
    lost: Iterable[int] = tx.execute(text(UNFOUND[tx.dialect.name])).scalars().all()
    yield from tx.execute(select(CASES.c.ref).where(CASES.c.id.in_(lost)).order_by(CASES.c.id)).scalars()


def _recommendation(tx: Connection, wanted: str) -> Recommendation | None:
    if not REFERENCE.fullmatch(wanted):
        return None
    return one_of(tx, wanted)
