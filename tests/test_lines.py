"""The marks of `tests.lines` say of a file what coverage's own tracer says."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from coverage import Coverage

from tests.lines import Marks, arcs, marked

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = '''"""What a file is about."""

from __future__ import annotations

import contextlib
from functools import (
    cache,
)


class Kind:
    """A class."""

    a: int = 1
    if a > 1:
        b = 2

    @property
    @cache  # noqa
    def name(self):
        """A method that only says so."""

    def other(self):
        return 1


def branches(number):
    """Branches of every kind."""
    if number == 0:
        return "none"
    elif (
        number == 1
    ):
        found = "one"
    else:
        found = "many"
    if number == 5:
        pass
    return found


def loops(number):
    for one in range(number):
        if one == 2:
            break
        elif one == 7:
            continue
    else:
        return "whole"
    while number > 0:
        number -= 1
        if number == 4:
            return "four"
    while True:
        number += 1
        if number > 3:
            break


def cases(number):
    match number:
        case 0 | 1:
            return "few"
        case 2 if number > 5:
            return "never"
        case 3:
            number = 4
    match number:
        case 4:
            @cache
            def inner():
                return 1
            inner()
        case _:
            number = 0
    return number


def trouble(number):
    with contextlib.suppress(KeyError):
        {}[number]
    try:
        if number == 1:
            raise ValueError(number)
        if number == 2:
            raise KeyError(number)
        1 / number
    except ValueError:
        return "value"
    except (KeyError, IndexError):
        return "key"
    except ZeroDivisionError:
        if not number:
            raise
    else:
        number = 7
    finally:
        number = [each for each in (1, 2, 3)
                  if each > 1]
    return number


def never(number):
    if number:
        return (number,
                number)
    raise RuntimeError
'''
CALLED = {
    "branches": [[], [0], [1], [5], [0, 1, 2]],
    "loops": [[0], [3], [1], [9], [2, 9]],
    "cases": [[0], [2], [3], [4], [9, 3, 1]],
    "trouble": [[0], [1], [2], [3], [0, 1, 2, 3]],
    "never": [[]],
}


def run(code: Any, name: str, numbers: list[int], **given: Any) -> None:
    names: dict[str, Any] = {"__name__": "tried", **given}
    exec(code, names)  # noqa: S102  a file of the test
    names["Kind"]().other()
    for number in numbers:
        with suppress(ZeroDivisionError):
            names[name](number)


@pytest.mark.parametrize(("name", "numbers"), [(name, each) for name, calls in CALLED.items() for each in calls])
def test_the_marks_say_what_the_tracer_says(tmp_path: Path, name: str, numbers: list[int]) -> None:
    file, marks = tmp_path / "tried.py", Marks()
    file.write_text(SOURCE, encoding="utf-8")
    traced, by_marks = (Coverage(data_file=None, config_file=False, branch=True, include=str(file)) for _ in range(2))

    with traced.collect():
        run(compile(SOURCE, str(file), "exec", dont_inherit=True), name, numbers)
    run(marked(SOURCE.encode(), str(file), marks, "seen"), name, numbers, seen=marks.seen)
    by_marks.get_data().add_arcs(arcs([{str(file): marks.found()}]))

    assert by_marks.analysis2(str(file)) == traced.analysis2(str(file))
    assert by_marks.branch_stats(str(file)) == traced.branch_stats(str(file))
