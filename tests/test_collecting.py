"""What a run makes ready for its processes is what pytest would have made."""

from __future__ import annotations

import os
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from _pytest.assertion import rewrite

from tests.collecting import compiled

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_compiled_ahead_is_taken_by_pytest_until_the_file_is_another(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    file, beside = tmp_path / "test_sum.py", tmp_path / "sums.py"
    file.write_text("def test_sum():\n    found = 1 + 1\n    assert found == 3\n")
    beside.write_text("assert True\n")
    assert [compiled(pytestconfig, tmp_path) for _ in range(2)] == [1, 0]
    (kept,) = (tmp_path / "__pycache__").iterdir()

    code = rewrite._read_pyc(file, kept)
    assert code is not None
    module = ModuleType("test_sum")
    exec(code, module.__dict__)  # noqa: S102  a file of the test
    with pytest.raises(AssertionError, match="assert 2 == 3"):
        module.test_sum()

    os.utime(file, (0, 0))
    assert rewrite._read_pyc(file, kept) is None
    assert compiled(pytestconfig, tmp_path) == 1
