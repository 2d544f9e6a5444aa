"""`cairn service`: systemd starts Cairn with the machine and keeps it running."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path
from typing import Annotated

from typer import Option, echo

from cli.options import read, story
from cli.output import answer, bullets, heading, say
from cli.session import Session

SYSTEM = Path("/etc/systemd/system")
Into = Annotated[Path, Option("--into", metavar="FOLDER", help="Where systemd looks for unit files.")]
User = Annotated[str, Option("--user", metavar="USER", help="Who Cairn runs as; else the owner of the data folder.")]
Print = Annotated[bool, Option("--print", help="Only show the files; write nothing.")]

app = story("Have systemd start Cairn, and keep it running.")


@app.callback()
def service() -> None:
    """Have systemd start Cairn, and keep it running."""


@app.command()
@read
def install(session: Session, into: Into = SYSTEM, user: User = "", only_print: Print = False) -> None:
    """Write the unit file of Cairn, and a timer for each round for those who run it without Prefect."""
    from config.committees import names
    from config.settings import settings
    from workflows.installation.systemd_units import InstalledAt, units
    from workflows.installation.systemd_units import install as write

    data = settings().installed_in
    folder = Path(__file__).parents[2]
    place = InstalledAt(folder, Path(sys.executable).with_name("cairn"), data, user or _owner(data), names(settings()))
    files = units(place)
    if only_print:
        if session.as_json:
            answer(files, lambda _: None, as_json=True)
        else:
            echo("\n".join(f"# {into / name}\n{text}" for name, text in files.items()))
        return
    written = [str(path) for path in write(place, into)]
    answer({"files": written, "user": place.user}, lambda _: _tell(written, place.user), as_json=session.as_json)


def _owner(data: Path) -> str:
    """Whose the data folder is, or would be."""
    while not data.exists():
        data = data.parent
    uid = data.stat().st_uid
    try:
        return pwd.getpwuid(uid or os.getuid()).pw_name
    except KeyError:
        return str(uid)


def _tell(files: list[str], user: str) -> None:
    heading(f"Written, to run as {user}")
    bullets(files)
    say("Next: systemctl daemon-reload, then systemctl enable --now cairn.service")
    say("Without Prefect, instead: systemctl enable --now with each cairn-*.timer", "quiet")
