"""`cairn demo`: a committee's year in under a minute, with a real Prefect server and a real mail server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Self

from typer import Exit, Option, echo

from states.words import month_of

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from cli.demo.stage import DemoServers
    from cli.demo.summary import Tally
    from cli.demo.year_end import Writers
    from workflows.simulation.play import ScenarioStage
    from workflows.simulation.scenario import Scenario

NARROW, WIDE = 80, 100
SERVERS = "Starting a Prefect server and a mail server"
STARTING, ENDING = 0.25, 0.15
"""How much of the progress bar the start of the servers and the papers of the end take, beside the days between."""
HALFWAY = 6.0
"""Seconds after which the servers are thought to be halfway there."""
PACE = 0.02


def demo(
    keep: Annotated[Path | None, Option(help="Keep the rehearsal's record in this folder (new, or empty).")] = None,
    svg: Annotated[Path | None, Option(help="Also draw a picture of it: an SVG file.")] = None,
    fast: Annotated[
        bool, Option("--fast", help="Do not wait between lines; so it is anyway when nobody looks.")
    ] = False,
    pace: Annotated[float, Option(help="Seconds to wait between lines on a terminal.", min=0, max=5)] = PACE,
    scenario: Annotated[Path | None, Option(help="Play another scenario file (as in config/scenarios).")] = None,
) -> None:
    """Watch a committee's year in under a minute: three cases, what was recommended, what came of it."""
    from workflows.simulation.scenario import SHIPPED, load

    found = load(scenario or SHIPPED / "committee-year.toml")
    screen = Screen(_console(), found)
    screen.pace = 0 if fast or not screen.console.is_terminal else pace
    picture = svg.absolute() if svg else None
    try:
        whole = _play(screen, found, keep.absolute() if keep else None)
    except KeyboardInterrupt:
        echo("\nStopped early. Nothing is left running, and nothing of yours was touched.", err=True)
        raise Exit(1) from None
    if picture:
        picture.write_text(screen.picture(), encoding="utf-8")
    if not whole:
        raise Exit(1)


@dataclass
class Screen:
    """Where the timeline is shown; remembers what it showed, for a picture."""

    console: Console
    scenario: Scenario
    pace: float = 0.0
    lines: list[tuple[date | None, RenderableType]] = field(default_factory=list)
    _shown: float = 0.0

    def show(self, lines: Iterator[RenderableType], on: date | None = None) -> None:
        """Show some lines, of a day of the rehearsal or of none, none sooner after another than the pace."""
        for line in lines:
            time.sleep(max(0.0, self._shown + self.pace - time.monotonic()))
            self.lines.append((on, line))
            self.console.print(line, soft_wrap=bool(getattr(line, "no_wrap", False)))
            self._shown = time.monotonic()

    def picture(self) -> str:
        """A picture of the opening, the days the scenario names for it, and the closing."""
        from cli.demo.terminal_svg import svg

        return svg(list(self._chosen()), f"cairn demo: {self.scenario.title.lower()}", self.console.width)

    def _chosen(self) -> Iterator[RenderableType]:
        """The lines of the picture; where days are left out, the month is said again."""
        from rich.text import Text

        from cli.demo.page_lines import HEADING

        left_out, month = False, None
        for on, line in self.lines:
            if self._in_picture(on):
                says_it_itself = isinstance(line, Text) and not line.plain
                yield from (Text(), month) if month and on and not says_it_itself else ()
                yield line
                left_out, month = False, None
                continue
            month = line if isinstance(line, Text) and line.plain.startswith(HEADING) else month
            yield from () if left_out else ("  ⋮",)
            left_out = True

    def _in_picture(self, on: date | None) -> bool:
        windows = self.scenario.picture
        return on is None or not windows or any(window.first <= on <= window.last for window in windows)


def _play(screen: Screen, scenario: Scenario, keep: Path | None) -> bool:
    """Run the scenario from start to end; whether its record is whole."""
    from cli.demo.stage import demo_servers
    from cli.demo.year_end import FOLDER, load_ahead, paper_writers
    from states.moments import local_moment

    screen.show(_opening(scenario, screen.console.width))
    bar, writers = ProgressBar(screen.console, scenario), paper_writers() if scenario.summary else nullcontext()
    began = local_moment(scenario.starts, "00:00")
    with bar, writers as making, demo_servers(keep, scenario.committee, began, bar.wait, FOLDER) as running:
        from cli.demo.summary import Tally
        from cli.demo.timeline import Timeline
        from workflows.simulation.play import ScenarioStage, play

        stage = ScenarioStage(running.installation, scenario, running.rounds, running.mail_catcher.new)
        timeline, tally = Timeline(scenario, stage.refs, screen.console.width), Tally()
        for scene in play(stage):
            tally.add(scene)
            bar.reach(scene.at.date())
            screen.show(timeline.shown(scene), scene.at.date())
            if making and tally.scenes == 1:  # before that, the servers start and there is no processor to spare
                load_ahead(making)
        return _end(screen, bar, stage, tally, running, keep, making)


def _end(
    screen: Screen,
    bar: ProgressBar,
    stage: ScenarioStage,
    tally: Tally,
    running: DemoServers,
    keep: Path | None,
    making: Writers | None,
) -> bool:
    """What became of what was recommended, the year summed up, the record proven; whether it is whole.

    The papers of the year are made while the record is proven.
    """
    from cli.demo.page_lines import heading
    from cli.demo.summary import closing, followed_through, next_steps, summed_up
    from cli.demo.year_end import FOLDER, begin
    from workflows.simulation.summary_check import sum_up
    from workflows.verification.verify import verify

    width, installation, asked = screen.console.width, stage.installation, stage.scenario.summary
    if stage.scenario.recommendations:
        screen.show(heading("What was recommended, and what came of it", width))
        screen.show(followed_through(stage, width))
    bar.say("Summing up the year, and proving the record")
    papers = sum_up(stage, asked) if asked else {}
    under_way = begin(papers, asked.year, installation.settings.data / FOLDER, making) if asked and making else None
    verdict = verify(installation.engine, keys=installation.keys, evidence=installation.settings.evidence)
    if under_way:
        screen.show(heading(papers["committee"].title, width))
        screen.show(summed_up(papers, under_way.write(), keep is not None, width))
    bar.end()
    screen.show(heading("How it ended", width))
    screen.show(closing(stage, tally, verdict, running.flow_runs(), width))
    screen.show(next_steps(str(keep or ""), list(stage.refs.values())))
    return verdict.ok


def _opening(scenario: Scenario, width: int) -> Iterator[Text]:
    from rich.text import Text

    from cli.demo.page_lines import row

    yield Text()
    yield row((" ", ""), (scenario.title, "bold"))
    for line in wrap(scenario.about, width - 2):
        yield row((" ", ""), (line, "dim"))
    yield Text()
    for key, case in scenario.cases.items():
        yield row((f" {key}  ", f"bold {case.colour}"), (case.title, "bold"), ("  ", ""), (case.edition, "dim"))
        for line in wrap(case.about, width - 5):
            yield row(("    ", ""), (line, "default"))
    yield Text()


class ProgressBar:
    """The progress bar, from the start of the servers to the last proof; one line where nobody looks at a screen."""

    def __init__(self, console: Console, scenario: Scenario) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn(" {task.description}"), BarColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.starts, days = scenario.starts, (scenario.ends - scenario.starts).days
        self.begins, self.ends = days * STARTING, days * (STARTING + 1)
        self.task = self.progress.add_task(SERVERS, total=self.ends * (1 + ENDING))
        self.console = console

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self.progress.start()
        else:
            self.console.print(f" {SERVERS} on this machine ...")
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def wait(self) -> None:
        """Move on while the servers start, slower and slower: it never says that they run before they do."""
        elapsed = self.progress.tasks[0].elapsed or 0.0
        self.progress.update(self.task, completed=self.begins * (1 - 0.5 ** (elapsed / HALFWAY)))

    def reach(self, day: date) -> None:
        """Move on to a day of the rehearsal."""
        there = self.begins + (day - self.starts).days
        self.progress.update(self.task, completed=there, description=month_of(day))

    def say(self, doing: str) -> None:
        """Say what is done once the last day is over."""
        completed = max(self.ends, self.progress.tasks[0].completed + self.ends * ENDING / 3)
        self.progress.update(self.task, completed=completed, description=doing)

    def end(self) -> None:
        """Take the bar away: everything is done."""
        self.progress.stop()


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False)
    console.width = max(NARROW, min(console.width, WIDE)) if console.is_terminal else NARROW
    return console
