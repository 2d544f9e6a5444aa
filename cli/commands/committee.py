"""`cairn committee`: several committees in one installation."""

from __future__ import annotations

from typing import Annotated, Any

from typer import Argument, Option, echo

from cli.options import keep, read, story
from cli.output import answer, say, table
from cli.session import Session

app = story("The committees of this installation: added, and listed with where each is kept.")

Name = Annotated[str, Argument(metavar="NAME", help="A short name for commands and folders, such as fife.")]
Site = Annotated[str, Option("--site", metavar="ADDRESS", help="Where its desk is reached: https://fife.example.org")]
Database = Annotated[
    str,
    Option("--database", metavar="ADDRESS", envvar="CAIRN_NEW_DATABASE", help="A database of its own that is there."),
]
Server = Annotated[
    str,
    Option(
        "--server",
        metavar="ADDRESS",
        envvar="CAIRN_NEW_SERVER",
        help="A PostgreSQL database in which it gets a user and a schema of its own.",
    ),
]


@app.command()
@keep
def add(session: Session, name: Name, site: Site = "", database: Database = "", server: Server = "") -> None:
    """Add a committee: a data folder, a master key and a database of its own. It is served when Cairn starts again."""
    from config.settings import settings
    from workflows.installation.committees import add_committee

    more = {"site": site, "database": database, "server": server}
    made, said = add_committee(settings(), name, session.keeper(), session.now, **more)
    for sentence in said:
        echo(sentence, err=True)
    answer(made, _tell_added, as_json=session.as_json)


@app.command("list")
@read
def list_(session: Session) -> None:
    """List the committees, each with its folder, its database and the host of its desk."""
    from config.settings import settings
    from workflows.installation.committees import committees

    answer(committees(settings()), _tell, as_json=session.as_json)


def _tell_added(made: Any) -> None:
    say(f"{made.name} is added, in {made.data}.", "good")
    say(f"Its desk: {made.host}. At the terminal: cairn --committee {made.name} ...")
    say("Next: its settings (committee.env in its folder), then start Cairn again, and cairn doctor for it.")


def _tell(found: Any) -> None:
    rows = [(one.name or "(the first)", one.host or "every other host", one.data, one.database) for one in found]
    table(("committee", "host of its desk", "data folder", "database"), rows)
