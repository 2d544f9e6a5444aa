"""The year of the demonstration, played once with the rounds done directly."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from cli.demo.mail_catcher import MailCatcher
from config.settings import Settings
from states.moments import local_moment
from workflows.installation.installation import open_installation
from workflows.messages.chase import sweep
from workflows.messages.deliver import Post, deliver
from workflows.simulation.clock import Rounds
from workflows.simulation.play import ScenarioStage, Scene, play
from workflows.simulation.scenario import SHIPPED, Scenario, load

YEAR = SHIPPED / "committee-year.toml"


def played(folder: Path, scenario: Scenario) -> tuple[ScenarioStage, list[Scene]]:
    """A scenario played with the rounds done directly, its letters sent to a real mail server."""
    settings = Settings.model_construct(data=folder, committee=scenario.committee, rehearsal=True)
    installation = open_installation(settings, local_moment(scenario.starts, "00:00"), make=True)
    with MailCatcher() as mail_catcher:
        post = Post(mail_catcher.relay, installation.keys, "cairn.example")
        rounds = Rounds(
            lambda now: sweep(installation.engine, now), lambda now: deliver(installation.engine, post, now)
        )
        stage = ScenarioStage(installation, scenario, rounds, mail_catcher.new)
        try:
            return stage, list(play(stage))
        finally:
            installation.engine.dispose()


@cache
def the_year() -> tuple[ScenarioStage, list[Scene]]:
    folder = Path(tempfile.mkdtemp(prefix="cairn-year-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return played(folder, load(YEAR))
