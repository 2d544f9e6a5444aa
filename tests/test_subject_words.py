"""What follows a review of an adult speaks of adults: an edition in other words, which its cases keep."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from config.settings import Settings
from config.subject_words import in_any_words, in_words_of, worded_for
from records.database import reading
from states.errors import NotPossible
from tests.office import FIFE, shipped_edition
from workflows.checks import Look
from workflows.installation.operation_checks import editions_in_use
from workflows.verbs.change_edition import move_edition
from workflows.verbs.open import open_case
from workflows.verbs.recommend import propose
from workflows.verification.verify import verify
from workflows.views.contact_places import contact_places
from workflows.views.local_limits import editions_to_set
from workflows.views.ways_to_open import ways_to_open

if TYPE_CHECKING:
    from pathlib import Path

    from states.procedure import Procedure
    from tests.office import Office

FOLLOWED = "recommendation-2026"
ADULT, CHILD = "scotland-adult-learning-review-2022", "scotland-learning-review-2024"
NOTIFIED = {
    ADULT: {"notification_form": "file 1", "notified_basis": "died"},
    CHILD: {"notification_form": "file 1", "notified_criteria": ["harmed"]},
}

PROPOSED = {
    "rationale": "It was missed.",
    "source": "report",
    "level": "single_agency",
    "addressee": FIFE,
    "themes": ["childs_voice"],
}


@pytest.mark.parametrize(
    ("subject", "words"), [("adult", "adult"), ("person who died", "person"), ("victim", "person")]
)
def test_a_recommendation_out_of_a_review_of_no_child_says_nothing_of_children_and_is_as_it_was_but_for_words(
    subject: str, words: str
) -> None:
    published = shipped_edition(FOLLOWED)
    spoken = in_words_of(published, subject)
    own = {name: value for name, value in json.loads(spoken.written).items() if name != "sources"}

    assert not re.findall(r'"[^"]*\b(?:[Cc]hild|[Cc]hildren|[Cc]hild.s)\b[^"]*"', json.dumps(own))
    assert spoken.sources == published.sources
    assert (spoken.states.keys(), spoken.moves.keys()) == (published.states.keys(), published.moves.keys())
    assert [one.name for one in spoken.recordable["themes"].choices] == [
        one.name for one in published.recordable["themes"].choices
    ]
    assert (worded_for(spoken), worded_for(published), worded_for(shipped_edition(ADULT))) == (words, "", "")
    assert in_words_of(published, "child") is in_words_of(published, "") is published
    assert in_words_of(published, words) == spoken
    assert spoken.digest in {one.digest for one in in_any_words(published)} - {published.digest}


def test_each_recommendation_keeps_the_words_of_its_review_and_the_record_stays_whole(office: Office) -> None:
    office.editions |= {name: shipped_edition(name) for name in (FOLLOWED, ADULT, CHILD)}
    found = {}
    for name, answers in NOTIFIED.items():
        ref = office.do(open_case, name, "notify", answers=answers, agency_of_actor=FIFE).ref
        made = office.do(propose, ref, PROPOSED | {"text": f"Listen to whoever it is about, {name}"})
        found[name] = made.case

    labels = {name: one.procedure.recordable["themes"].choices[2].label for name, one in found.items()}
    assert labels == {ADULT: "Seeing and hearing the adult", CHILD: "Seeing and hearing the child"}
    assert found[ADULT].procedure.label_of("roles", "committee") == "Adult protection committee"
    assert found[CHILD].dossier.digest == shipped_edition(FOLLOWED).digest
    with pytest.raises(NotPossible, match="there is nothing to move"):
        office.do(move_edition, found[ADULT].ref, FOLLOWED, "To see.")
    with reading(office.engine) as tx:
        assert [one.ok for one in editions_in_use(Look(tx, Settings(), office.now))] == [True]
    assert verify(office.engine, keys=office.keys, now=office.now).places == ()


@pytest.mark.parametrize(
    ("name", "regime"),
    [
        ("Angus Adult Protection Committee", "adult_protection"),
        ("Child and Adult Protection Committee of the Isles", "child_protection"),
        ("Public Protection Partnership", "child_protection"),
        ("", "child_protection"),
    ],
)
def test_a_committee_named_after_a_regime_has_its_editions_and_limits_first(
    office: Office, tmp_path: Path, name: str, regime: str
) -> None:
    own = tmp_path / "committee.toml"
    own.write_text(f'committee = "{name}"\n')

    def laid_over(edition: str) -> Procedure:
        return shipped_edition(edition).model_copy(update={"committee": name})

    with reading(office.engine) as tx:
        limits = [shipped_edition(one.name).regime for one in editions_to_set(tx, own, office.now.date(), frozenset())]
        first = shipped_edition(ways_to_open(tx, laid_over)[0].edition).regime
        places = [one.label for one in contact_places(tx, laid_over, office.now.date()) if one.edition]

    assert {one for one in limits if one.endswith("_protection")} == {regime}
    assert first == regime
    assert ("Adult protection committee" in places, "Child protection committee" in places) == (
        regime == "adult_protection",
        regime == "child_protection",
    )
