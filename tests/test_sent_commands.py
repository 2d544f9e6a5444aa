"""Commands typed on somebody's own machine and sent to the server of the committee: the same words, the same walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cli import confirm, sending
from cli.app import VERSION
from cli.command_table import COMMANDS, loaded
from cli.elsewhere import DOES, DOWN, HERE, READS, why_not
from cli.sending import Server, checked, token_in
from states.errors import NotPossible, NotSetUp
from tests.desk import EDITION
from tests.mailserver import certificate
from tests.program import program
from tests.screen import served
from tests.terminal import Terminal
from tests.test_recommend import FACTS
from tests.test_web_deeds import kept
from tests.webserver import WebServer
from web.api.operations import operations
from workflows.verbs.keep_to import keep_to
from workflows.verbs.recommend import propose
from workflows.verbs.tokens import revoke_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from tests.desk import Committee

MONITORED = (
    *("--field", "monitored_on=2026-03-02", "--field", "monitored_by=Audit lead", "--field", "method=audit"),
    *("--field", "result=Nine in ten are shared.", "--field", "confidence=high"),
)
ANSWERED = ("--field", "account_given=yes", "--field", "reflection_given=no:Later")


def every(command: Any, called: str) -> Iterator[tuple[str, Any]]:
    """Each command under a name, with what parses it."""
    below = getattr(command, "commands", {})
    for name, one in below.items():
        yield from every(one, f"{called} {name}")
    if not below:
        yield called, command


def test_each_command_is_an_operation_for_programs_or_says_why_it_is_not_sent() -> None:
    found = {name: one for first in COMMANDS for name, one in every(loaded(first), first)}
    done = {one.policy for one in operations() if one.method == "POST"}
    seen = {one.policy for one in operations() if one.method == "GET"}

    assert {name for name in found if (name in {**READS, **DOES}) == bool(why_not(name))} == set()
    assert {*READS, *DOES} <= set(found)
    assert {part for part in HERE if not any(f"{name} ".startswith(f"{part} ") for name in found)} == set()
    assert (set(DOES.values()) - done, set(READS.values()) - seen) == (set(), set())
    for name in {**READS, **DOES}:
        given = {one.name: one for one in found[name].params}
        assert "door_as_json" in given, name
        files = {what for what, one in given.items() if "FILE" in str(one.metavar) or "FOLDER" in str(one.metavar)}
        assert files <= {"file", "fields", *DOWN}, name


class Laptop(Terminal):
    """Somebody's own machine: it knows the address and a token, and nothing of the committee's data."""

    def types(self, *words: str, clock: bool = False, keys: str = "") -> str:
        return super().types(*words, clock=clock, keys=keys)

    def asks(self, *words: str, clock: bool = False) -> Any:
        found = super().asks(*words, clock=clock)
        assert self.code == 0, found
        return found

    def holds(self, token: str) -> Laptop:
        """The same with another token."""
        path = self.folder / "token"
        path.write_text(f"{token}\n")
        path.chmod(0o600)
        return self


@pytest.fixture
def laptop(desk: Committee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Laptop]:
    folder = tmp_path / "laptop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with served(desk) as address:
        env = {"CAIRN_SERVER": address, "CAIRN_TOKEN_FILE": "token", "XDG_STATE_HOME": str(folder / "state")}
        yield Laptop(folder, env=env).holds(program(desk).token)


def test_a_case_is_opened_asked_about_answered_and_shown_from_a_laptop(
    laptop: Laptop, desk: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = token_in(str(laptop.folder / "token"))
    (laptop.folder / "answers.json").write_text('{"notification_form": "file 14", "notified_criteria": ["died"]}')
    (laptop.folder / "account.pdf").write_bytes(b"%PDF-1.7 what was done")
    ref = laptop.asks("open", EDITION, "--step", "notify", "--fields", "answers.json", "--agency", "NHS Fife")["ref"]
    first = kept(desk, ref).dossier
    assert (first.lead, first.version) == ("L. Officer", 1), "the token says who acts, and no environment"

    scope = ("--field", "agencies_asked=NHS Fife", "--field", "information_scope=A first account.")
    laptop.types("advance", ref, "request_info", *scope)
    assert (laptop.code, "nominated person" in laptop.err) == (1, True), laptop.err
    laptop.holds(program(desk, "nominated_person").token).types("advance", ref, "request_info", *scope)
    assert laptop.code == 0, laptop.err
    laptop.holds(lead)

    asked = laptop.asks("request", "send", ref, "information", "NHS Fife", "--seen", "2")
    assert (asked["kind"], asked["version"]) == ("requested", 3)
    laptop.types("request", "send", ref, "information", "Police Scotland", "--seen", "2")
    assert (laptop.code, laptop.out) == (1, "")
    assert "has changed" in laptop.err
    laptop.types("--look-first", "request", "send", ref, "information", "Police Scotland")
    assert (laptop.code, "nobody is there to be asked" in laptop.err) == (1, True)
    said: list[str] = []
    with monkeypatch.context() as at_a_screen:
        at_a_screen.setattr(confirm, "must_ask", lambda **_: True)
        at_a_screen.setattr(confirm, "ask", lambda _: said.append(str(kept(desk, ref).dossier.version)))
        laptop.types("--look-first", "request", "send", ref, "information", "Police Scotland")
    assert (laptop.code, said, kept(desk, ref).dossier.version) == (0, ["3"], 4), laptop.err
    assert laptop.out.count("Version  ") == 2

    answered = ("request", "answer", "1", "NHS Fife", *ANSWERED)
    assert laptop.types(*answered) == ""
    assert "'information_file'" in laptop.err
    laptop.types(*answered, "--field", "information_file=file 20")
    assert "Stands in" in laptop.out, laptop.err
    assert kept(desk, ref).dossier.requests["R1"].status == "answered"

    assert "NHS Fife: " in laptop.types("show", ref)
    assert laptop.types("show", ref) == laptop.types("show", "1")
    assert [one["ref"] for one in laptop.asks("list")["cases"]] == [ref]
    history = laptop.asks("history", ref)["entries"]
    assert {one["actor"]["program"] for one in history if one["actor"]["role"] != "system"} == {"1", "2"}
    laptop.types("procedure", "examples", EDITION, "--pdf", "paper.pdf")
    assert laptop.out == "Written: paper.pdf\n", laptop.err
    assert (laptop.folder / "paper.pdf").read_bytes().startswith(b"%PDF-")
    assert (
        "paper.pdf is there already"
        in laptop.types("procedure", "examples", EDITION, "--pdf", "paper.pdf") + laptop.err
    )
    assert not (laptop.folder / "data").exists()

    advised = desk.acts("lead_officer", propose, ref, FACTS).case.ref
    words = (*MONITORED, "--file", "evidence_files=account.pdf")
    laptop.types("item", "add", advised, "monitoring", *words)
    assert laptop.code == 0, laptop.err
    (found,) = (one for one in desk.here.settings.evidence.rglob("*") if one.is_file())
    assert found.read_bytes() == b"%PDF-1.7 what was done"
    laptop.types("item", "add", advised, "monitoring", *MONITORED, "--file", "nowhere.pdf")
    assert "nowhere.pdf cannot be read here" in laptop.err


def test_a_command_goes_round_no_wall(laptop: Laptop, desk: Committee) -> None:
    open_to_all, ref = desk.open_case(), desk.open_case()
    desk.acts("lead_officer", keep_to, ref, [desk.numbers["lead_officer"]], "Named people only.")
    laptop.types("show", ref, "--as", "chair")
    assert (laptop.code, "acts as lead_officer" in laptop.err) == (2, True)

    chair = program(desk, "chair")
    for words, why in {
        ("show", ref, "--now", "2026-03-02T10:00"): "the clock can be set in a rehearsal only",
        ("show", "--help"): "No such option",
        ("item", "add", open_to_all, "findings", "--fields", "/etc/passwd"): "/etc/passwd was not sent",
    }.items():
        told = chair.post("/commands", {"version": VERSION, "words": words}).json()
        assert (told["code"], told["out"], why in told["err"]) == (2, "", True), told
    many = {"version": VERSION, "words": ["show"] * 501}
    assert chair.post("/commands", many).json()["type"] == "urn:cairn:problem:too-large"
    assert chair.client.post("/api/v1/commands", json=many).status_code == 401

    laptop.holds(chair.token)
    assert [one["ref"] for one in laptop.asks("list")["cases"]] == [open_to_all]
    for words in (("show", ref), ("history", ref), ("case", "people", ref, "--lead", "C. Chair")):
        assert (laptop.types(*words), laptop.code) == ("", 1)
        assert "There is no " in laptop.err
    assert open_to_all in laptop.types("tasks")
    assert ref not in laptop.types("agenda") + laptop.types("tasks") + laptop.types("outbox")

    laptop.holds(program(desk, read_only=True).token)
    assert laptop.types("show", open_to_all)
    for words, why in {
        ("case", "people", open_to_all, "--deputy", "D. Deputy"): "it only reads",
        ("backup", "kept.zip"): "the machine that Cairn runs on",
        ("account", "list"): "who may come in",
        ("pack", open_to_all, "--submitted", "2026-03-02"): "Sent to a server this command only looks",
    }.items():
        assert (laptop.types(*words), laptop.code) == ("", 1)
        assert why in laptop.err, (words, laptop.err)


def test_what_is_wrong_with_a_server_or_a_token_is_said_and_nothing_is_done_twice(
    laptop: Laptop, desk: Committee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, path = desk.open_case(), laptop.folder / "token"
    said, asked = ("case", "people", ref, "--deputy", "D. Deputy"), Server._asked

    def lost(server: Server, request: Any) -> Any:
        asked(server, request)
        raise TimeoutError

    with monkeypatch.context() as away:
        away.setattr(Server, "_asked", lost)
        laptop.types(*said)
    assert (laptop.code, "Type the same again, and it is done once" in laptop.err) == (1, True)
    assert kept(desk, ref).dossier.version == 2
    laptop.types(*said)
    assert (laptop.code, "it was not done again" in laptop.err, kept(desk, ref).dossier.version) == (0, True, 2)

    with monkeypatch.context() as away:
        away.setattr(sending, "VERSION", "0.0.9")
        laptop.types("show", ref)
        assert "install " in laptop.err
    desk.acts("administrator", revoke_token, 1, "Replaced.")
    laptop.types("show", ref)
    assert "has ended or was revoked" in laptop.err
    assert token_in(str(path)) not in laptop.err

    path.chmod(0o640)
    with pytest.raises(NotSetUp, match="chmod 600"):
        token_in(str(path))
    for address, why in {"http://cairn.example.org": "https://", "cairn.example.org": "no address"}.items():
        with pytest.raises(NotSetUp, match=why):
            checked(address)
    context, _ = certificate(tmp_path)
    with WebServer(tls=context) as other, pytest.raises(NotPossible, match="SSL_CERT_FILE"):
        Server(f"https://localhost:{other.port}", "cairn_x").answer(b"{}", "key")
    with (
        WebServer() as third,
        WebServer(302, elsewhere=f"http://localhost:{third.port}/") as other,
        pytest.raises(NotPossible, match="status 302"),  # the token goes nowhere else
    ):
        Server(f"http://localhost:{other.port}", "cairn_x").answer(b"{}", "key")
    with WebServer() as other, pytest.raises(NotPossible, match="not as a Cairn"):
        Server(f"http://localhost:{other.port}", "cairn_x").answer(b"{}", "key")
    with pytest.raises(NotPossible, match="cannot be reached"):
        Server(f"http://localhost:{other.port}", "cairn_x").answer(b"{}", "key")
