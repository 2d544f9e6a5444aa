"""The visit of somebody who came by the link of a letter: a signed cookie for its pages alone, for two hours."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from records import accounts, letter_links, sessions
from records.accounts import Account
from records.database import reading
from records.keys import MasterKey
from records.letter_links import LetterLink
from records.row_security import EVERY_CASE, seen_by
from records.uploads import KEPT_FOR, folder_of_letter
from states.errors import NotFound
from workflows.installation.installation import Installation
from workflows.verbs.letter_link import check_good, check_kept, is_for_agency

COOKIE = "__Secure-letter"
LASTS = timedelta(hours=2)
MARK = "__Secure-files"
"""The cookie that says whose the files are that wait to be sent: it outlives a visit, as they do."""
CLOSED = (
    "This page has closed. Open the link in your letter again. If it closes at once, your browser keeps no cookies: "
    "allow them for this page, or open the link in another browser."
)
BY_LINK, BY_CODE, BY_MAIL, BY_ACCOUNT = "link", "code", "mail", "account-"
"""What let somebody in: the link; the link and a code; a code alone, however old the link is; an account."""


class VisitClosed(NotFound):
    """The two hours of a visit are over, or nobody came by the link here."""


@dataclass(frozen=True)
class Visit:
    """Somebody on the pages of one link. `proof` is what let them in.

    `account` is that of somebody who came by signing in for the agency. `secret` is what the forms of the link's pages
    are known by, however often it is opened again. `mark` is what the files that wait are known by: that of the
    browser, or of the visit where the browser has kept none.
    """

    link: LetterLink
    proof: str
    secret: str
    mark: str
    account: Account | None = None

    @property
    def proven(self) -> bool:
        """Whether they typed the code that was sent to the letter's mailbox, or signed in, which proves as much."""
        return self.proof != BY_LINK

    @property
    def needs_link(self) -> bool:
        """Whether they come to those pages alone whose link is still good."""
        return self.proof in {BY_LINK, BY_CODE}

    @property
    def address(self) -> str:
        """The first of its pages."""
        return answer_address(self.link.number)


def answer_address(number: str) -> str:
    """The page of a link, once it was gone on from."""
    return f"/answers/{quote(number, safe='')}"


def folder_of(here: Installation, visit: Visit | None) -> Path:
    """Where the files of a browser wait to be sent with an answer to a letter: nobody else who has its link sees them.

    The number of the letter has been looked up and the mark is signed: neither is a path.
    """
    assert visit is not None
    return folder_of_letter(here.settings.uploads.absolute(), visit.link.number, visit.mark)


def visit_of(here: Installation, request: Request, now: datetime, outside: datetime) -> Visit:
    """The visit that a request belongs to. Raises NotFound where there is none, OldLink where its link is old.

    `outside` is the time by which sessions go.
    """
    number, token = str(request.path_params["number"]), request.cookies.get(COOKIE, "")
    (proof, mark), secret = _proof(here.keys, number, token, now), here.keys.proof_of(f"forms {number}")
    if not proof:
        raise VisitClosed(CLOSED)
    mark = _mark(here.keys, number, request.cookies.get(MARK, "")) or mark
    with reading(here.engine) as tx:
        seen_by(tx, EVERY_CASE)
        link = letter_links.numbered(tx, number)
        if link is None:
            raise VisitClosed(CLOSED)
        if not proof.startswith(BY_ACCOUNT):
            check_kept(tx, link) if proof == BY_MAIL else check_good(tx, link, now)
            return Visit(link, proof, secret, mark)
        number, known = proof.removeprefix(BY_ACCOUNT), {str(one.id): one for one in accounts.read(tx)}
        ended = number.isdecimal() and not sessions.of_account(tx, int(number), outside)
        if ended or not is_for_agency(tx, known.get(number), link.agency):
            raise VisitClosed(CLOSED)
        return Visit(link, proof, secret, mark, known[number])


def with_visit(
    answer: Response,
    keys: MasterKey,
    number: str,
    now: datetime,
    *,
    proof: str = BY_LINK,
    account: Account | None = None,
) -> Response:
    """An answer that lets the browser on to the pages of a link; `proof` is what let somebody in who has no account."""
    proof = f"{BY_ACCOUNT}{account.id}" if account else proof
    said = f"{int((now + LASTS).timestamp())}.{proof}.{secrets.token_hex(16)}"
    token = f"{said}.{_signed(keys, number, said)}"
    lasts, path = int(LASTS.total_seconds()), answer_address(number)
    answer.set_cookie(COOKIE, token, max_age=lasts, path=path, secure=True, httponly=True, samesite="lax")
    return answer


def with_mark(answer: Response, keys: MasterKey, visit: Visit) -> Response:
    """An answer by which the browser is known again, a day long, as the one that sent the files that wait."""
    number, lasts = visit.link.number, int(KEPT_FOR.total_seconds())
    token, path = f"{visit.mark}.{_signed(keys, number, visit.mark, 'files')}", answer_address(number)
    answer.set_cookie(MARK, token, max_age=lasts, path=path, secure=True, httponly=True, samesite="lax")
    return answer


def _proof(keys: MasterKey, number: str, token: str, now: datetime) -> tuple[str, str]:
    """What let somebody in, and the mark of their visit; both empty where no visit is open."""
    said, _, sign = token.rpartition(".")
    if not said or not hmac.compare_digest(_signed(keys, number, said).encode(), sign.encode()):
        return "", ""
    until, proof, *mark = said.split(".")  # visits that an earlier version let in have none
    return (proof, "".join(mark) or sign) if now.timestamp() < int(until) else ("", "")


def _mark(keys: MasterKey, number: str, token: str) -> str:
    """The mark that a browser brings back; empty where it brings none of ours."""
    mark, _, sign = token.rpartition(".")
    return mark if mark and hmac.compare_digest(_signed(keys, number, mark, "files").encode(), sign.encode()) else ""


def _signed(keys: MasterKey, number: str, said: str, what: str = "visit") -> str:
    return keys.proof_of(f"{what} {number} {said}")
