"""What a page handler is given: who is signed in, the submitted form, the time, and the installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import IO, Any

from fastapi import Request
from jinja2 import Environment
from sqlalchemy import Connection
from starlette.background import BackgroundTask
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from config.procedures import in_order
from config.settings import A_COMMITTEE, Settings, committee_name
from records import cases, database
from records.cases import Case
from records.need_to_know import hidden_from
from records.row_security import EVERY_CASE, of_case, seen_by
from states.entry import CAIRN, Actor
from states.errors import BadAnswer, BadProcedure, NotFound
from web.policy import SIGNED_IN, Rule, places_of
from web.request_transaction import RequestTransaction
from web.static_files import StaticFiles
from web.visit import Visit
from workflows.installation.installation import Installation
from workflows.installation.prefect_api import api_of, nudge
from workflows.unit_of_work import UnitOfWork, look_at
from workflows.verbs.record_reading import is_on_record, record_reading
from workflows.views.role_words import words_of_editions
from workflows.views.signed_in import SignedIn
from workflows.views.viewer import Viewer

SEE_OTHER = 303
TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
NO_TRUTH = "{name} is true or false (or yes or no), not {said!r}."


def truth_of(name: str, said: str) -> bool:
    """Whether the address says yes under a name. Raises BadAnswer for what is neither yes nor no."""
    if said not in TRUTHS:
        raise BadAnswer(NO_TRUTH.format(name=name, said=said[:40]))
    return TRUTHS[said]


@dataclass(frozen=True)
class Site:
    """What all pages share: the installation, the clock, the templates and the files beside them.

    `example` is one that was invented to be looked at: every page says so, and nothing is sent.
    Its clock is one of its own, and `outside` is that of this machine.
    """

    installation: Installation
    clock: Callable[[], datetime]
    templates: Environment
    static: StaticFiles
    example: bool = False
    outside: Callable[[], datetime] | None = None
    _called: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def time_outside(self) -> datetime:
        """What time it is for those who sign in: by no invented clock."""
        return (self.outside or self.clock)()

    @property
    def committee(self) -> str:
        """What the committee is called, as its file has it now, or had it last: somebody may be saving it."""
        with suppress(BadProcedure):
            self._called["now"] = committee_name(self.installation.settings.local_file)
        return self._called.get("now", A_COMMITTEE)

    def places_of(self, role: str) -> Iterator[str]:
        """The roles of the policy's table whose pages somebody has who acts in a role, by the editions there are."""
        return places_of(role, in_order(self.installation.guidance))

    def lets(self, rule: Rule, role: str, *, doing: bool = False) -> bool:
        """Whether whoever acts in a role has a page."""
        return rule.lets_any(self.places_of(role), doing=doing)


@dataclass(frozen=True)
class Desk:
    """The desk of whoever asks for a page. `who` is None on a page for everybody, where nobody is signed in.

    `visit` is there on the pages of a letter: whoever opened its link. What is done on a page of `every_case` reaches
    cases that are kept to others, too. `part` is a part of a file that was sent.
    """

    site: Site
    request: Request
    now: datetime
    who: SignedIn | None
    form: FormData
    form_token: str
    visit: Visit | None = None
    every_case: bool = False
    part: IO[bytes] | None = None
    under_way: UnitOfWork | None = None
    """What is under way while something is done for a program: what is read meanwhile is read in its transaction."""
    begun: RequestTransaction | None = None
    """The transaction in which it was looked up who asks, where what they ask for goes on in it."""

    @property
    def installation(self) -> Installation:
        """The installation behind the page."""
        return self.site.installation

    @property
    def settings(self) -> Settings:
        """The settings of the installation."""
        return self.installation.settings

    @property
    def seen_by(self) -> str:
        """Who asks, as the database is told: what is kept to others it keeps from them."""
        if self.every_case:
            return EVERY_CASE
        if self.visit is not None:
            return of_case(self.visit.link.case_id)
        return str(self.who.account.id) if self.who else ""

    @property
    def signed_in(self) -> SignedIn:
        """Who is signed in, on a page that asks for somebody."""
        assert self.who is not None
        return self.who

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The roles of the policy's table whose pages whoever is signed in has; none where nobody is."""
        return tuple(self.site.places_of(self.who.session.role)) if self.who else ()

    @cached_property
    def called(self) -> dict[str, str]:
        """What the roles and bodies are called that only editions know: those of the office go by their own names."""
        every = words_of_editions(in_order(self.installation.guidance))
        return {name: words for name, words in every.items() if name not in SIGNED_IN}

    def lets(self, rule: Rule, *, doing: bool = False) -> bool:
        """Whether whoever is signed in has a page, in the role they act in."""
        own = self.who is not None and rule.lets(self.who.session.role, doing=doing)  # then no edition is asked
        return own or rule.lets_any(self.places, doing=doing)

    @cached_property
    def viewer(self) -> Viewer:
        """Who looks, and when, as the views ask for it; on the page of a case as its edition knows them."""
        found, ref = Viewer(self.signed_in.actor, self.now), str(self.request.path_params.get("ref", ""))
        if not ref or found.actor.role in SIGNED_IN:
            return found
        with database.reading(self.installation.engine) as tx, suppress(NotFound):
            seen_by(tx, self.seen_by)
            return found.on(tx, cases.find(tx, ref, to_change=False))
        return found

    @cached_property
    def outside(self) -> datetime:
        """What time it is for those who sign in, which is `now` but in the example."""
        return self.site.time_outside()

    @property
    def seconds_left(self) -> int:
        """In how many seconds the session ends if it is not used again; the one that asks has just been used."""
        session = self.signed_in.session
        return int((replace(session, seen_at=self.outside).ends_at - self.outside).total_seconds())

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.request.client.host if self.request.client else ""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A steady view of the database that changes nothing."""
        if self.under_way is not None:
            yield self.under_way.tx
            return
        if self.begun is not None and self.begun.fit(writes=False):
            with self.begun.continued() as tx:
                yield tx
            return
        with database.reading(self.installation.engine) as tx:
            seen_by(tx, self.seen_by)
            yield tx

    def lets_go(self) -> None:
        """End the transaction in which it was looked up who asks, where it waits: what comes now does not need it."""
        if self.begun is not None:
            self.begun.end()

    def hidden(self, tx: Connection) -> frozenset[str]:
        """The references of the cases that are kept from whoever is signed in."""
        return hidden_from(tx, self.signed_in.actor.account)

    def kept_from_them(self) -> frozenset[str]:
        """The cases that whoever is signed in may not look at, those too that the database hides from every page."""
        self.lets_go()
        with database.reading(self.installation.engine) as tx:
            seen_by(tx, EVERY_CASE)
            return self.hidden(tx)

    @contextmanager
    def uow(self, actor: Actor | None = None) -> Iterator[UnitOfWork]:
        """Whoever is signed in at work in one transaction; before that it is Cairn that looks at who they are.

        What is done is done now, however long files took to be looked at before.
        """
        if self.under_way is not None:
            yield self.under_way
            return
        acts = actor or (self.who.actor if self.who else CAIRN)
        if self.begun is not None and self.begun.fit(writes=True):
            with self.begun.continued() as tx:
                now, worked_at = self.site.clock(), self.begun.worked_at
                yield self.installation.at_work(tx, acts, now, worked_at, self.site.time_outside())
            return
        with self.installation.uow(acts, self.site.clock(), self.seen_by, self.site.time_outside()) as uow:
            yield uow

    @contextmanager
    def reading_case(self, ref: str, part: str = "") -> Iterator[Connection]:
        """A steady view of the database for a page of a case: that it is read is put on record first.

        `part` is what of it is read; the page by its name, unless said.
        """
        actor, now = self.signed_in.actor, self.now
        part = part or str(self.request.scope["route"].name)
        with self.reading() as tx:
            known = is_on_record(tx, actor, ref, part, now)
            if known:
                yield tx
        if known:
            return
        with self.uow() as uow:
            record_reading(uow, ref, part)
        with self.reading() as tx:
            yield tx

    def case(self, tx: Connection, ref: str) -> Case:
        """A case to make a page or a form of: while something is done for a program, the one that it is done on."""
        return look_at(self.under_way, ref) if self.under_way is not None else cases.find(tx, ref, to_change=False)

    def said(self, name: str) -> str:
        """What was sent in a field of one line, without the blanks around it; empty where nothing was."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def asked(self, name: str) -> str:
        """What the address says under a name, else what was sent under it; empty where neither does."""
        return self.request.query_params.get(name, "").strip() or self.said(name)

    @property
    def only_tried(self) -> bool:
        """Whether a program asks what would happen, and nothing is to be done. Raises BadAnswer for any other word."""
        return truth_of("trial", self.request.query_params.get("trial", "no"))

    def page(self, template: str, *, status: int = 200, **shown: Any) -> Response:
        """A page, made from its template."""
        return HTMLResponse(self.text(template, **shown), status)

    def text(self, template: str, **shown: Any) -> str:
        """The text of a page, or of a part of one."""
        return self.site.templates.get_template(template).render(desk=self, committee=self.site.committee, **shown)

    def go_to(self, address: str, *, done: bool = False) -> Response:
        """On to another page; with `done` something was written, and what it owes is sent at once."""
        return RedirectResponse(address, SEE_OTHER, background=self.sends() if done else None)

    def page_done(self, template: str, **shown: Any) -> Response:
        """A page that says that something was done; what that owes is sent at once."""
        answer = self.page(template, **shown)
        answer.background = self.sends()
        return answer

    def sends(self) -> BackgroundTask | None:
        """What sends it; the example sends nothing, and where no server is the next round does."""
        settings = self.settings
        return None if self.site.example or api_of(settings) is None else BackgroundTask(nudge, settings, self.now)
