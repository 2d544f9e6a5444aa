"""Links in letters: which letter to which agency a link belongs to, until when it is good, and how often it was used.

What stands in the letter is made from the master key when the letter is handed to its channel. Here only its hash is
kept, and the text of a letter as it is kept names the link by its number alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from records.credentials import hash_of
from records.keys import MasterKey
from records.link_tables import LetterLinkRow
from records.metadata import table_of
from states.dossier import About, Asked, Dossier, Item

LINKS = table_of(LetterLinkRow)

GOOD_FOR = timedelta(days=45)
"""How long a link can be used after its letter left."""

CODE_FOR = timedelta(minutes=30)
CODE_TRIES = 5

SHORT = 10
"""Letters and figures by which people name a letter; the outbox finds it by them."""

KEPT = re.compile(r"/letters/kept-([0-9a-f]{40})")
"""How the text of a letter, as it is kept, names a link: this address opens nothing."""
ITEM = "item/"


@dataclass(frozen=True)
class LetterLink:
    """One link. `subject` is the request, action or file of a recommendation it is about."""

    number: str
    case_id: int
    contact_id: int
    agency: str
    purpose: str
    subject: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    uses: int = 0

    def request_in(self, dossier: Dossier) -> Asked | None:
        """The request the link is about; None where it is about something else."""
        return dossier.requests.get(self.subject)

    def item_in(self, dossier: Dossier) -> Item | None:
        """The item of a register the link is about; None where it is about something else.

        A link from before the kind was kept names an item by its number alone.
        """
        if self.subject in dossier.requests:
            return None
        return dossier.items.get(self.subject.removeprefix(ITEM))

    @property
    def short(self) -> str:
        """What people call the letter."""
        return self.number[:SHORT]

    def is_good(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.revoked_at is None and now < self.expires_at


SHOWN = tuple(LINKS.c[name] for name in LetterLink.__dataclass_fields__)


NEWEST_TO = (
    select(*SHOWN)
    .where(LINKS.c.contact_id == bindparam("contact"), LINKS.c.revoked_at.is_(None))
    .order_by(LINKS.c.made_at.desc(), LINKS.c.number)
)


def subject_of(about: About, number: str) -> str:
    """What a link is for, as it is kept: the number of a request, or that of an item after its kind."""
    return f"{ITEM}{number}" if about == "item" else number


def kept_address(site: str, number: str) -> str:
    """The link of a message as it is kept, to be replaced when its letter is handed over."""
    return f"{site.rstrip('/')}/letters/kept-{number}"


def numbers_in(body: str) -> tuple[str, ...]:
    """The numbers of the links in the text of a letter."""
    return tuple(dict.fromkeys(KEPT.findall(body)))


def with_links(body: str, word: Callable[[str], str]) -> str:
    """The text of a letter with its links filled in, as its reader gets it."""
    return KEPT.sub(lambda found: f"/letters/{word(found[1])}", body)


def make(tx: Connection, keys: MasterKey, number: str, about: dict[str, Any], now: datetime) -> None:
    """Create the link of a message; an existing one is left as it is, unless the master key has changed."""
    token = hash_of(keys.link_word(number))
    there = tx.execute(select(LINKS.c.token).where(LINKS.c.number == number)).scalar()
    if there == token:
        return
    tx.execute(delete(LINKS).where(LINKS.c.number == number))
    good = {"made_at": now, "expires_at": now + GOOD_FOR, "uses": 0, "revoked_why": "", "code": "", "code_tries": 0}
    tx.execute(insert(LINKS).values(number=number, token=token, **about, **good))


def with_token(tx: Connection, word: str) -> LetterLink | None:
    """The link for the secret part of a letter's address; None where there is none."""
    return _one(tx, LINKS.c.token == hash_of(word))


def numbered(tx: Connection, number: str) -> LetterLink | None:
    """The link of that number; None where there is none."""
    return _one(tx, LINKS.c.number == number)


def newest_to(tx: Connection, contact_id: int) -> LetterLink | None:
    """The newest link that went to a contact and was not taken back, however old; None where there is none."""
    row = tx.execute(NEWEST_TO, {"contact": contact_id}).mappings().first()
    return LetterLink(**row) if row is not None else None


def used(tx: Connection, number: str, now: datetime) -> None:
    """Count one use of a link."""
    tx.execute(update(LINKS).where(LINKS.c.number == number).values(uses=LINKS.c.uses + 1, used_at=now))


def revoke(tx: Connection, number: str, why: str, now: datetime) -> bool:
    """Revoke a link; False where it was revoked before."""
    mine = (LINKS.c.number == number, LINKS.c.revoked_at.is_(None))
    return tx.execute(update(LINKS).where(*mine).values(revoked_at=now, revoked_why=why)).rowcount == 1


def keep_code(tx: Connection, number: str, code: str, now: datetime) -> None:
    """Keep the hash of a code that is sent by mail; one that was sent before is void."""
    fresh = {"code": _code(number, code), "code_until": now + CODE_FOR, "code_tries": 0}
    tx.execute(update(LINKS).where(LINKS.c.number == number).values(**fresh))


def use_code(tx: Connection, number: str, code: str, now: datetime) -> bool:
    """Whether a code is the one that was sent; valid once, and for a few tries. The caller commits either way."""
    mine = (LINKS.c.number == number, LINKS.c.code != "", LINKS.c.code_until > now, LINKS.c.code_tries < CODE_TRIES)
    tried = update(LINKS).where(*mine).values(code_tries=LINKS.c.code_tries + 1)
    if tx.execute(tried).rowcount == 0:
        return False
    right = update(LINKS).where(LINKS.c.number == number, LINKS.c.code == _code(number, code)).values(code="")
    return tx.execute(right).rowcount == 1


def _code(number: str, code: str) -> str:
    return hash_of(f"{number} {code}")


def _one(tx: Connection, condition: Any) -> LetterLink | None:
    row = tx.execute(select(*SHOWN).where(condition)).mappings().first()
    return LetterLink(**row) if row is not None else None
