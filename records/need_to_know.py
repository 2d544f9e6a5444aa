"""Cases that only named people may look at. A case without named accounts is open to its roles.

What was recommended after a review is kept to the same people as the review. The papers of a case are shut as well to
whoever declared an interest in it at a meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    SelectBase,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    true,
    union,
)

from records.case_rows import no_such_case
from records.case_tables import CaseFile
from records.history_tables import RecommendationRow
from records.meeting_tables import InterestRow
from records.metadata import table_of
from records.sign_in_tables import NeedToKnowRow
from states.errors import PapersShut

LOG = "need_to_know"
NAMED = table_of(NeedToKnowRow)
CASES = table_of(CaseFile)
RECOMMENDATIONS = table_of(RecommendationRow)
INTERESTS = table_of(InterestRow)

SHUT = "You declared an interest in {ref}: its papers are shut to you from then on."
MINE = select(NAMED.c.case_id).where(NAMED.c.account_id == bindparam("account"))


def named_for(tx: Connection, case_id: int) -> frozenset[int]:
    """The accounts named for a case; none where it is open to everybody whose role reads cases."""
    return frozenset(tx.execute(select(NAMED.c.account_id).where(NAMED.c.case_id == case_id)).scalars())


def kept_now(tx: Connection) -> dict[str, frozenset[int]]:
    """Which accounts are named for each case that is kept to named people, by its reference."""
    found: dict[str, set[int]] = {}
    wanted = select(CASES.c.ref, NAMED.c.account_id).join(CASES, CASES.c.id == NAMED.c.case_id)
    for row in tx.execute(wanted):
        found.setdefault(row.ref, set()).add(row.account_id)
    return {ref: frozenset(named) for ref, named in found.items()}


def open_and_kept(tx: Connection) -> dict[str, tuple[str, frozenset[int]]]:
    """By reference, each open case that is kept to named people: its lead officer, and the accounts that are named."""
    still_open = select(CASES.c.ref, CASES.c.lead).where(CASES.c.closed_on.is_(None))
    leads = {row.ref: row.lead or "" for row in tx.execute(still_open)}
    return {ref: (leads[ref], named) for ref, named in sorted(kept_now(tx).items()) if ref in leads}


def check_named(tx: Connection, ref: str, account: str) -> None:
    """Raise NotFound for a case that whoever asks may not see, exactly as for one that does not exist.

    Raises PapersShut for one in which they declared an interest.
    """
    if ref.strip().upper() not in hidden_from(tx, account):
        return
    if ref.strip().upper() in interests_of(tx, account):
        raise PapersShut(SHUT.format(ref=ref.strip().upper()))
    raise no_such_case(ref)


def interests_of(tx: Connection, account: str) -> frozenset[str]:
    """The references of the cases in which somebody declared an interest."""
    if not account.isdecimal():
        return frozenset()
    declared = select(INTERESTS.c.case_id).where(INTERESTS.c.account_id == int(account))
    return frozenset(tx.execute(select(CASES.c.ref).where(CASES.c.id.in_(declared))).scalars())


def hidden_from(tx: Connection, account: str) -> frozenset[str]:
    """The references hidden from an account: kept to others, or closed to it by a declared interest.

    None for who acts without an account, at the terminal.
    """
    if not account.isdecimal():
        return frozenset()
    reviews = frozenset(tx.execute(HIDDEN, {"account": int(account)}).scalars())
    return _with_recommendations(tx, reviews, MINE, {"account": int(account)})


def hidden_from_letter(tx: Connection, case_id: int) -> frozenset[str]:
    """The references hidden from whoever came by the letter of a case: all cases kept to named people but that one."""
    review = select(CASES.c.id).join(RECOMMENDATIONS, RECOMMENDATIONS.c.of_ref == CASES.c.ref)
    return _hidden(tx, union(select(literal(case_id)), review.where(RECOMMENDATIONS.c.case_id == case_id)))


def _kept_to_others(mine: SelectBase) -> Select[Any]:
    """The references of the cases that are kept to people, but those of one's own."""
    return select(CASES.c.ref).where(CASES.c.id.in_(select(NAMED.c.case_id)), CASES.c.id.not_in(mine))


DECLARED = select(INTERESTS.c.case_id).where(INTERESTS.c.account_id == bindparam("account"))
HIDDEN = union(_kept_to_others(MINE), select(CASES.c.ref).where(CASES.c.id.in_(DECLARED)))
"""What is kept to others, and what is shut by a declared interest: asked for every page, and put together once."""


def may_be_kept(ref: ColumnElement[str], account: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a case is kept to named people, or the account declared an interest: only then is the full check needed.

    `account` is theirs. It is the same for what was recommended after it. `check_named` gives the answer.
    """
    asked, review = CASES.alias("asked"), CASES.alias("review")
    reviews = select(RECOMMENDATIONS.c.of_ref).join(review, review.c.ref == RECOMMENDATIONS.c.of_ref)
    after = reviews.where(RECOMMENDATIONS.c.case_id == asked.c.id, _marked(review.c.id, account)).correlate(asked)
    return exists(select(asked.c.id).where(asked.c.ref == ref, or_(_marked(asked.c.id, account), exists(after))))


def _marked(case_id: ColumnElement[int], account: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether anybody is named for a case, or an account has declared an interest in it."""
    declared = select(INTERESTS.c.case_id).where(INTERESTS.c.account_id == account, INTERESTS.c.case_id == case_id)
    named = select(NAMED.c.case_id).where(NAMED.c.case_id == case_id)
    return or_(exists(named.correlate_except(NAMED)), exists(declared.correlate_except(INTERESTS)))


def _hidden(tx: Connection, mine: SelectBase) -> frozenset[str]:
    return _with_recommendations(tx, frozenset(tx.execute(_kept_to_others(mine)).scalars()), mine, {})


def _with_recommendations(
    tx: Connection, reviews: frozenset[str], mine: SelectBase, said: Mapping[str, Any]
) -> frozenset[str]:
    """These cases, and what was recommended after them."""
    if not reviews:
        return reviews
    after = select(CASES.c.ref).join(RECOMMENDATIONS, RECOMMENDATIONS.c.case_id == CASES.c.id)
    found = after.where(RECOMMENDATIONS.c.of_ref.in_(reviews), CASES.c.id.not_in(mine))
    return reviews | frozenset(tx.execute(found, said).scalars())


def about_none(case_id: ColumnElement[int | None], hidden: frozenset[str]) -> ColumnElement[bool]:
    """A condition for rows about none of these cases, by the column that says which case a row is about."""
    if not hidden:
        return true()
    return or_(case_id.is_(None), case_id.not_in(select(CASES.c.id).where(CASES.c.ref.in_(hidden))))


def seen_of(tx: Connection, refs: Iterable[str]) -> frozenset[str]:
    """Those of these references that row-level security lets the asking account see."""
    wanted = set(refs)
    return frozenset(ref for ref in tx.execute(select(CASES.c.ref)).scalars() if ref in wanted)


def name_for(tx: Connection, case_id: int, accounts: Iterable[int]) -> None:
    """Set the accounts that may look at a case, replacing those before; none opens it again."""
    tx.execute(delete(NAMED).where(NAMED.c.case_id == case_id))
    rows = [{"case_id": case_id, "account_id": number} for number in accounts]
    if rows:
        tx.execute(insert(NAMED).values(rows))  # in one statement: after the first name the case is shut to the others


def out_of_sight(tx: Connection, account: str, refs: Iterable[str]) -> frozenset[str]:
    """Those of these references that an account may not see, including those the database itself hides."""
    asked = frozenset(refs)
    there = frozenset(tx.execute(select(CASES.c.ref).where(CASES.c.ref.in_(asked))).scalars()) if asked else asked
    return (asked - there) | (asked & hidden_from(tx, account))
