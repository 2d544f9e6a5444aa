"""Every letter of every edition, to every reader: what it says, offers and calls things."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default as modern

import pytest

from config import procedures
from config.news import FILE, news_of
from config.settings import edition
from notifications.envelope import Envelope, MailSender, compose
from notifications.layout import columns
from notifications.wording import ASKS
from states.procedure import Procedure
from tests.terminal import ROOT
from workflows.messages.letter_book import SampleOffice, Specimen, every, of_the_system, printed

SITE = "https://desk.committee.example"
WEB = f"{SITE}/{{ref}}"
FACT = re.compile(r"^ +[A-Z][\w ]*: +")
CONTRADICTIONS = (
    ("Nothing has to be sent because of this letter", r"please answer by|is asked for information"),
    (
        "This is not decided yet",
        r"You can (?:also )?ask for more time|More time can be asked for|reason for the silence",
    ),
    ("asks nothing of you", r"[Pp]lease (?:answer|send|see|record|grant|say)\b"),
    ("has arrived", r"no answer is on record|nothing is recorded"),
    ("It stops no date", r"these dates are not counted"),
    ("is refused", r"is granted"),
)
OLDEST = 12


pytestmark = pytest.mark.xdist_group("letters")
"""One process has them all, so that they are made once."""


@pytest.fixture(scope="module")
def letters() -> list[Specimen]:
    return list(every())


@pytest.fixture(scope="module")
def both(letters: list[Specimen]) -> list[Specimen]:
    """The letters of an office with the terminal alone, and of those with pages; each wording once."""
    pages = (
        SampleOffice(link=WEB),
        SampleOffice(link=WEB, site=SITE),
        SampleOffice(link=WEB, site=SITE, shows_child=True),
    )
    found = [*letters, *(one for office in pages for one in every(office)), *of_the_system()]
    return list({(one.edition, one.reader, one.written): one for one in found}.values())


def names_of(procedure: Procedure) -> set[str]:
    """What has large letters of its own: bodies, authorities, and roles that are called by a name."""
    labels = [one.label for one in (*procedure.bodies.values(), *procedure.roles.values())]
    labels += procedure.authorities.values()
    return {label for label in labels if re.fullmatch(r"[A-Z]\w+ [A-Z]\w+", label)} | {"NHS Fife", "Police Scotland"}


def prose(one: Specimen) -> str:
    """What we say ourselves: no facts in columns, no items of lists, no words that somebody recorded."""
    recorded = [str(one.facts.get(name, "")) for name in ("what", "learn", "send", "why_again", "answer_to")]
    recorded += [str(line) for line in (*one.facts.get("scope", ()), *one.facts.get("more_time", ()))]
    lines = [
        line for line in one.written.body.split("\n") if line and not FACT.match(line) and not line.startswith("- ")
    ]
    kept = [line for line in lines if not any(words and words in line for words in recorded)]
    return " ".join(
        re.sub(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d+ \w+ 20\d\d", "Monday", line) for line in kept
    )


def age(text: str) -> float:
    """The age at which somebody can read it, by the automated readability index."""
    import textstat

    return float(textstat.automated_readability_index(text)) + 5


def test_every_message_that_an_edition_can_send_is_among_them(letters: list[Specimen]) -> None:
    for name in procedures.names():
        procedure = edition(name, None)
        told = {notice.message for move in procedure.transitions for notice in move.notify}
        told |= {rung.message for ladder in procedure.ladders.values() for rung in ladder.rungs}
        told |= {rule.message for rule in procedure.requests.values()}

        assert told <= {one.kind for one in letters if one.edition == name}


def test_every_audience_of_every_edition_is_among_them(letters: list[Specimen]) -> None:
    places = defaultdict(set)
    for one in letters:
        places[one.edition].add(one.place)

    assert {"Chief officers group", "Care Inspectorate", "senior contact of NHS Fife", "Review team"} <= places[
        "scotland-learning-review-2024"
    ]
    assert all(
        "deputy contact of NHS Fife" in places[name] for name in procedures.names() if edition(name, None).requests
    )


def test_a_subject_is_short_begins_with_the_reference_and_is_read_back_as_written(both: list[Specimen]) -> None:
    for subject, one in {one.written.subject: one for one in both}.items():
        ref = str(one.facts.get("ref", ""))
        envelope = Envelope("a@b.example", subject, "Its words.", "<a@cairn.example>", datetime(2026, 3, 2, tzinfo=UTC))
        mail = compose(envelope, MailSender("c@committee.example", "Cairn"))

        assert len(subject) < 60
        assert "…" not in subject
        assert subject.startswith(ref)
        assert message_from_bytes(mail, policy=modern)["Subject"] == subject
        assert b"Subject: " + subject.encode("ascii", "ignore") in mail or not subject.isascii()


def test_no_label_of_a_step_stands_there_as_an_order(both: list[Specimen]) -> None:
    labels = {move.label for name in procedures.names() for move in edition(name, None).transitions}

    for one in both:
        subject, body = one.written.subject.partition(": ")[2], one.written.body.split("\n")
        said = {subject, *(part.rstrip(".") for line in body for part in re.split(r"(?<=[.:]) +", line))}
        assert not said & labels


def test_every_step_that_tells_somebody_has_its_news_in_words() -> None:
    moves = [move for name in procedures.names() for move in edition(name, None).transitions if move.notify]
    written = FILE.read_text(encoding="utf-8")

    assert all(f'"{move.label}" = ' in written or move.label.startswith("Record that ") for move in moves)
    assert all("“" not in news_of(move.label) for move in moves)


def test_a_step_of_an_edition_nobody_here_knows_is_quoted_and_never_an_order() -> None:
    assert news_of("Record that the door is open") == "The door is open."
    assert news_of("Open the door") == "This step is done: “Open the door”."


def test_a_name_keeps_its_large_letters_everywhere(both: list[Specimen]) -> None:
    names = {name: names_of(edition(name, None)) for name in procedures.names()}

    for one in both:
        text = f"{one.written.subject}\n{one.written.body}"
        for label in (str(one.facts.get("state")), str(one.facts.get("timescale"))):  # as the edition spells them
            text = text.replace(label, "")
        low = text.lower()
        assert not [name for name in names.get(one.edition, ()) if low.count(name.lower()) != text.count(name)]


def test_the_date_of_a_request_is_called_what_was_asked(both: list[Specimen]) -> None:
    for one in both:
        rules = edition(one.edition, None).timescales.values() if one.facts.get("request") else ()
        for label in (rule.label for rule in rules if rule.anchor.request):
            assert (
                not re.search(rf"(?m)^ +What: +{re.escape(label)}$", one.written.body) or label == one.facts["request"]
            )


def test_no_letter_contradicts_itself(both: list[Specimen]) -> None:
    for one in both:
        for said, other in CONTRADICTIONS:
            assert said not in one.written.body or not re.search(other, one.written.body), (one, said)


def test_what_is_offered_exists(both: list[Specimen]) -> None:
    for one in both:
        body = one.written.body
        assert "can promise" not in body or one.facts.get("promises")
        assert not re.search(r"ask for more time|More time can be asked", body) or one.facts.get("decider")
        assert not re.search(r"\bcairn (?!doctor)", body)
        assert "shows what is asked" not in body
        assert (
            "senior contact" not in body
            or one.facts.get("then_told")
            or one.facts.get("evidence")
            or "senior" in one.place
        )


def test_whoever_is_asked_something_from_outside_can_answer(both: list[Specimen]) -> None:
    asked = [one for one in both if one.reader in {"agency", "outside"} and one.kind in ASKS]

    assert asked
    assert all("Reply to: L. Officer" in one.written.body for one in asked)


def test_a_request_can_be_read_in_full_by_whoever_is_asked_reminded_or_called_to_help(letters: list[Specimen]) -> None:
    kinds = {"information_requested", "reminder", "due_today", "overdue", "escalation", "promise_broken"}
    asked = [one for one in letters if one.reader == "agency" and one.kind in kinds and one.facts.get("answers")]

    assert {one.kind for one in asked} == kinds
    for one in asked:
        lines = [f"- {label}\n" for label in one.facts["answers"]]
        parts = [*one.facts["scope"], "Whom it is about: ", "How to send it: ", *lines]
        assert [part for part in parts if part not in f"{one.written.body}\n"] == []


def test_a_deputy_is_told_why_the_letter_came(letters: list[Specimen]) -> None:
    deputies = [one for one in letters if one.place.startswith("deputy contact")]

    assert deputies
    for one in deputies:
        first = one.written.body.split("\n")[0]
        assert re.match(
            r"You get this letter because you stand in for the first contact of \w+ \w+, who is away", first
        )


def test_what_is_to_be_done_stands_in_every_letter_about_an_action(letters: list[Specimen]) -> None:
    actions = [one for one in letters if re.search(r"(?m)^ +What: +Action A1$", one.written.body)]

    assert actions
    assert all("What is to be done: a half day of training for every supervisor" in one.written.body for one in actions)


def test_no_letter_is_word_for_word_the_one_before_it(letters: list[Specimen]) -> None:
    chased: dict[tuple[str, str, str, str], list[Specimen]] = defaultdict(list)
    for one in letters:
        if one.kind in {"reminder", "due_today", "overdue", "hold_review", "duty_due", "escalation"}:
            more = "more" if one.facts.get("more_time") else ""
            chased[one.edition, one.about, one.place, one.kind + more].append(one)

    repeated = [several for several in chased.values() if len(several) > 1]
    assert repeated
    for several in repeated:
        assert several[0].written.body != several[1].written.body


def test_every_letter_can_be_read_at_the_age_of_twelve(both: list[Specimen]) -> None:
    texts = {re.sub(r"[A-Z]{2,4}-2026-0001", "it", prose(one)): one.kind for one in both}

    assert {kind: text for text, kind in texts.items() if age(text) > OLDEST} == {}


def test_no_letter_has_a_seam(both: list[Specimen]) -> None:
    for one in both:
        body = one.written.body
        assert not re.search(r"[{}]|None|\.\.|\( |\bTrue\b|undefined|\n\n\n", body)
        assert not [line for line in columns(body).split("\n") if len(line) > 72 and "https://" not in line]


def test_the_page_of_letters_is_current(letters: list[Specimen]) -> None:
    assert (ROOT / "docs" / "letters.md").read_text(encoding="utf-8") == printed(letters), (
        "make letters prints it again"
    )
