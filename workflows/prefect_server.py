"""Prefect's server, served by itself or together with the flows. Beside `flows` the only file that knows Prefect.

It is what `prefect server start` starts, without the terminal around it. It is loaded without looking for garbage
meanwhile, which is a quarter of the time that takes.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflows.timetable.garbage import collect_from_now_on, collect_what_loading_left, share_heaps
from workflows.timetable.prefect_database_template import lend, of_one_version

if TYPE_CHECKING:
    import uvicorn
    from prefect.context import SettingsContext

KEPT = Path(sys.prefix) / "share" / "cairn"
"""Where empty tables of Prefect's are kept, beside the packages that made them."""
LOOK = 0.05
"""Seconds between two looks."""
FOUND, PATIENCE = "/admin/version", 10.0
"""What the server asks itself first, and the seconds it may take over that."""


def serve() -> None:
    """Serve Prefect's API and pages at the address of its settings, until SIGTERM."""
    with suppress(KeyboardInterrupt), standing_settings(tables_stand=_lend_database()):
        _run(_alone(_server()))


def serve_with_flows(asking: socket.socket) -> None:
    """Serve them with the flows in the same process, until SIGTERM; who is asked over the socket forks the runs."""
    share_heaps()
    go_by_environment()
    with suppress(KeyboardInterrupt), standing_settings(tables_stand=_lend_database()):
        _run(_with_flows(_server(), asking))


def _run(serving: Coroutine[Any, Any, None]) -> None:
    """Run it in a loop of uvloop's, as uvicorn by itself would: it takes a seventh less for each run of a flow."""
    import uvloop

    uvloop.run(serving)


def go_by_environment() -> None:
    """Go by the environment as it is now: Prefect read it when it was loaded, maybe by another process."""
    from prefect.context import refresh_global_settings_context
    from prefect.settings import get_current_settings

    api = get_current_settings().api
    known = (api.url, api.auth_string and api.auth_string.get_secret_value())
    if known != tuple(os.environ.get(name) for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING")):
        refresh_global_settings_context()


def standing_settings(*, tables_stand: bool = False) -> SettingsContext:
    """Prefect's settings as they are, but what they are as variables is worked out once: it is asked for at each start.

    That is a tenth of what the server takes to start. Settings made out of these, with others, work theirs out anew.
    They stand in groups, each of which is asked by itself: Prefect would put all of them together first, for nothing.
    Where its tables are as this version of Prefect has them (`tables_stand`), it is not to look how to bring them
    forward: it would load all the ways in which older ones were.
    """
    from prefect.context import SettingsContext, get_settings_context
    from prefect.settings import Settings
    from pydantic import BaseModel, PrivateAttr

    class Standing(Settings):
        _known: dict[tuple[object, ...], dict[str, str]] = PrivateAttr(default_factory=dict)

        def to_environment_variables(self, *how: bool, **named: bool) -> dict[str, str]:
            asked = (how, *named.items())
            if asked not in self._known:
                self._known[asked] = super().to_environment_variables(*how, **named)
            return dict(self._known[asked])

        def model_dump(self, **how: Any) -> dict[str, Any]:
            if "include_secrets" in (how.get("context") or {}):  # it is for variables
                how["exclude"] = groups
            return super().model_dump(**how)

    found = get_settings_context()
    chosen = {name: getattr(found.settings, name) for name in Settings.model_fields}
    groups = {name for name, one in chosen.items() if isinstance(one, BaseModel)}
    if tables_stand:
        database = chosen["server"].database.model_copy(update={"migrate_on_start": False})
        chosen["server"] = chosen["server"].model_copy(update={"database": database})
    standing = Standing.model_construct(_fields_set=found.settings.model_fields_set, **chosen)
    return SettingsContext(profile=found.profile, settings=standing)


def _server() -> uvicorn.Server:
    """Prefect's server as its own command makes it."""
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    chosen = get_current_settings().server
    config = uvicorn.Config(
        create_app(),
        host=chosen.api.host,
        port=chosen.api.port,
        timeout_keep_alive=chosen.api.keepalive_timeout,
        ws_ping_interval=chosen.api.websocket_ping_interval,
        ws_ping_timeout=chosen.api.websocket_ping_timeout,
        log_level=chosen.logging_level.lower(),
    )
    return uvicorn.Server(config)


def _lend_database() -> bool:
    """Begin with a copy of what an earlier first start set up: to make Prefect's tables takes most of one.

    Returns whether the tables there are by then are those of this version of Prefect.
    """
    from prefect import __version__
    from prefect.settings import get_current_settings

    chosen = get_current_settings()
    own = chosen.home / "prefect.db"
    address = chosen.server.database.connection_url
    if not address or address.get_secret_value() != f"sqlite+aiosqlite:///{own}":
        return False
    kept = KEPT / f"prefect-{__version__}.db"
    if not own.exists():
        lend(own, kept, lambda: asyncio.run(_make_tables()))
    return of_one_version(own, kept)


async def _make_tables() -> None:
    from prefect.server.database import provide_database_interface

    database = provide_database_interface()
    await database.create_db()
    await (await database.engine()).dispose()


async def _alone(server: uvicorn.Server) -> None:
    serving = asyncio.create_task(server.serve())
    if await _answers(server, serving):
        await asyncio.to_thread(_find_addresses)
    collect_from_now_on()
    await serving


def _find_addresses() -> None:
    """Have the server find an address of its interface: the first time it makes ready nearly all of them.

    Whoever asks first would wait for that; until then it would have nothing to do.
    """
    from prefect.settings import get_current_settings

    from workflows.installation.prefect_api import NO_ANSWER, Api, ask

    told = get_current_settings().api
    if told.url:
        with suppress(*NO_ANSWER):
            ask(Api(told.url, told.auth_string.get_secret_value() if told.auth_string else ""), FOUND, timeout=PATIENCE)


async def _with_flows(server: uvicorn.Server, asking: socket.socket) -> None:
    """Both until one of them ends: then the other is ended too. The flows are loaded once the server answers."""
    serving = asyncio.create_task(server.serve())
    if not await _answers(server, serving) or not await _told_where(serving):
        return await serving
    from workflows.flows import FORK_SERVER, serve_until_stopped

    FORK_SERVER.ask(asking)
    collect_what_loading_left()
    flows = asyncio.create_task(serve_until_stopped())
    await asyncio.wait((serving, flows), return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    flows.cancel()
    with suppress(asyncio.CancelledError):
        await flows
    return await serving


async def _answers(server: uvicorn.Server, serving: asyncio.Task[None]) -> bool:
    """Wait until the server answers; False where it has ended before."""
    await _until(lambda: server.started or serving.done())
    return not serving.done()


async def _told_where(serving: asyncio.Task[None]) -> bool:
    """Wait until it is written down where the server is, which is done when all records are open: runs need them."""
    from config.settings import settings
    from workflows.installation.prefect_api import address_file

    written = address_file(settings())
    await _until(lambda: written.exists() or serving.done())
    return not serving.done()


async def _until(seen: Callable[[], bool]) -> None:
    while not seen():  # noqa: ASYNC110  nothing tells of it
        await asyncio.sleep(LOOK)
