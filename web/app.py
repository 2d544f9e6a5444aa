"""Builds the desk's web application from an installation and a clock, with the guard before every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from jinja2 import Environment
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount

from config.committees import host_of
from records.row_security import at_the_desk
from web.api.application import Programs
from web.api.as_json import ROOT
from web.desk import Site
from web.errors import CatchAll, add_error_pages
from web.example import ExampleSite
from web.guard import desk
from web.headers import SecurityHeaders
from web.nul_in_address import NulInAddress
from web.pages import (
    agency_work,
    agendas,
    answers,
    at_the_meeting,
    bundles,
    calendar_feed,
    case_list,
    cases,
    chasing,
    committee,
    dates,
    drafts,
    evidence,
    example,
    extensions,
    extracts,
    handing_over,
    holds,
    home,
    imports,
    invitation,
    items,
    learning,
    learning_pages,
    letters,
    linked,
    my_work,
    need_to_know,
    on_record,
    opening,
    outbox,
    passkeys,
    password,
    people,
    proposals,
    provider_sign_in,
    quality,
    recommendations,
    reminders,
    requests,
    samples,
    saved_views,
    search,
    sessions,
    sign_in,
    static,
    steps,
    tasks,
    uploads,
    years,
    yes,
)
from web.static_files import StaticFiles
from web.templating import environment
from web.virtual_hosts import VirtualHosts, host_named
from workflows.installation.installation import Installation

OF_WORK = (
    my_work,
    drafts,
    saved_views,
    yes,
    chasing,
    tasks,
    outbox,
    case_list,
    reminders,
    handing_over,
    search,
    calendar_feed,
)
ON_A_CASE = (cases, steps, dates, requests, holds, extensions, on_record, people, linked, items, proposals, evidence)
ABOUT_CASES = (opening, imports, *ON_A_CASE, need_to_know, learning, recommendations)
OF_ONESELF = (sign_in, provider_sign_in, passkeys, password, invitation, example, home, sessions)
AT_MEETINGS = (agendas, at_the_meeting)
BY_LETTER = (letters, answers, uploads, agency_work)
HANDED_ON = (bundles, learning_pages, years, extracts)
OF_QUALITY = (quality, samples)
PAGES = (
    static,
    *OF_ONESELF,
    *OF_WORK,
    *ABOUT_CASES,
    *HANDED_ON,
    *OF_QUALITY,
    *AT_MEETINGS,
    *committee.PAGES,
    *BY_LETTER,
)
"""Every file of pages. `opening` comes before `cases`: "new" is no reference, nor the number of a meeting."""

PACKED = 5
"""How hard a page is packed: in half the time of the hardest, it is a fiftieth longer."""


def the_time() -> datetime:
    """The time it is, in UTC."""
    return datetime.now(UTC)


def create_app(here: Installation, clock: Callable[[], datetime] = the_time) -> FastAPI:
    """The desk of a committee. Nothing is read from the environment; `clock` says what time it is.

    Files, templates and addresses are the same for all committees: they are read and worked out once.
    """
    files, templates = looks()
    site = Site(replace(here, engine=at_the_desk(here.engine)), clock, templates, files)
    served = [interface(site), *routes()]
    app = FastAPI(title="Cairn", docs_url=None, redoc_url=None, openapi_url=None, routes=served)
    app.state.site, app.state.example, app.state.beside = site, ExampleSite(site), ()
    add_error_pages(app)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=PACKED)
    app.add_middleware(CatchAll, site=site)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(NulInAddress)
    return app


def interface(site: Site) -> Mount:
    """The interface for programs at its address: an address under it is its own, whatever signs are in it."""
    mounted = Mount(ROOT, Programs(site))
    mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)
    return mounted


@cache
def looks() -> tuple[StaticFiles, Environment]:
    """The files beside the pages, and the templates."""
    files = StaticFiles()
    return files, environment(files)


@cache
def routes() -> list[BaseRoute]:
    """The addresses of all pages, with the guard before each."""
    guarded = APIRouter(dependencies=[Depends(desk)])
    for page in PAGES:
        guarded.include_router(page.router)
    return guarded.routes


def create_desks(committees: Iterable[Installation], clock: Callable[[], datetime] = the_time) -> VirtualHosts:
    """The desks of all committees of an installation, the first of them first: which is meant is said by the host."""
    first, *others = committees
    desks = {host_of(one.settings): create_app(one, clock) for one in others}
    by_name = {host_named(one.settings.which): desks[host_of(one.settings)] for one in others}
    own = create_app(first, clock)
    every = (own, *desks.values())
    for one in every:
        one.state.beside = tuple(other.state.site for other in every if other is not one)
    return VirtualHosts(own, host_of(first.settings), {**by_name, **desks})


def sites_of(desks: VirtualHosts) -> tuple[Site, ...]:
    """The site of each committee of these desks."""
    return tuple(one.state.site for one in desks.desks if isinstance(one, FastAPI))
