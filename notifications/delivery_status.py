"""Delivery status codes: what a server said of an address (RFC 3463), told from a report about a letter (RFC 3464).

Servers disagree about where the truth stands: Exim and Courier write 5.0.0 whatever was said and keep the answer in
Diagnostic-Code, OpenSMTPD keeps it in the words alone, Sendmail invents 5.1.1 where it was told of a full mailbox.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from notifications.answer_words import NOT_THE_ADDRESS, without_names

About = Literal["address", "mailbox", "sender", "other"]

ADDRESS_OF_NO_USE = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
"""The address is unknown, its domain too, malformed, moved without a new one, takes no mail at all, or is disabled."""

SENDER = frozenset({"1.7", "1.8"})
EXPIRED = "4.7"
"""X.4.7, delivery time expired: given up, though Action says delayed (OpenSMTPD 6.8) with no word of trying again."""

TRIED_ON = re.compile(
    r"\b(?:message (?:is |has been )?delayed|will (?:keep|continue|be) (?:trying|to be attempted|retried))\b",
    re.IGNORECASE,
)
"""What a server that goes on trying says beside 4.4.7 (Exchange: 400 4.4.7 Message delayed)."""

ENHANCED = re.compile(r"(?<![\w.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
PASSED_ON = re.compile(r"\.35\d Remote server returned .{0,80}?-> *((?=.*?[245]\.\d{1,3}\.\d).*)")
"""What the next server said, which Exchange quotes behind a code of its own (5.0.350, 5.1.351)."""

REPLY = re.compile(r"^[245]\d\d(?![\d.])")
FOR_NOW = re.compile(r"^4\d\d(?![\d.])|(?<![\d.])4\d\d[ -]#?5\.\d")
"""A reply that is for now, whatever code stands behind it."""

ANSWERED = re.compile(r"(?<![\d.])[245]\d\d[ -]([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
TYPE = re.compile(r"[A-Za-z0-9-]+")
SPELT_OUT = re.compile(r"\\x\{(0?[0-9A-Fa-f]{2,5}|10[0-9A-Fa-f]{4})\}")
ENVELOPE_EXPIRED = re.compile(r"\benvelope expired\b", re.IGNORECASE)
ACTIONS = {"delivered": "arrived", "relayed": "arrived", "expanded": "arrived", "delayed": "delayed"}


@dataclass(frozen=True)
class DeliveryReport:
    """What became of a letter at one address: `kind` is failed, delayed or arrived.

    `code` is the most telling code (RFC 3463), such as 5.1.1, and empty where none was given. `doubtful` says that
    other answers in the same report contradict it. `words` is what the server answered, on one line.
    """

    kind: Literal["failed", "delayed", "arrived"]
    recipient: str
    code: str
    words: str = ""
    doubtful: bool = False

    @property
    def permanent(self) -> bool:
        """Whether trying again would meet the same answer."""
        return self.code.startswith("5")

    @property
    def about(self) -> About:
        """What the code speaks of: the reader's address or mailbox, the sender's address, or something else."""
        return about(self.code)

    @property
    def address_of_no_use(self) -> bool:
        """Whether the address reaches nobody any more: certain, permanent, and about the address itself."""
        detail = self.code.partition(".")[2]
        return self.kind == "failed" and self.permanent and not self.doubtful and detail in ADDRESS_OF_NO_USE


def about(code: str) -> About:
    """What a code such as 5.1.1 speaks of, by its second figure (RFC 3463, section 3)."""
    detail = code.partition(".")[2]
    if detail in SENDER:
        return "sender"
    subject = detail.partition(".")[0]
    return "address" if subject == "1" else "mailbox" if subject == "2" else "other"


def report_of(fields: Mapping[str, str], text: str, *, only_notice: bool) -> DeliveryReport:
    """One block of a delivery report as what became of the letter at that address.

    `fields` are the block's, by name in small letters; `text` is the report's first part, for people. `only_notice`
    says that this server sends one notice in all, when it gives up.
    """
    recipient = address_in(fields.get("final-recipient", "") or fields.get("original-recipient", ""))
    status = _first(ENHANCED, fields.get("status", ""))
    diagnostic = typed(fields.get("diagnostic-code", ""))
    passed_on = PASSED_ON.search(diagnostic)
    status, diagnostic = ("5.0.0", passed_on[1]) if passed_on else (status, diagnostic)
    said = answers_about(recipient, text)
    code = _most_telling(status, diagnostic, said)
    timed_out = code.endswith(f".{EXPIRED}") or status.endswith(f".{EXPIRED}")
    goes_on = "will-retry-until" in fields or bool(TRIED_ON.search(f"{diagnostic}\n{text}"))
    expired = (timed_out and not goes_on) or bool(ENVELOPE_EXPIRED.search(text))
    kind = _kind(_bare(fields.get("action", "")) or _by_class(status), given_up=expired or only_notice)
    contradicted = not diagnostic and any(about(one) != about(code) for one in said)
    answer = diagnostic or " ".join(one for one in paragraphs_about(recipient, text) if _is_answer(one, recipient))
    contradicted |= code.startswith("5") and bool(FOR_NOW.search(answer))
    doubtful = kind == "failed" and (contradicted or bool(NOT_THE_ADDRESS.search(without_names(answer))))
    return DeliveryReport(kind, recipient, code, diagnostic or _line_about(recipient, text), doubtful)


def address_in(field: str) -> str:
    """The address in a field such as `rfc822; desk@agency.example`; signs spelt out by number (RFC 6533) are read."""
    return SPELT_OUT.sub(_sign, typed(field)).strip("<> ")


def _sign(spelt: re.Match[str]) -> str:
    sign = chr(int(spelt[1], 16))
    return sign if sign.isprintable() else spelt[0]


def typed(field: str) -> str:
    """The text of a field on one line, without the type that it begins with."""
    before, sign, after = field.partition(";")
    return " ".join((after if sign and TYPE.fullmatch(before.strip()) else field).split())


def answers_about(recipient: str, text: str) -> list[str]:
    """The enhanced codes that servers answered with, by the words of a report, about one address or about none."""
    return [
        match[1]
        for paragraph in paragraphs_about(recipient, text)
        for match in ANSWERED.finditer(" ".join(paragraph.split()))
    ]


def paragraphs_about(recipient: str, text: str) -> list[str]:
    """What the words of a report say about one address, or about none."""
    found = []
    for paragraph in re.split(r"\n(?!\s)", text):
        others = [one for one in re.findall(r"[^\s<>:;,]+@[^\s<>:;,]+", paragraph) if one.lower() != recipient.lower()]
        if recipient.lower() in paragraph.lower() or not others:
            found.append(paragraph)
    return found


def _is_answer(paragraph: str, recipient: str) -> bool:
    """Whether a paragraph of a report holds what a server said, and not what the report says of itself."""
    return recipient.lower() in paragraph.lower() or "<<<" in paragraph or bool(ANSWERED.search(paragraph))


def _by_class(status: str) -> str:
    """What became of a letter where no Action says it: by the first figure of the code."""
    return {"2": "delivered", "4": "delayed"}.get(status[:1], "")


def _kind(action: str, *, given_up: bool) -> Literal["failed", "delayed", "arrived"]:
    kind = ACTIONS.get(action, "failed")
    if kind == "arrived":
        return "arrived"
    return "delayed" if kind == "delayed" and not given_up else "failed"


def _most_telling(status: str, diagnostic: str, said: list[str]) -> str:
    """The code that tells most: Status, unless it is a bare class or of another class than what was answered."""
    answered = _most_specific(diagnostic)
    bare = not status or status.endswith(".0.0")
    bare |= status.endswith(".0") and answered.startswith(status.removesuffix("0"))
    if answered and (bare or answered[0] != status[0]):
        return answered if not answered.endswith(".0.0") or bare else status
    reply = _first(REPLY, diagnostic)
    if bare and not answered and reply and reply[0] != status[:1]:
        return f"{reply[0]}.0.0"
    if bare and not diagnostic and said:
        return said[0]
    return status


def _most_specific(diagnostic: str) -> str:
    """The code of an answer: the first, or one of the same kind that it quotes and that says more (5.1.0, 5.1.1)."""
    codes = [found[0] for found in ENHANCED.finditer(diagnostic)]
    first = next(iter(codes), "")
    more = (one for one in codes if one.startswith(first.removesuffix("0")) and not one.endswith(".0"))
    return next(more, first) if first.endswith(".0") else first


def _line_about(recipient: str, text: str) -> str:
    """The line of a report's words that names the address."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if recipient and recipient.lower() in line.lower()), "")


def _bare(action: str) -> str:
    """The action without the comment behind it: relayed (to non-DSN-aware mailer)."""
    return action.partition("(")[0].strip().lower()


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""
