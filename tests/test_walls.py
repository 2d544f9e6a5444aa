"""Several committees in one installation: served by one process, and each a stranger to the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from cli.app import VERSION
from config.committees import FILE, OneOfSeveral, all_of, folder_of, settings_of
from config.settings import Settings
from records import tokens
from records.database import reading
from states.entry import CAIRN
from states.errors import NotPossible, NotSetUp
from tests.agency import FIFE, post_room
from tests.desk import EVERYBODY, NOON, ORIGIN, Browser, Committee, Here, client
from tests.program import Program, program
from tests.test_web_policy import ELSEWHERE, SAME, routes, token_of, turned_away
from web.api.document import GAP
from web.api.operations import operations
from web.app import create_desks
from web.guard import COOKIE
from web.policy import TABLE
from workflows.installation.committees import add_committee
from workflows.installation.installation import open_installation
from workflows.timetable.first_visit import desk_words
from workflows.timetable.prefect_process import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.terminal import Terminal
    from web.virtual_hosts import VirtualHosts

OTHER = "https://angus.example"


@dataclass
class Served(Committee):
    """One committee of several that one process serves, at its own site."""

    origin: str = ORIGIN
    desks: VirtualHosts | None = None

    def browser(self, origin: str = "") -> Browser:
        assert self.desks is not None
        return Browser(client(self.desks, origin or self.origin, self.loop))


@pytest.fixture
def both(desk: Committee) -> Iterator[tuple[Served, Served]]:
    """Lend two committees with somebody in each role: the first, and one that was added to its installation."""
    folder = desk.here.settings.data
    at_home = Settings(data=folder, site=ORIGIN, sender_domain="desk.example")
    add_committee(at_home, "angus", CAIRN, NOON, site=OTHER)
    opened = open_installation(settings_of(at_home, "angus"), NOON)
    second = Served(Here(opened.settings, opened.engine, opened.keys), origin=OTHER, loop=desk.loop)
    first = Served(Here(at_home, desk.here.engine, desk.here.keys), numbers=desk.numbers, loop=desk.loop)
    second.add_each(EVERYBODY)
    first.desks = second.desks = create_desks((first.here, second.here), lambda: max(first.now, second.now))
    try:
        yield first, second
    finally:
        opened.engine.dispose()


def test_the_lead_officer_of_another_committee_is_a_stranger_on_every_route(both: tuple[Served, Served]) -> None:
    """With the cookie of their own desk and its token, as no browser would send them to another site."""
    first, second = both
    ref = first.open_case()
    lead = second.sign_in()
    stranger = first.browser()
    stranger.client.cookies.set(COOKIE, str(lead.client.cookies[COOKIE]))
    token, asked = token_of(lead), 0

    for method, name, address in routes():
        if name in ELSEWHERE or TABLE[name].public:
            continue
        for where in {address, address.replace("/x", f"/{ref}", 1)}:
            assert turned_away(stranger, method, where, token), (method, name)
            asked += 1

    assert asked > 100
    assert lead.get("/my-work").status_code == 200
    assert lead.get(f"/cases/{ref}").status_code == 404
    assert ref not in lead.get("/cases").text


def test_a_token_of_another_committee_is_as_one_that_was_never_made_on_every_operation(
    both: tuple[Served, Served],
) -> None:
    first, second = both
    ref = first.open_case()
    at_home = Program(second.browser().client, program(second).token)
    crossed, nobody = (Program(first.browser().client, held) for held in (at_home.token, "cairn_x"))
    turned_away = {"GET": nobody.get(f"/cases/{ref}"), "POST": nobody.post(f"/cases/{ref}/requests", seen=1)}

    for one in operations():
        address = GAP.sub(lambda gap: ref if gap[1] == "ref" else "x", one.address)
        answer = crossed.get(address) if one.method == "GET" else crossed.post(address, {}, seen=1)
        expected = turned_away[one.method]
        assert (answer.status_code, answer.text) == (401, expected.text), one.name
        assert answer.headers["www-authenticate"] == expected.headers["www-authenticate"]

    with reading(second.here.engine) as tx:
        assert [one.used_at for one in tokens.read(tx)] == [None]
    assert at_home.get("/cases").json()["items"] == []
    assert at_home.get(f"/cases/{ref}").status_code == 404


def test_a_command_that_was_sent_sees_the_committee_of_its_token_and_no_other(both: tuple[Served, Served]) -> None:
    first = both[0]
    ref = first.open_case()
    here, there = (Program(one.browser().client, program(one).token) for one in both)

    def said(who: Program, *words: str, **more: str) -> Any:
        return who.post("/commands", {"version": VERSION, "words": words, **more}).json()

    assert ref in said(here, "list")["out"]
    for words in (("list",), ("show", ref), ("tasks",), ("meeting", "list")):
        assert ref not in said(there, *words)["out"]
    assert "There is no case" in said(there, "show", ref)["err"]
    crossed = Program(first.browser().client, there.token)
    assert said(crossed, "list")["status"] == 401

    assert said(there, "list", committee="angus")["code"] == 0
    assert "the server of angus, and not of fife" in said(there, "list", committee="fife")["detail"]
    assert "the first committee, which has no name" in said(here, "list", committee="angus")["detail"]


def test_an_account_is_of_one_committee_and_so_are_forms_feeds_and_invitations(both: tuple[Served, Served]) -> None:
    first, second = both
    lead, of_angus = first.sign_in(), second.sign_in()
    assert lead.client.cookies[COOKIE] != of_angus.client.cookies[COOKIE]

    crossed = lead.client.post("/sign-out", data={"form_token": token_of(of_angus)}, headers=SAME)
    assert crossed.status_code == 403
    from_there = lead.client.post("/sign-out", data={"form_token": token_of(lead)}, headers={"origin": OTHER})
    assert from_there.status_code == 403

    of_angus.get("/calendar")
    feed = re.search(r"https://angus\.example(/calendar/[^\s\"<]+\.ics)", of_angus.send("/calendar").text)
    assert feed is not None
    assert second.browser().get(feed[1]).status_code == 200
    assert first.browser().get(feed[1]).status_code == 404


def test_the_letter_of_one_committee_opens_nothing_at_another(both: tuple[Served, Served]) -> None:
    first, second = both
    with post_room(first) as room:
        room.enter(FIFE)
        room.ask(FIFE)
        link = room.link(FIFE)
        agency = first.browser()
        agency.get(link)
        page = agency.send()
    answer = str(page.url).removeprefix(ORIGIN)
    assert (page.status_code, answer[:9]) == (200, "/answers/")

    elsewhere = second.browser()
    for name, value in agency.client.cookies.items():
        elsewhere.client.cookies.set(name, value)

    assert elsewhere.get(link).status_code == 404
    assert elsewhere.get(answer).status_code == 404
    assert elsewhere.client.post(link, data={}, headers=SAME).status_code == 404


def test_each_host_has_its_own_pages_and_any_other_has_none(both: tuple[Served, Served]) -> None:
    first, second = both
    second.here.settings.own_file.parent.mkdir(exist_ok=True)
    second.here.settings.own_file.write_text('committee = "Angus Child Protection Committee"\n')

    said = second.browser().get("/nowhere")
    assert (said.status_code, "Angus Child Protection Committee" in said.text) == (404, True)
    assert "Angus" not in first.browser().get("/nowhere").text
    style = re.findall(r'href="(/static/[^"]*cairn\.css)"', second.browser().get("/sign-in").text)[0]
    for one in both:
        assert one.browser().get(style).status_code == 200
    assert "Angus" in second.browser("http://angus.localhost:4280").get("/sign-in").text
    assert "Angus" not in second.browser("http://127.0.0.1:4280").get("/sign-in").text

    for host in ("https://elsewhere.example", "https://fife.localhost", "https://angus.example.org"):
        answer = first.browser(host).get("/sign-in")
        assert (answer.status_code, answer.text) == (
            421,
            "There is no desk at this address: check the name of the site.",
        )
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    two = first.browser().client.get("/sign-in", headers=[("host", "desk.example"), ("host", "angus.example")])
    assert two.status_code == 421


def test_what_breaks_at_one_desk_is_in_the_log_of_that_committee(
    both: tuple[Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = both
    lead = second.sign_in()

    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("web.pages.my_work.work_list", broken)

    assert lead.get("/my-work").status_code == 500
    assert "boom" in (second.here.settings.data / "errors.log").read_text()
    assert not (first.here.settings.data / "errors.log").exists()


def test_a_committee_has_nothing_of_the_settings_of_the_first(
    both: tuple[Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = both
    for name, value in (("DATABASE", "sqlite:////x"), ("RELAY", "smtp://x"), ("MASTER_KEY", "ab"), ("CLAMAV", "/y")):
        monkeypatch.setenv(f"CAIRN_{name}", value)

    at_home = Settings(data=first.here.settings.data)
    chosen = settings_of(at_home, "angus")

    assert (chosen.database, chosen.relay, chosen.master_key, chosen.site) == (None, None, None, OTHER)
    assert chosen.clamav == "/y"
    assert first.here.keys != second.here.keys
    told = environment(chosen, api=type("Api", (), {"url": "", "auth": ""})())  # type: ignore[arg-type]
    assert {name for name in told if name.startswith("CAIRN_")} >= {"CAIRN_DATA", "CAIRN_WHICH", "CAIRN_CLAMAV"}
    assert not {"CAIRN_DATABASE", "CAIRN_RELAY", "CAIRN_MASTER_KEY"} & set(told)
    assert told["CAIRN_DATA"] == str(at_home.data.absolute())
    assert "The desk of angus: https://angus.example" in desk_words(second.here, "http://127.0.0.1:4280", NOON)


def test_committees_that_are_not_apart_are_refused(both: tuple[Served, Served]) -> None:
    first, _ = both
    at_home = first.here.settings
    for name, more in (
        ("Fife", {}),
        ("x" * 50, {}),
        ("angus", {}),
        ("fife", {"site": OTHER}),
        ("fife", {"site": ORIGIN}),
    ):
        with pytest.raises(NotPossible):
            add_committee(at_home, name, CAIRN, NOON, **more)
    with pytest.raises(NotPossible, match="the same database"):
        add_committee(at_home, "fife", CAIRN, NOON, database=at_home.database_url())
    with pytest.raises(NotSetUp, match="no committee 'fife'"):
        settings_of(at_home, "fife")
    (folder_of(at_home, "angus") / FILE).write_text("CAIRN_SITE=http://plain.example\n")
    with pytest.raises(NotSetUp, match="CAIRN_SITE"):
        all_of(at_home)
    assert issubclass(OneOfSeveral, Settings)


def test_at_the_terminal_a_committee_is_named(terminal: Terminal) -> None:
    terminal.types("committee", "add", "angus")
    assert "angus is added" in terminal.out

    terminal.types("--committee", "angus", "agency", "add", "NHS Tayside")

    assert "NHS Tayside" in terminal.types("--committee", "angus", "agency", "list")
    assert "NHS Tayside" not in terminal.types("agency", "list")
    assert [one["name"] for one in terminal.asks("committee", "list", clock=False)] == ["", "angus"]
    terminal.types("--committee", "fife", "agency", "list")
    assert terminal.err == f"- There is no committee 'fife' in {terminal.folder}/data: there are angus.\n"
    terminal.types("--committee", "angus", "run", clock=False)
    assert "All committees of an installation are run together" in terminal.err
