"""A person at a real terminal, who reads each question and answers it; every line they type is kept."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pexpect import EOF
from pexpect.fdpexpect import fdspawn

from tests.patience import AT_LENGTH
from tests.started import at_a_terminal
from tests.terminal import Terminal

PROMPT = re.compile(
    r"(?:^|\n)(?:\w+ )?(?:another\? y or Enter )?(?:\x1b\[[?0-9]*[a-z])*> |>\x08\x1b\[2C[^>]*?\x1b\[\?25h"
)
"""Where a line is asked for: on a plain terminal, and on one that can move its cursor."""
SIGNS = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")
END = "<end of input>"
BREAK = "<Ctrl-C>"
KEYS = {END: "\x04", BREAK: "\x03"}
MOST_QUESTIONS = 120


@dataclass
class Person:
    """Somebody who types commands and answers what they are asked; `commands` and `lines` are what they typed."""

    terminal: Terminal
    commands: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    seen: str = ""
    code: int = 0

    def types(
        self, command: str, answers: Mapping[str, str] | None = None, goals: Sequence[str] = (), *, term: str = "dumb"
    ) -> str:
        """One command, until it ends; gives what the screen showed. What no answer is given for is answered fitly."""
        self.commands.append(command)
        self.lines.append(f"cairn {command}")
        wanted, aims = dict(answers or {}), list(goals)
        env = {**os.environ, **self.terminal.env, "TERM": term, "PROMPT_TOOLKIT_NO_CPR": "1"}
        words = (*command.split(), "--now", self.terminal.now)
        with at_a_terminal(words, self.terminal.folder, env, (60, 100)) as (screen, ended):
            child = fdspawn(screen, encoding="utf-8", timeout=AT_LENGTH)
            shown, block = [], ""
            while child.expect([PROMPT, EOF]) == 0 and len(shown) < MOST_QUESTIONS:
                shown.append(child.before)
                *before, now = plain(child.before).rstrip().split("\n\n")
                block = now.strip() if before else f"{block}\n{now}"  # no empty line: the same question again, with why
                line = answer_to(block, wanted, aims)
                child.send(KEYS.get(line, f"{line}\n"))
                self.lines.append(line)
            shown.append(child.before)
            self.code, self.seen = ended(), plain("\n".join(shown))
        return self.seen


def plain(text: str) -> str:
    """What a screen shows, without the signs that colour it."""
    return SIGNS.sub("", text).replace("\r", "")


def answer_to(block: str, answers: dict[str, str], goals: list[str]) -> str:
    """What is typed at the last question shown: what was wanted, once; else an answer that fits."""
    label = block.split("\n", maxsplit=1)[0]
    wanted = next((key for key in answers if key in block), None)
    if wanted is not None:
        first, _, rest = answers[wanted].partition(" | ")
        answers[wanted] = rest or answers[wanted]
        return first
    if label.startswith("What next"):
        return number_of(goals.pop(0), block) if goals else ""
    return fitting(label, block)


def number_of(goal: str, block: str) -> str:
    """The number of the line that says so."""
    found = re.search(rf"^ *(\d+)  {re.escape(goal)}", block, re.MULTILINE)
    assert found is not None, f"{goal!r} is not offered:\n{block}"
    return found[1]


def fitting(label: str, block: str) -> str:
    """An answer of the kind that is asked for."""
    kinds = {
        "Write it?": "yes",
        "More can be recorded": "",
        "yes or no": "yes: as agreed",
        "a day, such as": "2/3/2026",
        "a whole number": "1",
        "a file, or where": "file 26/9",
    }
    for words, line in kinds.items():
        if label.startswith(words) or words in block:
            return line
    return "1" if re.search(r"^ +1  ", block, re.MULTILINE) else "As agreed"
