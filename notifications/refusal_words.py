"""Why a mail server did not take a letter, in a few plain words: no name, address or machine out of its answer."""

from __future__ import annotations

import re

from notifications.answer_words import FULL, FULL_ELSEWHERE, OF_THE_TEXT, OF_THE_WAY, OF_WHO_SENDS, without_names
from notifications.delivery_status import ENHANCED

BARE = re.compile(r"(?<![\d.])[45]\d\d(?![\d.])")
"""A reply code of SMTP (RFC 5321)."""

FULL_BOX = "the mailbox is full"
NO_BOX = "there is no such mailbox"
NOT_TAKEN = "its server takes no mail from here"
NO_REASON = "its server did not take it, for a reason of its own"

BY_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{words})", re.IGNORECASE), said)
    for words, said in (
        (OF_WHO_SENDS, NOT_TAKEN),
        (OF_THE_TEXT, "its server does not take what is in the letter"),
        (rf"{FULL}|(?:{FULL_ELSEWHERE})\b", FULL_BOX),
        (OF_THE_WAY, "its server could not take it in time"),
    )
)
"""Words of an answer, which outweigh its code."""

BY_CODE = {
    **dict.fromkeys(("1.0", "1.1", "1.3", "1.6"), NO_BOX),
    **dict.fromkeys(("1.2", "4.4"), "there is no such mail server"),
    "1.10": "no mail is taken there at all",
    "2.1": "the mailbox is closed",
    "2.2": FULL_BOX,
    "2.3": "the letter is longer than is taken there",
    **dict.fromkeys(("7.1", "7.26", "7.27"), NOT_TAKEN),
    "4.7": "its server could not take it in time",
}
"""What codes (RFC 3463) say, without their class, where the words beside them say nothing else."""


def why_refused(answer: str) -> str:
    """Why a letter came back or was not taken, in a few words; "" for words that are no server's answer."""
    if not answer.strip():
        return ""
    words = without_names(answer)
    code = next((f"{one[2]}.{one[3]}" for one in ENHANCED.finditer(answer) if one[1] != "2"), "")
    found = next((said for spoken, said in BY_WORDS if spoken.search(words)), "") or BY_CODE.get(code, "")
    if not found and not code and (bare := BARE.search(words)) is not None:
        found = {"550": NO_BOX, "551": NO_BOX, "553": NO_BOX, "552": FULL_BOX}.get(bare[0], "")
    return found or (NO_REASON if code or BARE.search(words) else "")
