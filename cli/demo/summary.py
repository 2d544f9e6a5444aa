"""The last page of the demonstration: how the cases ended, what was sent and was late, whether the record is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from textwrap import wrap

from rich.text import Text

from cli.demo.follow_through import CHANGED, PROMISED, PROVEN, promises
from cli.demo.page_lines import row
from cli.demo.timeline import STYLES, short
from cli.demo.year_end import WrittenPapers
from states.dossier import Dossier
from states.words import counted
from workflows.papers.paper import Paper
from workflows.simulation.play import ScenarioStage, Scene
from workflows.verification.verify import Verdict

CHASING = {
    "reminder": ("reminder", "reminders"),
    "due_today": ("on the day", "on the day"),
    "overdue": ("overdue", "overdue"),
    "escalation": ("escalation", "escalations"),
    "hold_review": ("review of a hold", "reviews of a hold"),
    "chase_outside": ("time to ask after an answer", "times to ask after an answer"),
    "duty_due": ("check that came round", "checks that came round"),
}
SIGNS = {PROMISED: "promised", PROVEN: "proven", CHANGED: "changed"}
WHOSE = "The year's summary, for the committee (every case, every count) and for the public (no count under five)."
TRIES = (
    ("cairn demo --keep FOLDER", "play it again, and keep its record to look into"),
    ("cairn due scotland-scr-2015 agency_report --from 2026-04-06", "count a date, with its receipt"),
    ("make run", "start Cairn for your own committee"),
)


@dataclass
class Tally:
    """What is counted while the scenes go by."""

    scenes: int = 0
    letters: int = 0
    refused: int = 0
    readers: set[str] = field(default_factory=set)

    def add(self, scene: Scene) -> None:
        """Count a scene."""
        self.scenes += 1
        self.letters += len(scene.letters)
        self.readers.update(letter.to for letter in scene.letters)
        self.refused += bool(scene.refused)


def followed_through(stage: ScenarioStage, width: int) -> Iterator[Text]:
    """What became of each recommendation: the way it went, what was promised, what is proven, what it changed."""
    known = promises(stage.installation.engine, stage.scenario.ends)
    legend = ((f"{sign} {words}", STYLES[sign]) for sign, words in SIGNS.items())
    yield row(*(part for one in legend for part in (("    ", ""), one)))
    for key, part in stage.scenario.recommendations.items():
        if stage.refs.get(key) not in known:
            continue
        one = known[stage.refs[key]]
        colour = stage.scenario.case_of(key).colour
        level = one.known.level_label
        yield row((f" {key:<3}", f"bold {colour}"), (f"{one.known.ref:<14} ", "default"), (one.known.stands, "bold"))
        yield row(("    ", ""), (f"{part.title}: {level[0].lower()}{level[1:]}", "dim"))
        for sign, words in one.marks():
            for number, line in enumerate(wrap(words, width - 7)):
                style = STYLES.get(sign, "dim")
                head = ((f"{sign}", style), (" ", "")) if number == 0 else (("  ", ""),)
                yield row(("    ", ""), *(head if sign else ()), (line, style))


def summed_up(papers: Mapping[str, Paper], written: WrittenPapers, stays: bool, width: int) -> Iterator[Text]:
    """The year in the words of its summary, and where its papers are."""
    for line in papers["committee"].opening:
        yield from _lines("", line, width)
    yield Text()
    yield from _lines("Papers", WHOSE, width)
    for stem, endings in written.kinds():
        yield row((" " * 10, ""), (stem, "cyan"), ("  ", ""), (", ".join(endings), "default"))
    for sentence in written.missing:
        yield from _lines("Not made", sentence, width, "yellow")
    folder = str(written.files[0].parent) if written.files else ""
    yield _whole(row((f" {'Where':<9}", "bold"), (folder, "bold")))
    if not stays:
        yield from _lines("", "They stay there until you delete them; all else of this rehearsal goes.", width, "dim")


def closing(stage: ScenarioStage, tally: Tally, verdict: Verdict, flow_runs: int, width: int) -> Iterator[Text]:
    """The closing page, line by line."""
    yield from _cases(stage)
    yield Text()
    for name, words in _facts(stage, tally):
        yield from _lines(name, words, width)
    ran = f"{flow_runs} runs of the sweep and the delivery, on record in Prefect's server."
    yield from _lines("Clock", ran, width)
    if verdict.ok:
        whole = (
            f"{verdict.entries} entries in {verdict.cases} histories: every chain whole, every case replayed and equal."
        )
        yield from _lines("Record", whole, width, "bold green")
        yield from _lines("Evidence", _evidence(stage), width, "bold green")
        return
    for cause in ("It does NOT add up:", *map(str, verdict.causes)):
        yield from _lines("Record", cause, width, "bold red")


def _evidence(stage: ScenarioStage) -> str:
    folder = stage.installation.settings.evidence
    kept = sum(one.is_file() for one in folder.rglob("*")) if folder.exists() else 0
    return f"{counted(kept, 'file')}, each as it was when it was kept."


def next_steps(kept: str, refs: list[str]) -> Iterator[Text]:
    """What to try next; with the rehearsal kept, on its own record."""
    yield Text()
    yield row((" ", ""), ("What to try next", "bold"))
    for command, why in _kept(kept, refs[0]) if kept and refs else TRIES:
        yield _whole(row(("   ", ""), (command, "bold cyan")))
        yield row(("       ", ""), (why, "dim"))


def _kept(kept: str, ref: str) -> tuple[tuple[str, str], ...]:
    return (
        (f"export CAIRN_DATA={kept}", "work on the record of this rehearsal"),
        (f"cairn history {ref}", "what was recorded, by whom, and why"),
        ("cairn board", "every recommendation: promised, proven, changed"),
        ("cairn verify", "prove it once more"),
    )


def _cases(stage: ScenarioStage) -> Iterator[Text]:
    for key, case in _dossiers(stage):
        if key not in stage.scenario.cases:
            continue
        part, procedure = stage.scenario.cases[key], stage.installation.guidance(case.edition)
        state = procedure.label_of("states", case.state)
        ended = f"{state}, {short(case.closed_on)}" if case.closed_on else f"still open: {state}"
        yield row((f" {key}  ", f"bold {part.colour}"), (f"{case.ref:<14} ", "default"), (ended, "bold"))
        yield row(("    ", ""), (f"{part.title}, under {case.edition}", "dim"))


def _facts(stage: ScenarioStage, tally: Tally) -> Iterator[tuple[str, str]]:
    cases = [case for _, case in _dossiers(stage)]
    yield (
        "Letters",
        f"{tally.letters} sent and arrived, to {len(tally.readers)} people; by the clock: {_chases(stage)}.",
    )
    late = [date for case in cases for date in case.deadlines.values() if date.late]
    reasons = sum(bool(date.late_reason) for date in late)
    yield "Late", f"{len(late)} of {_dated(cases)} dates; {reasons} with the reason on record." if late else "nothing."
    moved = [date for case in cases for date in case.deadlines.values() if date.original_on not in (None, date.due_on)]
    yield "Moved", f"{counted(len(moved), 'date')}, each with its first date kept beside it."
    for case in cases:
        for pause in case.pauses.values():
            days = f"{(pause.ends - pause.starts).days} days" if pause.ends else "not ended"
            who = stage.installation.guidance(case.edition).authorities.get(pause.authority, pause.authority)
            yield "Hold", f"{case.ref}, {days}, on the authority of the {who.partition(' (')[0]}."
    yield "Refused", f"{tally.refused} steps, each with its reason; nothing was written."


def _dated(cases: list[Dossier]) -> int:
    return sum(date.due_on is not None for case in cases for date in case.deadlines.values())


def _chases(stage: ScenarioStage) -> str:
    counts: Counter[str] = Counter()
    for _, case in _dossiers(stage):
        procedure = stage.installation.guidance(case.edition)
        for date in case.deadlines.values():
            ladder = procedure.ladders.get(procedure.timescales[date.timescale].ladder or "")
            climbed = [one.rung for one in date.climbed if not (one.passed or one.withdrawn)]
            counts.update(ladder.rungs[rung].message for rung in climbed if ladder)
    return ", ".join(f"{counts[kind]} {names[counts[kind] > 1]}" for kind, names in CHASING.items() if counts[kind])


def _dossiers(stage: ScenarioStage) -> list[tuple[str, Dossier]]:
    found = {case.ref: case for case in stage.watcher.seen.values()}
    return [(key, found[ref]) for key, ref in sorted(stage.refs.items()) if ref in found]


def _whole(line: Text) -> Text:
    """A line that is never broken, so that what stands in it can be copied."""
    line.no_wrap, line.overflow = True, "ignore"
    return line


def _lines(name: str, words: str, width: int, style: str = "default") -> Iterator[Text]:
    for number, part in enumerate(wrap(words, width - 11)):
        yield row((f" {'' if number else name:<9}", "bold"), (part, style))
