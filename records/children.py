"""The children of a case: encrypted with a key of the case's own, known to everything else by a number alone.

Erasing destroys that key and empties the rows. The rows themselves stay, so that a number which the history speaks of
is never given to another child. Backups made before still hold what was erased, until they are thrown away.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from records.case_tables import CaseFile
from records.history_tables import CaseKey, Child
from records.keys import WRONG_KEY, MasterKey, new_case_key, seal, unseal
from records.metadata import table_of
from states.errors import NotSetUp
from states.words import one_of

CHILD = table_of(Child)
KEY = table_of(CaseKey)
CASE = table_of(CaseFile)
KEPT = (
    select(KEY.c.case_id, CASE.c.ref, KEY.c.wrapped)
    .join_from(KEY, CASE, KEY.c.case_id == CASE.c.id)
    .order_by(KEY.c.case_id)
)
"""The cases that have a key of their own, with the key as it was wrapped."""

ERASED = ""
KEY_OF_CASE = select(KEY.c.wrapped).where(KEY.c.case_id == bindparam("case_id"))
OF_CASE = (
    select(CHILD.c.number, CHILD.c.sealed)
    .where(CHILD.c.case_id == bindparam("case_id"), CHILD.c.sealed != ERASED)
    .order_by(CHILD.c.number)
)

LEFT_OUT = "(left out, because it named {whom})"

SHORTEST_NAME = 3
SHORTEST_IDENTIFIER = 4
WORD = re.compile(r"[^\W\d_]+")
SPELT_ALONE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
BETWEEN = r"[\s./,'\u2019\u2010-\u2015-]*"


@dataclass(frozen=True, slots=True)
class ChildDetails:
    """A child as a person: shown in full only where a person asked for it. `number` is 0 until the child is kept."""

    name: str = field(repr=False)
    born: date | None = field(default=None, repr=False)
    identifiers: Mapping[str, str] = field(default_factory=dict, repr=False)
    number: int = 0


def add(tx: Connection, master: MasterKey, case_id: int, ref: str, person: ChildDetails) -> int:
    """Keep a child of a case, and return the number by which the case will speak of that child.

    Raises NotSetUp when the key of the case cannot be read with this master key.
    """
    key = _key_of(tx, master, case_id, ref) or _new_key(tx, master, case_id, ref)
    last = tx.execute(select(func.max(CHILD.c.number)).where(CHILD.c.case_id == case_id)).scalar()
    number = (last or 0) + 1
    sealed = seal(key, _written(person), _place(ref, number))
    tx.execute(insert(CHILD).values(case_id=case_id, number=number, sealed=sealed))
    return number


def names(tx: Connection, master: MasterKey, case_id: int, ref: str) -> tuple[ChildDetails, ...]:
    """The children of a case in the order of their numbers, without those whose data was erased.

    What is returned has been read by somebody: the caller records who read it. Raises NotSetUp for a wrong master key.
    """
    key = _key_of(tx, master, case_id, ref)
    if key is None:
        return ()
    rows = tx.execute(OF_CASE, {"case_id": case_id})
    return tuple(_read(key, ref, row.number, row.sealed) for row in rows)


def erase(tx: Connection, case_id: int) -> tuple[int, ...]:
    """Destroy the key of a case and what was encrypted with it, for good; returns the numbers of the children erased.

    The history names nobody, so it stays as it is and goes on verifying.
    """
    erased = kept_numbers(tx, case_id)
    tx.execute(update(CHILD).where(CHILD.c.case_id == case_id).values(sealed=ERASED))
    tx.execute(delete(KEY).where(KEY.c.case_id == case_id))
    return erased


def kept_numbers(tx: Connection, case_id: int) -> tuple[int, ...]:
    """The numbers of the children of a case whose personal data is kept."""
    wanted = select(CHILD.c.number).where(CHILD.c.case_id == case_id, CHILD.c.sealed != ERASED)
    return tuple(tx.execute(wanted.order_by(CHILD.c.number)).scalars())


def fits(tx: Connection, master: MasterKey) -> bool:
    """Whether this master key is the one the names were encrypted with. True as well when there are no names yet."""
    first = tx.execute(KEPT.limit(1)).one_or_none()
    return first is None or is_readable(master, first.ref, first.wrapped)


def kept_keys(tx: Connection) -> tuple[tuple[int, str, str], ...]:
    """Every case with a key of its own: its number, its reference, and the wrapped key."""
    return tuple((row.case_id, row.ref, row.wrapped) for row in tx.execute(KEPT))


def rewrap(tx: Connection, master: MasterKey, fresh: MasterKey, case_id: int, ref: str) -> None:
    """Encrypt the key of a case with a fresh master key instead. Raises NotSetUp when the present one does not fit."""
    key = _key_of(tx, master, case_id, ref)
    assert key is not None
    tx.execute(update(KEY).where(KEY.c.case_id == case_id).values(wrapped=fresh.wrap(key, ref)))


def is_readable(master: MasterKey, ref: str, wrapped: str) -> bool:
    """Whether a master key opens the key of a case."""
    try:
        return bool(master.unwrap(wrapped, ref))
    except NotSetUp:
        return False


def is_whole(master: MasterKey, ref: str, wrapped: str, number: int, sealed: str) -> bool:
    """Whether what is kept of a child can be read; what it says is shown to nobody."""
    try:
        return bool(_read(master.unwrap(wrapped, ref), ref, number, sealed))
    except (NotSetUp, ValueError, TypeError):
        return False


def names_in(text: str, people: Iterable[ChildDetails]) -> tuple[int, ...]:
    """The numbers of the children that a text seems to name: by a part of a name, a date of birth or an identifier.

    It would rather suspect too much than too little: a reason can be put in other words, the history never can.
    A part of a name counts from three letters, a whole name at any length; capitals and accents make no difference.
    A child not kept yet is counted by its place among `people`, from 1.
    """
    plain = fold(text)
    return tuple(person.number or place for place, person in enumerate(people, start=1) if any(_places(person, plain)))


def without_names(text: str, people: Sequence[ChildDetails], whom: str) -> str:
    """A text with "child 1" in the place of whatever seems to name a child: as `names_in` finds it.

    `whom` is what whoever a case is about is called there, such as child.

    Where what is left would still name somebody, all of it is left out.
    """
    plain, at = _folded(text)
    found = sorted(
        (at[start], at[end - 1] + 1, person.number or place)
        for place, person in enumerate(people, start=1)
        for start, end in _places(person, plain)
        if end > start
    )
    if not found:
        return text
    kept, done = list[str](), 0
    for start, end, number in found:
        if start >= done:
            kept += [text[done:start], f"{whom} {number}"]
        done = max(done, end)
    said = "".join((*kept, text[done:]))
    return LEFT_OUT.format(whom=one_of(whom)) if names_in(said, people) else said


def fold(text: str) -> str:
    """A text without capitals and accents: Zoë and ZOE, Łukasz and Lukasz are written alike."""
    bare = (letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
    return "".join(bare).translate(SPELT_ALONE)


def _key_of(tx: Connection, master: MasterKey, case_id: int, ref: str) -> bytes | None:
    wrapped = tx.execute(KEY_OF_CASE, {"case_id": case_id}).scalar()
    return None if wrapped is None else master.unwrap(wrapped, ref)


def _new_key(tx: Connection, master: MasterKey, case_id: int, ref: str) -> bytes:
    if not fits(tx, master):  # two master keys in one database could not be exchanged for one
        raise NotSetUp(WRONG_KEY)
    key = new_case_key()
    tx.execute(insert(KEY).values(case_id=case_id, wrapped=master.wrap(key, ref)))
    return key


def _place(ref: str, number: int) -> str:
    return f"{ref} child {number}"


def _written(person: ChildDetails) -> bytes:
    born = person.born.isoformat() if person.born else None
    return json.dumps([person.name, born, dict(person.identifiers)]).encode()


def _read(key: bytes, ref: str, number: int, sealed: str) -> ChildDetails:
    name, born, identifiers = json.loads(unseal(key, sealed, _place(ref, number)))
    return ChildDetails(name, date.fromisoformat(born) if born else None, identifiers, number)


def _folded(text: str) -> tuple[str, list[int]]:
    """A text as names are compared, and of which letter of the text each of its letters came."""
    parts = [fold(letter) for letter in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]


def _places(person: ChildDetails, plain: str) -> Iterator[tuple[int, int]]:
    """Where a folded text seems to name a child: from which letter to which."""
    parts, words = WORD.findall(fold(person.name)), list(WORD.finditer(plain))
    for place, word in enumerate(words):
        if len(word[0]) >= SHORTEST_NAME and word[0] in parts:
            yield word.span()
        several = words[place : place + len(parts)]
        if parts and [one[0] for one in several] == parts:
            yield word.start(), several[-1].end()
    for pattern in _patterns(person):
        yield from (found.span() for found in pattern.finditer(plain))


def _patterns(person: ChildDetails) -> Iterator[re.Pattern[str]]:
    if person.born:
        yield _date_pattern(person.born)
    for value in person.identifiers.values():
        signs = [letter for letter in fold(value) if letter.isalnum()]
        if len(signs) >= SHORTEST_IDENTIFIER:
            yield re.compile(rf"(?<!\w){BETWEEN.join(map(re.escape, signs))}(?!\w)")


def _date_pattern(born: date) -> re.Pattern[str]:
    """A date as people write it: 2014-03-07, 7/3/14, 7th of March 2014, March 7, 2014, the 070314 of a CHI number."""
    name = MONTHS[born.month - 1]
    named = rf"(?:{name}|{name[:4]}|{name[:3]})"
    month = rf"(?:0?{born.month}|{named})"
    day = rf"0?{born.day}(?:st|nd|rd|th)?"
    year = rf"(?:{born.year}|{born.year % 100:02})"
    orders = (
        rf"{day}{BETWEEN}(?:of\s+)?{month}{BETWEEN}{year}(?:\d{{4}})?",
        rf"{born.year}{BETWEEN}{month}{BETWEEN}{day}",
        rf"{named}{BETWEEN}{day}{BETWEEN}{year}",
    )
    return re.compile(rf"(?<!\d)(?:{'|'.join(orders)})(?!\d)")
