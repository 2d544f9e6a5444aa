"""`cairn demo`: a committee's year in under a minute, with a real Prefect server and a real mail server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Self

from typer import Exit, Option, echo

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from workflows.scenario import Scenario

NARROW, WIDE = 80, 100
START = 15.0
"""Seconds that Prefect's server may take to start on two cores: the length of the progress bar."""
PACE = 0.04


def demo(
    keep: Annotated[Path | None, Option(help="Keep the rehearsal's record in this folder (new, or empty).")] = None,
    svg: Annotated[Path | None, Option(help="Also draw a picture of it: an SVG file.")] = None,
    fast: Annotated[
        bool, Option("--fast", help="Do not wait between lines; so it is anyway when nobody looks.")
    ] = False,
    pace: Annotated[float, Option(help="Seconds to wait between lines on a terminal.", min=0, max=5)] = PACE,
    scenario: Annotated[Path | None, Option(help="Play another scenario file (as in config/scenarios).")] = None,
) -> None:
    """Watch a committee's year in under a minute: three cases, three editions; nothing of yours is touched."""
    from workflows.scenario import SHIPPED, load

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

    def show(self, lines: Iterator[RenderableType], on: date | None = None) -> None:
        """Show some lines, of a day of the rehearsal or of none."""
        for line in lines:
            self.lines.append((on, line))
            self.console.print(line)
            time.sleep(self.pace)

    def picture(self) -> str:
        """A picture of the opening, the days the scenario names for it, and the closing."""
        from cli.picture import svg

        return svg(list(self._chosen()), f"cairn demo: {self.scenario.title.lower()}", self.console.width)

    def _chosen(self) -> Iterator[RenderableType]:
        window, left_out = self.scenario.picture, False
        for on, line in self.lines:
            if on is None or window is None or window.first <= on <= window.last:
                yield line
                left_out = False
            elif not left_out:
                yield "  ⋮"
                left_out = True


def _play(screen: Screen, scenario: Scenario, keep: Path | None) -> bool:
    """Play the scenario from curtain to curtain; whether its record is whole."""
    from cli.curtain import Tally, closing, next_steps
    from cli.theatre import theatre
    from cli.timeline import Timeline, heading
    from states.entry import local_moment
    from workflows.audit import verify
    from workflows.playing import Stage, play

    screen.show(_opening(scenario, screen.console.width))
    starting = Starting(screen.console)
    began = local_moment(scenario.starts, "00:00")
    with starting, theatre(keep, scenario.committee, began, starting.wait) as open_theatre:
        starting.end()
        stage = Stage(open_theatre.house, scenario, open_theatre.clockwork, open_theatre.postroom.new)
        timeline, tally = Timeline(scenario, stage.refs, screen.console.width), Tally()
        for scene in play(stage):
            tally.add(scene)
            screen.show(timeline.shown(scene), scene.at.date())
        verdict = verify(open_theatre.house.engine, keys=open_theatre.house.keys)
        screen.show(heading("How it ended", screen.console.width))
        screen.show(closing(stage, tally, verdict, open_theatre.flow_runs(), screen.console.width))
        screen.show(next_steps(str(keep or ""), list(stage.refs.values())))
    return verdict.ok


def _opening(scenario: Scenario, width: int) -> Iterator[Text]:
    from rich.text import Text

    from cli.timeline import row

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


class Starting:
    """The progress bar while the servers start; one plain line where nobody looks at a screen."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn(" {task.description}"), BarColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.task = self.progress.add_task("Starting a Prefect server and a mail server", total=START)
        self.console = console

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self.progress.start()
        else:
            self.console.print(" Starting a Prefect server and a mail server on this machine ...")
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def wait(self) -> None:
        """Move the bar on; it never says that it is done before it is."""
        elapsed = self.progress.tasks[0].elapsed or 0.0
        self.progress.update(self.task, completed=START * (1 - 0.5 ** (elapsed / (START / 2.5))))

    def end(self) -> None:
        """Take the bar away: everything runs."""
        self.progress.update(self.task, completed=START)
        self.progress.stop()


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False)
    console.width = max(NARROW, min(console.width, WIDE)) if console.is_terminal else NARROW
    return console
