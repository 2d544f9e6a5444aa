"""Signs that turn text, hide it or drive a terminal, days nobody means, counts set back: wherever they come in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from config import procedures
from notifications.incoming_mail import read
from notifications.redaction import fit
from records import audit_log
from records.database import reading, transaction
from records.letter_log import LOG
from states.errors import BadAnswer, BadProcedure
from tests.casework import opened
from tests.harbour import HARBOUR, written
from workflows.verbs.contacts import set_away
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from tests.office import Office

HEAD = 'committee = "Leith Harbour Committee"\n'
TURNED, HIDDEN, DRIVES = "\u202etxet", "Fi\u200bfe", "red \x1b[31m"


def refusal(folder: Path, local: str) -> str:
    (folder / "guidance").mkdir(exist_ok=True)
    written(folder / "guidance", HARBOUR)
    with pytest.raises(BadProcedure) as refused:
        procedures.load("harbour-review", written(folder, local, "leith"), folder=folder / "guidance")
    return " ".join(refused.value.obstacles)


@pytest.mark.parametrize(
    ("local", "said"),
    [
        (f'committee = "{TURNED}"\n', "committee: the text holds a sign that cannot be seen (U+202E)"),
        (
            HEAD + f'[agencies."{HIDDEN}"]\ncalendar = "scotland"\n',
            "the name holds a sign that cannot be seen (U+200B",
        ),
        (HEAD + '[agencies."NHS\\nFife"]\ncalendar = "scotland"\n', "the name goes over more than one line"),
        (
            HEAD + '[editions.harbour-review.roles.lead]\nlabel = "Lead\\nofficer"\n',
            "roles.lead.label: the text goes over more than one line",
        ),
        (
            HEAD + '[editions.harbour-review.states.told]\nmeaning = "\\u0007bell"\n',
            "states.told.meaning: the text holds a character that cannot be read (U+0007)",
        ),
    ],
)
def test_a_committees_file_holds_no_sign_that_nobody_sees(tmp_path: Path, local: str, said: str) -> None:
    assert said in refusal(tmp_path, local)


def test_a_note_of_a_committee_may_go_over_several_lines(tmp_path: Path) -> None:
    (tmp_path / "guidance").mkdir()
    written(tmp_path / "guidance", HARBOUR)
    local = HEAD + '[editions.harbour-review.states.told]\nmeaning = """First.\nSecond."""\n'

    found = procedures.load("harbour-review", written(tmp_path, local, "leith"), folder=tmp_path / "guidance")

    assert found.states["told"].meaning == "First.\nSecond."


MAIL = f"""From: =?utf-8?Q?Desk_=E2=80=AEelpmaxe?= <desk@agency.example>
Subject: Re: LR-2026-0001 {HIDDEN} {DRIVES}
In-Reply-To: <letter@cairn.example>
Message-ID: <answer@agency.example>
Content-Type: text/plain; charset=utf-8

We have it {TURNED}\x1b]0;title\x07.
\tSecond line\x00.
"""


def test_what_comes_by_mail_is_shown_without_them_and_keeps_its_lines() -> None:
    mail = read(MAIL.encode())

    assert mail.subject == "Re: LR-2026-0001 Fi fe red [31m"
    assert mail.text == "We have it  txet ]0;title .\n\tSecond line ."
    assert all(sign.isprintable() or sign in "\n\t" for sign in mail.subject + mail.sender + mail.text)


def test_what_a_server_says_is_one_line_without_them() -> None:
    assert fit(f"550 {HIDDEN}\r\n{TURNED} {DRIVES}") == "550 Fi fe txet red [31m"


@pytest.mark.parametrize(
    ("starts", "ends", "which"),
    [(date(2026, 3, 2), date(9999, 12, 31), "last"), (date(9999, 12, 31), date(9999, 12, 31), "first")],
)
def test_an_absence_to_a_day_that_nobody_plans_is_refused(office: Office, starts: date, ends: date, which: str) -> None:
    with pytest.raises(BadAnswer, match=f"The {which} day away .31 December 9999. lies more than 100 years ahead"):
        office.do(set_away, 1, starts, ends)


def test_a_log_whose_count_was_set_back_goes_on_after_its_last_entry_and_letters_are_recorded(office: Office) -> None:
    opened(office)
    office.deliver()
    opened(office)
    with transaction(office.engine) as tx:
        before = len(audit_log.entries(tx, LOG))
        tx.execute(text("UPDATE numbering SET last = 0 WHERE series = 'audit letters'"))

    assert office.deliver().sent > 0

    with reading(office.engine) as tx:
        assert len(audit_log.entries(tx, LOG)) > before > 0
    assert verify(office.engine, keys=office.keys, now=office.now).ok
