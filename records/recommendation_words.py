"""The inverted index of recommendations: the words by which they are found, in one table on every database.

Texts are split into words, and words into stems, by one rule (states/text_similarity.py) before they are kept or
asked for, so the same question gives the same answer on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from records.history_tables import RecommendationRow, RecommendationWord
from records.metadata import table_of
from records.subset import ALL, Subset
from states.text_similarity import stem, stems_of, telling, words_of

RECOMMENDATIONS = table_of(RecommendationRow)
WORDS = table_of(RecommendationWord)
WORDS_OF = select(WORDS.c.word).where(WORDS.c.case_id == bindparam("case_id"))

LONGEST = 100
"""Letters of a word that count."""

MOST_WORDS = 200
"""A long text is looked for by its first so many words that are worth it."""


def index(tx: Connection, case_id: int, text: str) -> None:
    """Keep the words of a text, in place of those that were kept of the recommendation before."""
    wanted = _kept(text)
    found = set(tx.execute(WORDS_OF, {"case_id": case_id}).scalars())
    if found - wanted:
        tx.execute(delete(WORDS).where(WORDS.c.case_id == case_id, WORDS.c.word.in_(found - wanted)))
    _add(tx, case_id, wanted - found)


def rebuild(tx: Connection) -> None:
    """Keep the words of every text there is, and nothing else."""
    tx.execute(delete(WORDS))
    for row in tx.execute(select(RECOMMENDATIONS.c.case_id, RECOMMENDATIONS.c.text)).all():
        _add(tx, row.case_id, _kept(row.text))


def lost(tx: Connection, among: Subset = ALL) -> Iterator[int]:
    """The recommendations of which other words are kept than those of their texts."""
    kept: dict[int, set[str]] = defaultdict(set)
    for row in tx.execute(select(WORDS.c.case_id, WORDS.c.word).where(among.has(WORDS.c.case_id))):
        kept[row.case_id].add(row.word)
    texts = select(RECOMMENDATIONS.c.case_id, RECOMMENDATIONS.c.text).where(among.has(RECOMMENDATIONS.c.case_id))
    for row in tx.execute(texts):
        if kept[row.case_id] != _kept(row.text):
            yield row.case_id


def best_matches(tx: Connection, words: str, most: int) -> list[int]:
    """The recommendations that share most of the telling words of a text; every word counts, none is required."""
    tell = telling(words)
    wanted = [one[:LONGEST] for one in dict.fromkeys(map(stem, words_of(words))) if one in tell][:MOST_WORDS]
    shared = func.count().label("shared")
    of_each = select(WORDS.c.case_id, shared).where(WORDS.c.word.in_(wanted)).group_by(WORDS.c.case_id)
    return list(tx.execute(of_each.order_by(shared.desc(), WORDS.c.case_id).limit(most)).scalars()) if wanted else []


def _kept(text: str) -> set[str]:
    return {stem[:LONGEST] for stem in stems_of(text)}


def _add(tx: Connection, case_id: int, words: Iterable[str]) -> None:
    rows = [{"word": word, "case_id": case_id} for word in sorted(words)]
    if rows:
        tx.execute(insert(WORDS), rows)
