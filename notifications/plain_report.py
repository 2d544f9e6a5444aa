"""Delivery reports in words alone, with a copy of the letter below a line: qmail's, and old Exim's.

qmail documents its form (QSBMF): paragraphs that each begin with `<address>:`, then the letter. Exim before 4.86 names
the addresses in X-Failed-Recipients. Reports from other servers that look like these are read too; the rest are for a
person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from notifications.delivery_status import DeliveryReport, report_of

COPY_BELOW = re.compile(
    r"(?m)^[ \t]*(?:"
    r"-{3}[ ](?:Below this line is a copy of the message|Enclosed are the original headers of the message)\."
    r"|-{4,}[ ]This is a copy of (?:the|your) message[^\n]*"
    r"|-{4,}[ ](?:Original message|Message header|Unsent message)(?: follows)?[ ]?-{4,}"
    r")[^\n]*\n"
)
"""The line under which these servers put the letter, or its headers."""

NAMED = re.compile(r"(?m)^[ \t]{0,4}<?([^\s<>@:;,]+@[^\s<>@:;,]+?)>?:?[ \t]*$")
LATE = re.compile(
    r"(?im)^[ \t]*(?:subject:.*\bdelayed\b|.*\b(?:has not yet been|will continue to be) (?:delivered|tried)\b)"
)
GIVEN_UP = re.compile(r"(?i)in the queue too long|retry timeout exceeded|not going to try again")
ADDRESSES = 100


def copy_below(words: str) -> tuple[str, str]:
    """What a report says, and the letter below its line; the second is empty where there is no such line."""
    line = COPY_BELOW.search(words)
    return (words[: line.start()], words[line.end() :].lstrip("\n")) if line else (words, "")


def reports_in(said: str, failed: str, subject: str) -> tuple[DeliveryReport, ...]:
    """What a report in words says of each address: `failed` is X-Failed-Recipients, where it has that.

    Whether it was given up or is still tried is told by what the server calls it.
    """
    action = "delayed" if not failed and LATE.search(f"Subject: {subject}\n{said}") else "failed"
    action = "failed" if GIVEN_UP.search(said) else action
    return tuple(_report(one, about, action) for one, about in _about_each(said, failed))


def _report(recipient: str, about: str, action: str) -> DeliveryReport:
    answer = " ".join(about.split())
    fields = {"final-recipient": f"rfc822; {recipient}", "action": action, "diagnostic-code": answer[:500]}
    return report_of(fields, about, only_notice=False)


def _about_each(said: str, failed: str) -> Iterator[tuple[str, str]]:
    """Each address, and the words about it: up to the next one, or to the end of its paragraph."""
    wanted = {one.strip().lower() for one in failed.split(",") if one.strip()}
    found = [one for one in NAMED.finditer(said) if not wanted or one[1].lower() in wanted][:ADDRESSES]
    for place, one in enumerate(found):
        ends = found[place + 1].start() if place + 1 < len(found) else len(said)
        yield one[1], re.split(r"\n[ \t]*\n(?=\S)", said[one.end() : ends].lstrip("\n"))[0]
    named = {one[1].lower() for one in found}
    for address in sorted(wanted - named):
        yield address, ""
