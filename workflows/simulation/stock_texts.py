"""What a simulated committee says: findings, recommendations, reasons and evidence, drawn from an invented stock."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from records.kept_files import keep

STOCK = Path(__file__).parents[2] / "config" / "invented" / "learning.toml"
LISTED = 3
"""So many agencies at most are named in one recommendation."""


@cache
def stock() -> Mapping[str, Any]:
    """The whole stock of invented texts."""
    return tomllib.loads(STOCK.read_text(encoding="utf-8"))


def said(dice: Random, field: str, otherwise: Sequence[str]) -> str:
    """Something that might be filled in where a field of that name asks for words."""
    words: Sequence[str] = stock()["words"].get(field, otherwise)
    return dice.choice(words)


def reason(dice: Random, trigger: str, otherwise: Sequence[str]) -> str:
    """A reason that might be given for a step."""
    words: Sequence[str] = stock()["reasons"].get(trigger, otherwise)
    return dice.choice(words)


def theme(dice: Random) -> str:
    """A theme; some come up more often than others."""
    themes: Mapping[str, Any] = stock()["themes"]
    return dice.choices(list(themes), [one["share"] for one in themes.values()])[0]


def of_theme(dice: Random, name: str, part: str) -> str:
    """A finding, something learned or a practice of a theme."""
    found: str = dice.choice(stock()["themes"][name][part])
    return found


def finding(dice: Random, name: str) -> dict[str, Any]:
    """A finding on a theme."""
    return {"statement": of_theme(dice, name, "finding"), "themes": [name]}


def recommendation(
    dice: Random, level: str, name: str, agencies: Sequence[str], said_already: set[str]
) -> dict[str, Any]:
    """What might be recommended at a level on a theme: whom it addresses, in what words, how urgently.

    `said_already` is what the same review has recommended: it is added to, and not said again while there is more.
    """
    elsewhere = [one for one in stock()["led_elsewhere"] if one["level"] == level]
    if elsewhere:
        one = dice.choice([one for one in elsewhere if one["should"] not in said_already] or elsewhere)
        name, who, should, first = one["theme"], one["to"], one["should"], ""
        text = f"{who} should {should}."
    else:
        named = dice.sample(list(agencies), _how_many(dice, level, agencies))
        who, first = listed(named), named[0]
        every = stock()["themes"][name]["should"]
        should = dice.choice([one for one in every if one not in said_already] or every)
        for_whom, how = (dice.choice(stock()["recommending"][part]) for part in ("for_whom", "how"))
        text = f"{for_whom}{who} should {should}{how}."
    said_already.add(should)
    post = stock()["posts"].get(first, "Chair of the committee")
    return {**_worded(dice, level, name, who), "text": text, "responsible": post}


def _how_many(dice: Random, level: str, agencies: Sequence[str]) -> int:
    return 1 if level == "single_agency" else min(len(agencies), dice.randint(2, LISTED))


def _worded(dice: Random, level: str, name: str, who: str) -> dict[str, Any]:
    urgency = dice.choices(("immediate", "urgent", "routine"), (0.1, 0.3, 0.6))[0]
    return {
        "level": level,
        "themes": [name],
        "addressee": who,
        "urgency": urgency,
        "urgency_reason": dice.choice(stock()["urgency"][urgency]),
    }


def measures(dice: Random, name: str) -> list[dict[str, str]]:
    """How the change on a theme might be measured; on another where nothing is in stock on that one."""
    found = stock()["themes"].get(name) or stock()["themes"][theme(dice)]
    target = found["target"].format(number=dice.randint(2, 6) * 5)
    source = dice.choice(("Audit of records", "The records system", "Survey of staff"))
    more = dice.choice(({"baseline": "not known"}, {"method": "A sample each quarter"}))
    return [{"indicator": found["indicator"], "target": target, "source": source, **more}]


def action(dice: Random) -> str:
    """What might be done under a recommendation."""
    found: str = dice.choice(stock()["actions"]["text"])
    return found


def evidence_file(dice: Random, folder: Path, about: str) -> str:
    """Keep a small invented file of evidence in the folder, and say how an entry names it."""
    files = stock()["files"]
    number = dice.randrange(len(files["name"]))
    line = files["line"][number].format(number=dice.randint(5, 60))
    return kept(folder, files["name"][number], f"{about}\n{line}\n")


def kept(folder: Path, name: str, text: str) -> str:
    """Keep a file of that name with that text in the folder of evidence, and say how an entry names it."""
    with TemporaryDirectory() as there:
        path = Path(there) / name
        path.write_text(text, encoding="utf-8")
        return keep(folder, path).written


def listed(names: Sequence[str]) -> str:
    """Names as they stand in a sentence: "Police, Education and Housing"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
