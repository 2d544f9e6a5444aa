"""What others have beside limits that the nation leaves open: every number is written somewhere, and none is ours."""

from __future__ import annotations

import pytest

from config.neighbours import Elsewhere, listed
from config.phrases import UNSET, whole_limit
from tests.office import shipped_edition


@pytest.mark.parametrize(("place", "lines"), listed().items(), ids=map(".".join, listed()))
def test_every_line_stands_beside_a_limit_left_open_and_says_where_it_is_written(
    place: tuple[str, str], lines: tuple[Elsewhere, ...]
) -> None:
    edition, limit = place

    assert whole_limit(shipped_edition(edition).timescales[limit]) == UNSET
    for one in lines:
        assert bool(one.says) is not bool(one.edition)
        if one.says:
            assert one.url.startswith("http")
            assert one.title
            continue
        other = shipped_edition(one.edition)
        rule = other.timescales[one.limit]
        assert whole_limit(rule) != UNSET
        assert rule.basis in {"guidance", "statute"}
        assert rule.cite
        assert all(other.sources[name].url for name in rule.cite)
