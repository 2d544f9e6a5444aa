"""The drawing of an edition: every state, step and limit is in it, in words too."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from config import procedures
from config.drawing import Page, _laid_out, draw
from config.drawing_cards import PAD, WIDTH, Card, text_width
from states.procedure import Procedure
from tests.harbour import HARBOUR, changed, written

SVG = "{http://www.w3.org/2000/svg}"


def harbour(folder: Path, *changes: tuple[str, str]) -> Procedure:
    return procedures.read(written(folder, changed(*changes) if changes else HARBOUR))


@cache
def laid_out(name: str) -> Page:
    return _laid_out(procedures.load(name))


def parsed(procedure: Procedure) -> ET.Element:
    return ET.fromstring(draw(procedure))  # noqa: S314 - a drawing of our own


def words(drawing: ET.Element) -> str:
    return " ".join(text.text or "" for text in drawing.iter(f"{SVG}text"))


def uprights(page: Page) -> list[tuple[float, float, float]]:
    return [(net.lanes[gutter], *net.span(gutter)) for net in page.nets for gutter in net.gutters]


def test_every_state_and_every_step_is_in_the_drawing(tmp_path: Path) -> None:
    procedure = harbour(tmp_path)

    shown = words(parsed(procedure))

    assert all(state.label in shown for state in procedure.states.values())
    assert all(move.label in shown for move in procedure.transitions)
    assert "REFERRAL" in shown
    assert "RECOMMENDATION" not in shown


def test_it_says_what_it_shows_to_those_who_cannot_see_it(tmp_path: Path) -> None:
    drawing = parsed(harbour(tmp_path))

    title, about = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
    assert drawing.get("role") == "img"
    assert title is not None
    assert title.text == "Harbour review"
    assert about is not None
    assert about.text == "The states of a harbour review, by phase: Told; Asking; Closed."


def test_a_step_back_is_dashed_and_has_its_own_arrowhead(tmp_path: Path) -> None:
    text = draw(harbour(tmp_path))

    assert text.count('class="line back"') == 3  # the way, its end, and the sample in the legend
    assert text.count('marker-end="url(#back)"') == 2


def test_a_limit_stands_on_the_card_it_is_met_from_and_says_when_there_is_none(tmp_path: Path) -> None:
    shown = words(parsed(harbour(tmp_path)))

    assert "Report: 14 calendar days" in shown
    assert "Decision: no limit set" in shown


def test_labels_with_odd_characters_are_drawn_as_they_are(tmp_path: Path) -> None:
    procedure = harbour(tmp_path, ('label = "Told"', "label = 'Told <b>&\"'"))

    assert 'Told <b>&"' in words(parsed(procedure))


def test_the_same_edition_gives_the_same_drawing(tmp_path: Path) -> None:
    assert draw(harbour(tmp_path)) == draw(harbour(tmp_path))


def test_an_edition_without_openings_has_no_card_for_new_cases(tmp_path: Path) -> None:
    year = harbour(
        tmp_path,
        ('prefix = "HR"', 'prefix = "HR"\nkind = "committee"'),
        ('dest = "told"\nroles', 'source = ["told"]\ndest = "told"\nroles'),
    )

    assert "New case" not in words(parsed(year))
    assert "Tell the board" in words(parsed(year))


@pytest.mark.parametrize("name", procedures.names())
def test_no_line_crosses_a_card_and_no_cards_overlap(name: str) -> None:
    page = laid_out(name)

    assert not [pair for pair in combinations(page.cards, 2) if _overlap(*pair)]
    for x, _, _ in uprights(page):
        assert not [card.name for card in page.cards if card.x - 4 < x < card.x + WIDTH + 4]
    for net in page.nets:
        assert net.corridor is None or not [card for card in page.cards if card.y < net.corridor < card.y + card.height]


@pytest.mark.parametrize("name", procedures.names())
def test_no_two_lines_that_lead_elsewhere_run_in_one_lane(name: str) -> None:
    page = laid_out(name)

    lanes = [(gutter, lane) for net in page.nets for gutter, lane in net.lanes.items()]

    assert len(set(lanes)) == len(lanes)


@pytest.mark.parametrize("name", procedures.names())
def test_text_stays_within_its_card(name: str) -> None:
    page = laid_out(name)

    for card in page.cards:
        for line in card.lines:
            assert card.y < line.y
            assert line.y + line.height <= card.y + card.height
            assert all(text_width(each, line.size) <= WIDTH - 2 * PAD or " " not in each for each in line.words)


def _overlap(one: Card, other: Card) -> bool:
    across = one.x < other.x + WIDTH and other.x < one.x + WIDTH
    return across and one.y < other.y + other.height and other.y < one.y + one.height
