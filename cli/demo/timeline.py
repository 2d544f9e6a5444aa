"""The timeline the demonstration prints: by month, one colour a case; what happened, who was told, what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from rich.text import Text

from cli.demo.follow_through import BACK, CHANGED, END, FILE, PROMISED, PROVEN, marks
from cli.demo.letter_lines import about, names, plain, together
from cli.demo.page_lines import heading
from states.dossier import Deadline
from states.timescales import Ladder, Rung
from states.words import counted, day_this_year, many, month_of, weekday_and_number
from workflows.simulation.entry_feed import dates_changed
from workflows.simulation.expectations import ArrivedLetter
from workflows.simulation.play import Scene
from workflows.simulation.scenario import Scenario
from workflows.views.history import ReplayedEntry
from workflows.views.sentences import sentence

MARGIN = 11
"""Columns left of the text: the day, and the letter of the case."""
STYLES = {
    "✉": "bright_blue",
    "▲": "yellow",
    "◷": "dim",
    "↷": "bold yellow",
    "‖": "bold yellow",
    "✓": "green",
    "✗": "red",
    "⊘": "red",
    "·": "dim",
    PROMISED: "bright_cyan",
    PROVEN: "bright_green",
    CHANGED: "bold bright_magenta",
    BACK: "bold yellow",
    END: "bold",
    FILE: "dim",
}

SAID = {
    "reminder": "Reminder",
    "due_today": "Due today",
    "overdue": "Overdue",
    "escalation": "Escalation",
    "hold_review": "The hold comes up for review",
    "chase_outside": "Time to ask",
    "duty_due": "A duty comes round",
}


@dataclass(frozen=True)
class SceneLine:
    """One line under a scene: a sign that says of what kind it is, and the words."""

    sign: str
    words: str


class Timeline:
    """Turns scenes into lines of a page of `width` columns. Remembers only which day it wrote last."""

    def __init__(self, scenario: Scenario, refs: dict[str, str], width: int) -> None:
        self.scenario, self.refs, self.width = scenario, refs, width
        self._month = self._day = ""
        self._names = dict(names(scenario))

    def shown(self, scene: Scene) -> Iterator[Text]:
        """The lines of a scene: its month and day where they are new, what happened, then what came of it."""
        month = month_of(scene.at)
        if month != self._month:
            self._month = month
            yield from heading(month, self.width)
        for case, what, lines in self._parts(scene):
            yield from self._block(scene, case, what, lines)

    def _parts(self, scene: Scene) -> Iterator[tuple[str, str, list[SceneLine]]]:
        if scene.step is not None:
            told = [SceneLine(*mark) for mark in marks(scene.changes)]
            lines = [*_refusals(scene), *told, *_dates(scene.changes), *self._letters(scene.letters)]
            yield scene.step.case, scene.step.says, lines
            return
        for case, ref in self.refs.items():
            changes = [one for one in scene.changes if one.after.ref == ref]
            letters = [one for one in scene.letters if about(one)[:1] == (ref,)]
            if changes or letters:
                lines = [*_chases(changes), *self._letters(letters)]
                sent = any(ref in about(one) for one in scene.letters)
                yield case, "", lines if sent else [*lines, SceneLine("·", "The letter waits for working hours.")]

    def _block(self, scene: Scene, case: str, what: str, lines: list[SceneLine]) -> Iterator[Text]:
        day = weekday_and_number(scene.at)
        colour = self.scenario.case_of(case).colour if case else "white"
        first = [SceneLine("", what)] if what else []
        for place, line in enumerate([*first, *lines]):
            said = day if place == 0 and day != self._day else ""
            head = Text(f" {said:<7}").append(
                f"{case if place == 0 else '│':<3}", f"bold {colour}" if not place else f"dim {colour}"
            )
            yield from self._wrapped(head, line, colour)
        self._day = day

    def _wrapped(self, head: Text, line: SceneLine, colour: str) -> Iterator[Text]:
        sign = f"{line.sign} " if line.sign else ""
        style = STYLES.get(line.sign, "default")
        rest = Text(" " * 8).append(f"{'│':<3}", f"dim {colour}").append(" " * len(sign))
        for number, words in enumerate(wrap(line.words, self.width - MARGIN - len(sign)) or [""]):
            start = head.copy().append(sign, style) if number == 0 else rest.copy()
            yield start.append(words, "default" if not line.sign or style == "bright_blue" else style)

    def _letters(self, letters: Iterable[ArrivedLetter]) -> Iterator[SceneLine]:
        grouped: dict[str, list[str]] = {}
        for letter in letters:
            told = f"{plain(letter.subject)}{self._several(letter)}"
            grouped.setdefault(told, []).append(self._names.get(letter.to, letter.to))
        for subject, people in grouped.items():
            yield SceneLine("✉", f"{subject} → {together(people)}")

    def _several(self, letter: ArrivedLetter) -> str:
        """Which files a letter is about, where it is about more than one."""
        files = about(letter)
        keys = [key for key, ref in self.refs.items() if ref in files]
        return f" ({', '.join(keys)})" if len(keys) > 1 else ""


def short(day: date | None, today: date | None = None) -> str:
    """A date as the timeline writes it: "Mon 20 April", with its year where that is another than today's."""
    if day is None:
        return "no date"
    return day_this_year(day, today)


def offset(rung: Rung, ladder: Ladder) -> str:
    """Where a rung stands to its date: "3 working days before ", "8 days after ", nothing on the day itself."""
    if not rung.day:
        return ""
    unit = "working day" if ladder.unit == "working_days" else "day"
    return f"{abs(rung.day)} {many(unit, rung.day)} {'before' if rung.day < 0 else 'after'} "


def rung_of(change: ReplayedEntry) -> tuple[Ladder, int, Deadline] | None:
    """The ladder of an entry of the sweep, the rung that was climbed, and the date it stands by."""
    if change.entry.kind != "chased" or change.entry.data["rung"] is None:
        return None
    deadline = change.after.deadlines[change.entry.data["key"]]
    ladder = change.procedure.ladders[change.procedure.timescales[deadline.timescale].ladder or ""]
    return ladder, int(change.entry.data["rung"]), deadline


def _chases(changes: Iterable[ReplayedEntry]) -> Iterator[SceneLine]:
    """What the clock did: the same rung of several agencies is one line."""
    told: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        found = rung_of(change)
        if found is None:
            yield SceneLine("·", sentence(change.procedure, change.entry))
            continue
        told.setdefault(_rung(change, *found), []).append(found[2].agency)
    for (head, tail), agencies in told.items():
        whose = ", ".join(one for one in agencies if one)
        yield SceneLine("▲", f"{head}{f' ({whose})' if whose else ''}{tail}")


def _rung(change: ReplayedEntry, ladder: Ladder, number: int, deadline: Deadline) -> tuple[str, str]:
    rung, label = ladder.rungs[number], change.procedure.said
    head = f"{SAID.get(rung.message, rung.message)}, {offset(rung, ladder)}{short(deadline.due_on)}: "
    tail = f". Rung {number + 1} of {len(ladder.rungs)}" if len(ladder.rungs) > 1 else ""
    if rung.confirm:
        drafted = " and ".join(label("roles", role) for role in rung.tell)
        tail += f": a letter to the {drafted} is drafted, and waits for the {label('roles', rung.confirm)}'s yes"
    return head + label("timescales", deadline.timescale), tail


def _refusals(scene: Scene) -> Iterator[SceneLine]:
    for one in scene.refused:
        yield SceneLine("⊘", f"Refused: {one}")


def _dates(changes: Iterable[ReplayedEntry]) -> Iterator[SceneLine]:
    told: dict[SceneLine, list[str]] = {}
    for change in changes:
        for was, now in dates_changed(change):
            line = _date(change, was, now)
            if line is not None:
                told.setdefault(line, []).append(now.agency)
    for line, agencies in told.items():
        whose = ", ".join(one for one in agencies if one)
        words = line.words.replace("{whose}", f" ({whose})" if whose else "")
        yield SceneLine(line.sign, words[0].upper() + words[1:])


def _date(change: ReplayedEntry, was: Deadline | None, now: Deadline) -> SceneLine | None:
    words = f"{change.procedure.label_of('timescales', now.timescale)}{{whose}}"
    words = "" if change.entry.kind == "answered" else f"{words}: "
    if now.status == "held":
        return SceneLine("‖", f"{words}the clock stands still (it was due {short(was.due_on if was else None)})")
    today = change.entry.happened_on
    if now.status == "met" and now.due_on is not None:
        return _met(words, now, today)
    if now.status != "running" or (was is not None and was.due_on == now.due_on):
        return None
    if was is None or was.status == "unset":
        return SceneLine("◷", f"{words}due {short(now.due_on, today)}")
    return SceneLine("↷", f"{words}now due {short(now.due_on, today)}{_why(now)}")


def _met(words: str, now: Deadline, today: date) -> SceneLine | None:
    if not now.late:
        return SceneLine("✓", f"{words}in time (due {short(now.due_on, today)})")
    assert now.ended_on is not None
    assert now.due_on is not None
    days = (now.ended_on - now.due_on).days
    why = f". Why: {now.late_reason}" if now.late_reason else ""
    return SceneLine("✗", f"{words}{counted(days, 'day')} late{why}")


def _why(now: Deadline) -> str:
    if now.due_on is None or now.original_on is None or now.due_on == now.original_on:
        return ""
    later = (now.due_on - now.original_on).days
    return f", {later} days later than at first; the first date, {short(now.original_on)}, is kept"
