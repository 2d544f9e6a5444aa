"""The formula of the seals: what docs/seals.md says of it is run, by a Python that knows nothing of Cairn."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from records import chain
from records.children import ChildDetails
from states.entry import COUNTING
from tests.casework import entries, opened
from tests.importing import ROWS, brought_in, table
from tests.test_export import worked
from workflows.reports.history_export import export
from workflows.verbs.correct import correct
from workflows.verbs.pause import order_pause
from workflows.verbs.people import add_child, erase_personal_data
from workflows.verbs.take_back_import import take_back

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


def test_they_find_right_what_was_imported_held_put_right_and_erased(office: Office, tmp_path: Path) -> None:
    brought_in(
        office, table(*ROWS, ("LR-7", "2024-11-04", *ROWS[0][2:4], "\u00ab\u00c9 \U0001f600\u00bb", *ROWS[0][5:]))
    )
    ref = opened(office).ref
    office.do(add_child, ref, ChildDetails("Wilhelmina Testperson"))
    office.do(order_pause, ref, "proceedings", "The Crown Office", "A trial.", role="chair")
    office.do(correct, ref, 1, "It was a day before.", happened_on=office.now.date() - timedelta(days=1))
    office.do(erase_personal_data, ref, "The time to keep it is over.")
    office.do(take_back, "IMPORT-1", "The wrong sheet.", hidden=())

    history = export(office.engine, "json")
    said = recomputed(history, tmp_path)

    kinds = {entry["kind"] for case in json.loads(history)["cases"] for entry in case["history"]}
    assert kinds >= {"imported", "corrected", "paused", "personal_data_erased", "import_taken_back"}
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
