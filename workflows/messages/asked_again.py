"""Why an agency is asked once more, in the words of its letter and of its page."""

from __future__ import annotations

from records.cases import Case
from states.asking import REPLIED, reply_words
from states.dossier import Asked
from states.entry import Entry
from states.rounds import asked_before
from states.words import ended, full_weekday


def why_again(case: Case, entry: Entry, asked: Asked, *, quoting: bool = True) -> str:
    """Why an agency is asked though an answer came, or though another agency was asked first.

    Without `quoting` it does not repeat what the agency itself has written.
    """
    if entry.kind == "sent_back":
        return f"Your answer was read and is not enough yet. The reason: {ended(entry.reason)}"
    if entry.kind == "redirected":
        return f"{case.dossier.requests[entry.data['id']].agency} was asked first, and says: {ended(entry.reason)}"
    before = asked_before(case.procedure, case.dossier, asked)
    if before is None:
        return ""
    own = f": {ended(before.reason)}" if quoting and before.reason else "."
    replied = before.status in REPLIED
    said = f"You {reply_words(before)}{own}" if replied else f"That was withdrawn on {full_weekday(before.ended_on)}."
    why = f" The reason: {ended(entry.reason)}" if entry.reason else ""
    return f"You were asked for this on {full_weekday(before.asked_on)}. {said} You are asked again.{why}"
