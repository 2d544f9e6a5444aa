"""Recommendations found by their words, whatever the endings, the order and the signs in between."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from records import search
from records.backup import backup, restore
from records.database import connect, reading, transaction
from records.search import SAME, Similar, similar
from states.errors import NotFound, NotPossible
from states.text_similarity import likeness, words_of
from tests.casework import reviewing
from tests.office import Office, open_office
from tests.test_recommend import CHAIR, FACTS, proposed, step, told
from tests.walking import load
from workflows.verbs.correct import correct
from workflows.verbs.recommend import EDITION, propose
from workflows.verification.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.conftest import OfficeAfter

NEGLECT = "All staff working with young children should be trained to recognise the early signs of neglect."
CHRONOLOGY = "The Health Board should make sure that a single chronology is kept and shared between agencies."
VOICE = "Social workers should see each child alone, and write down what the child says in the child's own words."
BABIES = "A pre-birth assessment should be completed by week 28 of pregnancy where there are concerns about drug use."
SUPERVISION = "Managers should provide regular reflective supervision to every lead professional."
TEXTS = (NEGLECT, CHRONOLOGY, VOICE, BABIES, SUPERVISION)

PARAPHRASES = {
    "Training in recognising early signs of neglect is needed for everybody who works with children.": NEGLECT,
    "Agencies should share and keep one chronology.": CHRONOLOGY,
    "Record what children say in their own words, and see them alone.": VOICE,
    "Where drug use is a concern, complete pre-birth assessments by 28 weeks of pregnancy.": BABIES,
    "Lead professionals should regularly receive reflective supervision from their manager.": SUPERVISION,
}
OTHERS = (
    "The duty rota of the out-of-hours team should be published each month.",
    "Schools should tell the named person when a pupil is absent for three days.",
    "The Scottish Government should fund a national pool of reviewers.",
)


@pytest.fixture
def office(office_after: OfficeAfter) -> Office:
    return office_after(five_recommendations)


def five_recommendations(office: Office) -> None:
    """Reviews that made five recommendations."""
    office.editions[EDITION] = load(EDITION)
    review = reviewing(office).ref
    for words in TEXTS:
        proposed(office, review, text=words)


def found(office: Office, wanted: str, limit: int = 10) -> tuple[Similar, ...]:
    with reading(office.engine) as tx:
        return similar(tx, wanted, limit, hidden=frozenset())


def texts(found: tuple[Similar, ...]) -> list[str]:
    return [one.recommendation.text for one in found]


def test_the_same_thing_in_other_words_is_found_first_and_taken_to_be_the_same(office: Office) -> None:
    for words, meant in PARAPHRASES.items():
        first = found(office, words)[0]

        assert (first.recommendation.text, first.says_the_same) == (meant, True), words


def test_something_else_is_not_taken_to_be_the_same(office: Office) -> None:
    assert [one for words in OTHERS for one in found(office, words) if one.says_the_same] == []


def test_no_two_of_the_recommendations_say_the_same() -> None:
    assert max(likeness(one, other) for one in TEXTS for other in (*TEXTS, *OTHERS) if one != other) < SAME


def test_a_recommendation_is_compared_with_the_others_not_with_itself(office: Office) -> None:
    review = told(office, "REC-2026-0001").of_ref
    again = proposed(office, review, text=next(iter(PARAPHRASES))).case

    assert texts(found(office, " rec-2026-0001 "))[0] == again.dossier.fields["text"]
    assert NEGLECT not in texts(found(office, "REC-2026-0001"))
    with pytest.raises(NotFound, match="There is no recommendation 'REC-1999-0001'"):
        found(office, "REC-1999-0001")


def test_where_each_stands_and_how_it_ended_is_told(office: Office) -> None:
    rejected = {"reason": "Training is there.", "answers": {"decided_on": "2026-03-02"}, **CHAIR}
    step(office, "REC-2026-0001", "reject", **rejected)

    ended, *_ = found(office, NEGLECT)

    review = told(office, "REC-2026-0001").of_ref
    because = "Rejected 2 March 2026; because: Training is there."
    assert ended.sentence == f"REC-2026-0001 from {review}, proposed 2 March 2026: {because}."
    assert ended.score == 1


HOSTILE = (
    "",
    " \n\t",
    "the and of",
    "***",
    '"',
    "'",
    'neglect" OR "x',
    "neglect' | 'x",
    "neglect AND NOT (signs OR early) NEAR/3 text:staff ^trained*",
    "neglect & ! (signs | early) <-> staff:*",
    "negle\x00ct neglect signs early",
    "neglect early signs \ud800",
    "n\u00e8glect Zo\u00eb \u5831\u544a \U0001f476 \u00bd \u00df \u0130 neglect early signs",
    "-neglect --early signs; DROP TABLE recommendation",
    "\\ \\' neglect \\ early signs",
    "neglect early signs " * 5000,
    " ".join(f"word{number}" for number in range(3000)),
)


def test_whatever_is_typed_is_only_words(office: Office) -> None:
    hits = {words: NEGLECT in texts(found(office, words)) for words in HOSTILE}

    assert hits == {words: likeness(words, NEGLECT) >= search.LEAST for words in HOSTILE}
    assert sum(hits.values()) > 6


def test_capitals_accents_word_order_and_repetition_make_no_difference(office: Office) -> None:
    assert texts(found(office, "NEGLECT, SIGNS: early! Early signs... RECOGNISED & trained")) == [NEGLECT]


def test_no_more_are_given_than_asked_for(office: Office) -> None:
    review = told(office, "REC-2026-0001").of_ref
    for _ in range(3):
        proposed(office, review, text=NEGLECT)

    assert len(found(office, NEGLECT, 2)) == 2
    assert [one.score for one in found(office, NEGLECT)][:4] == [1, 1, 1, 1]


def test_a_text_that_is_changed_or_put_right_is_found_by_its_new_words_alone(office: Office) -> None:
    step(office, "REC-2026-0001", "revise", answers={"text": "Every school should have a counsellor."})
    assert texts(found(office, "school counsellors"))[0] == "Every school should have a counsellor."
    assert NEGLECT not in texts(found(office, NEGLECT))

    office.do(correct, "REC-2026-0001", 3, "A word was wrong.", answers={"text": "Every nursery should have a nurse."})
    assert texts(found(office, "a nurse in the nursery"))[0] == "Every nursery should have a nurse."
    assert texts(found(office, "school counsellors")) == []


def test_what_the_index_lost_is_named_by_verify_and_comes_back_when_it_is_rebuilt(office: Office) -> None:
    with transaction(office.engine) as tx:
        tx.execute(sql("DELETE FROM recommendation_word WHERE case_id = (SELECT MIN(case_id) FROM recommendation)"))
    assert NEGLECT not in texts(found(office, NEGLECT))
    assert [(one.ref, one.what) for one in verify(office.engine).places] == [
        ("REC-2026-0001", "the search does not find it")
    ]

    with transaction(office.engine) as tx:
        search.rebuild(tx)

    assert texts(found(office, NEGLECT))[0] == NEGLECT
    assert verify(office.engine).places == ()


def test_what_is_taken_back_is_not_found(office: Office) -> None:
    review = told(office, "REC-2026-0001").of_ref

    with suppress(NotPossible), transaction(office.engine) as tx:
        propose(office.uow(tx), review, {**FACTS, "text": "Every ferry should carry a nurse."})
        assert similar(tx, "a nurse on every ferry", hidden=frozenset()) != ()
        raise NotPossible("Thought better of.")

    assert found(office, "a nurse on every ferry") == ()


def test_a_restored_backup_is_searched_like_the_original(office: Office, tmp_path: Path) -> None:
    backup(office.engine, tmp_path / "backup.zip", office.now, {})
    other = connect(f"sqlite:///{tmp_path / 'other.db'}")

    restore(other, tmp_path / "backup.zip", office.now, {})

    with reading(other) as tx:
        assert similar(tx, NEGLECT, hidden=frozenset())[0].recommendation.text == NEGLECT
        assert list(search.not_found_by(tx)) == []
    other.dispose()


LANGUAGES = (
    "Gàidhlig should be offered in every Health/education meeting held by 31/03/2026, as LR-2026-0007 asks, and the "
    "minutes of the meeting should say in which language the family was spoken to, by whom, and what they answered."
)


@pytest.mark.parametrize(
    "wanted",
    [
        *("Gaidhlig", "GÀIDHLIG", "Ga\u0300idhlig", "Health/education", "health", "education", "31/03/2026", "2026"),
        *("LR-2026-0007", "lr 2026 0007", "0007", "(Health / Education)", "education_health", "\uff28ealth"),
    ],
)
def test_a_few_words_are_found_in_a_long_text_whatever_stands_between_or_upon_them(office: Office, wanted: str) -> None:
    proposed(office, told(office, "REC-2026-0001").of_ref, text=LANGUAGES)

    said = {one.recommendation.text: one.says_the_same for one in found(office, wanted)}
    assert said[LANGUAGES] is False
    assert LANGUAGES not in texts(found(office, "Gaidhlig ferry"))


def test_a_reference_of_another_kind_of_file_is_looked_for_as_words(office: Office) -> None:
    review = told(office, "REC-2026-0001").of_ref
    assert found(office, review) == ()

    proposed(office, review, text=f"What {review} recommended about chronologies should be done in every nursery.")

    assert len(found(office, review)) == 1
    with pytest.raises(NotFound, match="There is no recommendation 'REC-2026-9999'"):
        found(office, "REC-2026-9999")


PIECES = st.sampled_from(
    [
        "neglect",
        "Neglect",
        "signs",
        "chronology",
        "Gàidhlig",
        "gaidhlig",
        "child",
        "31",
        "2026",
        "words",
        "drug",
        "ferry",
    ]
)
BETWEEN = st.sampled_from([" ", "/", "-", "_", ", ", "'", "\u2019", ". ", "\u200b", "\n"])
QUESTIONS = st.lists(st.tuples(PIECES, BETWEEN), min_size=1, max_size=6).map(lambda one: "".join(map("".join, one)))


def test_the_same_question_gives_the_same_answers_on_both_databases(tmp_path: Path, postgres_url: str) -> None:
    (tmp_path / "other").mkdir()
    with (
        open_office(f"sqlite:///{tmp_path / 'cairn.db'}", tmp_path) as office,
        open_office(postgres_url, tmp_path / "other") as other,
        reading(with_texts(office).engine) as ours,
        reading(with_texts(other).engine) as theirs,
    ):

        @settings(max_examples=80)
        @given(QUESTIONS)
        def ask(question: str) -> None:
            assert answers(ours, question) == answers(theirs, question)

        ask()
        assert len(answers(ours, "neglect")[0]) == 2


def answers(tx: Connection, question: str) -> tuple[list[tuple[str, float]], list[int]]:
    found = similar(tx, question, hidden=frozenset())
    return [(one.ref, one.score) for one in found], search.best_matches(tx, question, 3)


def with_texts(office: Office) -> Office:
    office.editions[EDITION] = load(EDITION)
    review = reviewing(office).ref
    for words in (*TEXTS, LANGUAGES, NEGLECT.upper()):
        proposed(office, review, text=words)
    return office


def test_words_of_the_trade_are_looked_for_last() -> None:
    assert words_of("The agencies should ensure that children's records are shared") == (
        "records",
        "shared",
        "agencies",
        "ensure",
        "children",
    )
    assert likeness("", "anything") == 0
    assert likeness("Ensure children are safe", "Ensure agencies are robust") == 0
