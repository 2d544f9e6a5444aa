"""The tests wait as long as the machine needs, and no test's wait is shorter than that of the others."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from tests import patience
from tests.patience import until

HERE = Path(__file__).parent
SHORT_ON_PURPOSE = {"test_channels.py", "test_govuk_notify.py", "test_mail.py", "test_redaction.py", "webserver.py"}
"""These try what comes of a server that does not answer in time; webserver.py is that server."""


def test_a_wait_ends_with_the_event() -> None:
    seen = itertools.count()

    assert until(lambda: next(seen) > 2 and "there", "it") == "there"


def test_a_slow_machine_is_given_as_much_longer_as_it_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "slowness", lambda: 8.0)
    looks = itertools.count()

    assert until(lambda: next(looks) > 4, "it", within=0.1), "half a second, where the fastest machine is given a tenth"


def test_what_never_comes_is_named_when_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "slowness", lambda: 1.0)

    with pytest.raises(AssertionError, match="in vain for the letter"):
        until(lambda: False, "the letter", within=0.1)


def test_no_other_test_names_seconds_of_its_own_to_wait_for_something_real() -> None:
    named = re.compile(r"(?:timeout|within)=\d|(?<!_)\.wait\(\d")
    found = {
        path.name for path in HERE.glob("*.py") if path.name != "test_patience.py" and named.search(path.read_text())
    }

    assert found - SHORT_ON_PURPOSE == set()
