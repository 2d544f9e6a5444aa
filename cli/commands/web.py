"""`cairn web`: the desk by itself, without the flows: on another machine, or several behind a proxy."""

from __future__ import annotations

from typing import Annotated

from typer import Option, echo

Host = Annotated[str, Option("--host", metavar="ADDRESS", help="The address to serve on; a proxy with TLS before it.")]
Port = Annotated[int, Option("--port", metavar="PORT", help="The port; CAIRN_WEB_PORT if not said.", min=0, max=65535)]


def web(host: Host = "127.0.0.1", port: Port = 0) -> None:
    """Serve the desk alone, until Ctrl-C: pages for the committee's people. cairn run serves it beside the rest."""
    from config.settings import settings
    from web.serving import serve

    chosen = settings()
    serve(chosen, echo, host, port or chosen.web_port)
