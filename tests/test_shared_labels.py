"""Fields of one form that share a label are told apart wherever somebody fills them in or reads them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from config import procedures
from states.answers import faults
from states.shared_labels import shared_labels, told_apart
from states.steps import Field
from tests.casework import edited, transitions

if TYPE_CHECKING:
    from tests.terminal import Terminal


def form(*labels: str) -> tuple[Field, ...]:
    return tuple(Field(name=f"f{place}", label=label) for place, label in enumerate(labels))


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (("Practice", "Outcomes"), ["Practice", "Outcomes"]),
        (("Practice", "Proof", "Outcomes", "proof"), ["Practice", "Proof (Practice)", "Outcomes", "proof (Outcomes)"]),
        (("Proof", "Practice", "Proof"), ["Proof (1 of 2)", "Practice", "Proof (2 of 2)"]),
        (("Practice", "Proof", "Proof"), ["Practice", "Proof (1 of 2)", "Proof (2 of 2)"]),
        (("Why", "Proof", "Why", "Proof"), ["Why (1 of 2)", "Proof (1 of 2)", "Why (2 of 2)", "Proof (2 of 2)"]),
    ],
)
def test_fields_of_one_label_are_named_by_what_they_come_after(labels: tuple[str, ...], shown: list[str]) -> None:
    assert [one.label for one in told_apart(form(*labels))] == shown


def test_one_field_that_stands_twice_is_no_other_field() -> None:
    twice = (*form("Note"), *form("Note"))

    assert told_apart(twice) == twice


@pytest.mark.parametrize("name", procedures.names())
def test_no_two_fields_of_a_form_are_shown_alike(name: str) -> None:
    found = procedures.load(name)
    forms = [move.fields for move in found.transitions] + [one.fields for one in found.requests.values()]
    forms += [one.all_fields for one in found.registers.values()]

    for fields in forms:
        shown = {(one.name, one.label) for one in told_apart(fields)}
        assert len({label for _, label in shown}) == len(shown)


def test_what_is_missing_is_named_as_the_form_shows_it() -> None:
    said = faults(
        form("Practice", "Proof", "Outcomes", "Proof"), {"f0": "Clear.", "f2": "Clear."}, {}, date(2026, 3, 2)
    )

    assert said == (
        "“Proof (Practice)” is missing: fill in 'f1'.",
        "“Proof (Outcomes)” is missing: fill in 'f3'.",
    )


def test_checking_an_edition_warns_of_fields_that_share_a_label(terminal: Terminal) -> None:
    said = " ".join(
        terminal.types("procedure", "check", str(procedures.GUIDANCE / "recommendation-2026.toml"), clock=False).split()
    )

    assert terminal.code == 0
    assert "The step 'assess_impact': more than one field is called “Evidence of that”." in said
    assert "'impact_outcomes_evidence' as “Evidence of that (Difference made to outcomes for children)”" in said
    assert "more than one field" not in terminal.types(
        "procedure", "check", str(procedures.GUIDANCE / "scotland-scr-2015.toml"), clock=False
    )


def test_an_edition_is_not_changed_by_how_its_forms_are_shown() -> None:
    same = [{"name": "one", "label": "Note"}, {"name": "two", "label": "Note"}]
    found = edited(transitions=transitions(gather={"fields": same}))
    digest = found.digest

    (sentence,) = shared_labels(found)

    assert "The step 'gather': more than one field is called “Note”." in sentence
    assert found.digest == digest
    assert [found.recordable[name].label for name in ("one", "two")] == ["Note (1 of 2)", "Note (2 of 2)"]
