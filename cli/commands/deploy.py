"""`cairn deploy`: the rounds registered with a Prefect server and its workers."""

from __future__ import annotations

from collections.abc import Iterable

from cli.options import read
from cli.output import answer, bullets, heading, say
from cli.session import Session


@read
def deploy(session: Session) -> None:
    """Register Cairn's rounds with the Prefect server of PREFECT_API_URL, for workers on any machine."""
    from config.settings import settings
    from workflows.flows import deploy as register

    names = register(settings())
    answer({"deployments": names}, lambda _: _tell(names), as_json=session.as_json)


def _tell(names: Iterable[str]) -> None:
    heading("Registered")
    bullets(names)
    say("Start workers, on any machine with Cairn, with: prefect worker start --pool cairn")
