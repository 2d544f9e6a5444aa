"""The formula of the seals: what docs/seals.md says of it is run, by a Python that knows nothing of Cairn."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from records import chain
from states.entry import COUNTING
from tests.casework import entries
from tests.test_export import worked
from workflows.reports.history_export import export

if TYPE_CHECKING:
    from tests.office import Office

PAGE = Path(__file__).parents[1] / "docs" / "seals.md"

__all__ = ["worked"]


def recomputed(history: str, folder: Path) -> list[str]:
    (script,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    run = [sys.executable, "-I", "-X", "utf8", "-c", script]
    done = subprocess.run(run, input=history.encode(), stdout=subprocess.PIPE, check=True, cwd=folder)
    return done.stdout.decode().splitlines()


def test_the_ten_lines_of_the_page_find_every_seal_of_an_export_right(worked: Office, tmp_path: Path) -> None:
    history = export(worked.engine, "json")

    said = recomputed(history, tmp_path)

    assert len(said) == sum(len(case["history"]) for case in json.loads(history)["cases"]) > 10
    assert {line.split(" ", 2)[2] for line in said} == {"as sealed"}


def test_they_find_a_letter_that_was_changed_and_everything_after_it(worked: Office, tmp_path: Path) -> None:
    whole = json.loads(export(worked.engine, "json", "TST-2026-0001"))
    whole["cases"][0]["history"][3]["actor"]["name"] = "Somebody else"

    said = recomputed(json.dumps(whole), tmp_path)

    assert [line.endswith("NOT AS SEALED") for line in said] == [False] * 3 + [True] * (len(said) - 3)


def test_an_entry_from_before_the_rules_of_counting_were_numbered_stays_the_line_it_was(worked: Office) -> None:
    for entry in entries(worked, worked.case("TST-2026-0001")):
        new = chain.body_of("TST-2026-0001", entry)
        old = new.replace(f'"counting":{COUNTING},', "")

        assert chain.entry_of(new) == entry
        assert (chain.entry_of(old).counting, chain.kept_of(old).counting) == (0, 0)
        assert chain.body_of("TST-2026-0001", chain.entry_of(old)) == old != new
