"""Commands typed on somebody's own machine and sent to the server of the committee: the same words, the same walls."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from threading import Event
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest
from typer import Exit

from cli import confirm, remote_client
from cli.app import VERSION
from cli.command_table import COMMANDS, loaded
from cli.remote_client import RemoteServer
from cli.remote_commands import (
    ASKED_FIRST,
    DOES,
    HERE,
    PART_BY_PART,
    PUT_ON_RECORD,
    READS,
    WITH,
    comes_down,
    goes_up,
    why_not,
)
from cli.remote_execution import command_name
from cli.server_address import checked, token_in
from records import tokens
from records.cases import CASES
from records.children import ChildDetails
from records.database import reading
from states.errors import NotPossible, NotSetUp, StorageTrouble
from tests.desk import EDITION
from tests.importing import ROWS, table
from tests.mailserver import certificate
from tests.patience import AT_LENGTH
from tests.program import program
from tests.screen import served
from tests.terminal import Terminal
from tests.test_recommend import FACTS
from tests.test_web_deeds import kept
from tests.webserver import WebServer
from web.api import commands
from web.api.operations import BY_COMMAND, operations
from workflows.verbs import import_register
from workflows.verbs.keep_to import keep_to
from workflows.verbs.people import add_child
from workflows.verbs.recommend import propose
from workflows.views.tasks import tasks

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


def test_each_command_is_an_operation_for_programs_or_says_where_it_is_done() -> None:
    found = {name: one for first in COMMANDS for name, one in every(loaded(first), first)}
    done = {one.policy for one in operations() if one.method == "POST"}
    seen = {one.policy for one in operations() if one.method == "GET"}

    assert {name for name in found if (name in {**READS, **DOES}) == bool(why_not(name))} == set()
    assert {*READS, *DOES} <= set(found)
    assert {part for part in HERE if not any(f"{name} ".startswith(f"{part} ") for name in found)} == set()
    does = {*DOES.values(), *(one for _, _, one in WITH.values())}
    assert (does - done, {*READS.values()} - seen) == (BY_COMMAND, {"imports"})
    assert {*PART_BY_PART, *ASKED_FIRST} <= set(DOES)
    assert {*WITH, *PUT_ON_RECORD} <= set(READS)
    for name in {**READS, **DOES}:
        given = {one.name: one for one in found[name].params}
        assert "session_as_json" in given, name
        files = {what for what, one in given.items() if "FILE" in str(one.metavar) or "FOLDER" in str(one.metavar)}
        assert files <= goes_up(name) | comes_down(name) | {"template"}, name


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


LEAD, AUDITOR = "lead_officer", "auditor"
WHY = ("--reason", "Minute 4.")
BOTH_WAYS: tuple[tuple[str, str, str], ...] = (
    (LEAD, "contact add --agency NHS_Fife --role deputy --name Dr_Reid --channel email", "reid@fife.example\n"),
    (LEAD, "contact channels 2 --channel email", ""),
    (LEAD, "contact list", ""),
    (LEAD, "contact history", ""),
    (LEAD, "agency history", ""),
    (LEAD, "case child add {case} --born 2019-05-01", "Ailsa Muir\n"),
    (LEAD, "case children {case}", ""),
    (LEAD, "case readings", ""),
    (LEAD, "case erase {case} --reason Asked_for.", ""),
    (LEAD, "case erase {case} --reason Asked_for. --json", ""),
    (LEAD, "case erase {case} --reason Asked_for. --yes", ""),
    (LEAD, "case erase {case} --reason Asked_for. --yes", ""),
    (LEAD, "case reopen {case}", ""),
    (LEAD, "case link {case} {other} --reason The_same_child.", ""),
    (LEAD, "case unlink {case} {other} --reason Not_so.", ""),
    (LEAD, "case move {case} scotland-learning-review-2021 --preview", ""),
    (LEAD, "case move {case} scotland-learning-review-2021 --reason Older.", ""),
    (LEAD, "case move {case} scotland-learning-review-2021 --reason Older. --yes", ""),
    (LEAD, "case bundle {case} --for The_court --preview", ""),
    (LEAD, "outbox again 12345678 --reason Lost.", ""),
    (LEAD, "outbox bounced 12345678 --reason Lost.", ""),
    (LEAD, "agency complete", ""),
    (LEAD, "agency complete --undo", ""),
    (LEAD, "ladder rehearse", ""),
    (LEAD, "ladder confirm {silent} --preview", ""),
    (LEAD, "ladder confirm {silent} --seen 1", ""),
    (LEAD, "ladder withhold {silent} --reason Told_by_telephone.", ""),
    (LEAD, "ladder confirm {silent}", ""),
    (LEAD, "task done {task} --did Told_them.", ""),
    (LEAD, "task done nothing --did Told_them.", ""),
    (LEAD, "pack {case} --submitted 2026-03-02 --reference CI-1", ""),
    (LEAD, "meeting draft committee 2026-04-06", ""),
    (LEAD, "meeting add 1 Budget_for_training --case {case} --reason Asked_for.", ""),
    (LEAD, "meeting order 1 3", ""),
    (LEAD, "meeting leave-out 1 1 --reason Not_yet.", ""),
    (LEAD, "meeting put-back 1 1", ""),
    (LEAD, "meeting update 1", ""),
    (LEAD, "meeting show 1", ""),
    (LEAD, "meeting paper 1", ""),
    (LEAD, "meeting send 1", ""),
    (LEAD, "meeting attend 1 --present 4", ""),
    (LEAD, "meeting interest 1 3 4 --reason A_cousin.", ""),
    (LEAD, "meeting lift-interest 1 3 4 --reason No_cousin.", ""),
    (LEAD, "meeting decide 1 3 no_such_step", ""),
    (LEAD, "meeting hold 1 3 --reason Stays.", ""),
    (LEAD, "meeting note 1 3 Noted.", ""),
    (LEAD, "meeting put-off 1 1 --reason Late.", ""),
    (LEAD, "meeting close 1", ""),
    (LEAD, "meeting list", ""),
    (LEAD, "board", ""),
    (LEAD, "forum-paper", ""),
    (LEAD, "summary --year 2026-27", ""),
    (LEAD, "summary --year 2025-26 --full", ""),
    (LEAD, "summary --year 2025-26 --json", ""),
    (LEAD, "summary --year 2025-26 --published", ""),
    (LEAD, "extract --completed-from 2025-04-01 --completed-to 2026-03-31", ""),
    (LEAD, "quality", ""),
    (LEAD, "recommendation similar training", ""),
    (AUDITOR, "sample draw --count 1 --seed 7", ""),
    (AUDITOR, "sample list", ""),
    (AUDITOR, "sample show S1", ""),
    (AUDITOR, "sample assess S1 {case} --field nothing=x", ""),
    (LEAD, "import register.csv --dry-run", ""),
    (LEAD, "import register.csv --as-proposed", ""),
    (LEAD, "import register.csv --as-proposed --yes", ""),
    (LEAD, "import register.csv --as-proposed --yes --json", ""),
    (LEAD, "import list", ""),
    (LEAD, "import take-back IMPORT-1 --reason The_wrong_sheet.", ""),
)
"""Commands as somebody types them (a _ is a blank), and what they type when they are asked."""


def test_the_same_is_said_from_a_laptop_and_at_the_machine(
    laptop: Laptop, desk: Committee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent, case, other = desk.drafts_letters(), desk.open_case(), desk.open_case()
    with reading(desk.here.engine) as tx:
        task = next(one.id for one in tasks(tx).tasks if one.kind != "confirm")
    shutil.copytree(desk.here.settings.data, tmp_path / "machine")
    (laptop.folder / "register.csv").write_bytes(table(*ROWS))
    machine = Terminal(tmp_path, now=desk.now.isoformat(), env={"CAIRN_DATA": str(tmp_path / "machine")})
    tokens = {role: program(desk, role).token for role in (LEAD, AUDITOR)}
    known = {name: one for first in COMMANDS for name, one in every(loaded(first), first)}
    said = {"case": case, "silent": silent, "task": task[:8], "other": other}

    for role, typed, keys in BOTH_WAYS:
        words = [word.replace("_", " ") if "no_such" not in word else word for word in typed.format(**said).split()]
        clock = "session_moment" in {one.name for one in known[command_name(tuple(words))].params}
        with monkeypatch.context() as signed_in:
            signed_in.setattr("cli.session.signed_in_as", lambda role=role: role)
            machine.env |= {"CAIRN_NAME": "", "CAIRN_ROLE": role}
            machine.types(*words, clock=clock, keys=keys)
        laptop.holds(tokens[role]).types(*words, keys=keys)
        assert (laptop.code, laptop.out, laptop.err) == (machine.code, machine.out, machine.err), words


def test_what_a_server_asks_is_asked_at_the_laptop_and_a_yes_is_to_what_was_shown(
    laptop: Laptop, desk: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(map(loaded, ("case", "import"))), "what they ask with is that of the server"
    case, shown = desk.open_case(), list[str]()
    (laptop.folder / "register.csv").write_bytes(table(*ROWS))
    erase = ("case", "erase", case, "--reason", "Asked for.")
    desk.acts(LEAD, add_child, case, ChildDetails("Ailsa Muir"))

    def another_meanwhile(question: str) -> None:
        shown.append(question)
        if len(shown) == 1:
            desk.acts(LEAD, add_child, case, ChildDetails("Eilidh Muir"))

    def no(_: str) -> None:
        raise Exit(1)

    monkeypatch.setattr(confirm, "must_ask", lambda **_: True)
    monkeypatch.setattr(confirm, "ask", no)
    laptop.types(*erase)
    assert (laptop.code, kept(desk, case).dossier.erased) == (1, False)
    monkeypatch.setattr(confirm, "ask", another_meanwhile)
    laptop.types(*erase)
    assert (laptop.code, shown) == (0, [f"Erase the personal data of {case} for good?"] * 2), laptop.err
    assert ["of child 1 go" in laptop.out, "of child 1 and child 2 go" in laptop.out] == [True, True]
    assert laptop.out.count("The history, which names nobody") == 2, "what was shown is not shown again"
    assert kept(desk, case).dossier.erased

    far = list[int]()
    monkeypatch.setattr(remote_client, "bar", lambda *_: nullcontext(far.append))
    laptop.types("import", "register.csv", "--as-proposed", "--save-mapping", "mapping.toml")
    assert (laptop.code, "IMPORT-1 is done" in laptop.out, far) == (0, True, [2]), laptop.err
    assert laptop.out.count("What would be made, row by row") == 1
    laptop.types("import", "register.csv", "--mapping", "mapping.toml", "--dry-run")
    assert "0 reviews, 0 recommendations, 0 actions would be made" in laptop.out, laptop.err
    laptop.types("import", "template", "rows.csv")
    assert (laptop.folder / "rows.csv").read_text(encoding="utf-8-sig").startswith("Review reference"), laptop.err
    made = laptop.asks("import", "list")[0]["number"]
    desk.acts(LEAD, keep_to, "REC-2026-0001", [desk.numbers[LEAD]], "A member knows the family.")
    (laptop.folder / "newer.csv").write_bytes(table(*ROWS, (*ROWS[0][:5], "Tell everybody of it", *ROWS[0][6:])))
    laptop.holds(program(desk, "deputy_lead_officer").token)
    laptop.types("import", "newer.csv", "--as-proposed", "--dry-run")
    assert "Its recommendation is kept to named people, and you are none of them" in laptop.out, laptop.err
    laptop.types("import", "take-back", made, "--reason", "The wrong sheet.")
    assert (laptop.code, "kept to named people" in laptop.err) == (1, True), laptop.err
    laptop.holds(program(desk).token)
    laptop.types("case", "bundle", case, "--for", "The court", "--to", "court")
    assert (laptop.folder / "court" / "index.html").is_file(), laptop.err
    assert "Made in court: open index.html" in laptop.out
    laptop.types("summary", "--year", "2025-26", "--template", "/etc/passwd")
    assert "takes no --template" in laptop.err
    assert list(desk.here.settings.uploads.iterdir()) == [], "nothing of what was sent lies there any more"

    for trouble, why in ((StorageTrouble("The disk is full."), "- The disk is full."), (KeyError("it"), "reference")):
        with monkeypatch.context() as broken:
            broken.setattr(commands.remote_execution, "run", Mock(side_effect=trouble))
            laptop.types("import", "newer.csv", "--as-proposed")
        assert (laptop.code, why in laptop.err) == (1, True), laptop.err


def test_an_answer_is_to_one_question_and_only_a_yes_is_a_yes(desk: Committee) -> None:
    lead, case = program(desk), desk.open_case()
    asked = list[str]()

    def sent(words: tuple[str, ...], *answers: str) -> Any:
        given = dict(zip(asked, answers, strict=True))
        return lead.post("/commands", {"version": VERSION, "words": words, "answers": given}).json()

    who = ("--agency", "NHS Fife", "--role", "deputy", "--name", "Dr Reid")
    two = ("contact", "add", *who, *("--channel", "email") * 2)
    asked.append(sent(two)["asked"]["key"])
    asked.append(sent(two, "reid@fife.example")["asked"]["key"])
    assert len(set(asked)) == 2, "the second address is not the answer to the first question"
    told = sent(two, "reid@fife.example", " ")
    assert (told["code"], "give the address" in told["err"]) == (2, True), told

    asked.clear()
    erase = ("case", "erase", case, "--reason", "Asked for.")
    asked.append(sent(erase)["asked"]["key"])
    told = sent(erase, "no")
    assert (told["code"], told["out"], kept(desk, case).dossier.erased) == (1, "Nothing was done.\n", False), told
    assert (sent(erase, "yes")["code"], kept(desk, case).dossier.erased) == (0, True)


def test_a_server_that_is_slow_says_that_it_goes_on_and_one_that_trickles_is_not_waited_for(
    desk: Committee, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, ref, goes_on, done = program(desk), desk.open_case(), Event(), commands.done
    sent = {"version": VERSION, "words": ("case", "people", ref, "--deputy", "D. Deputy")}

    def slowly(*what: Any) -> Any:
        assert goes_on.wait(AT_LENGTH)
        return done(*what)

    monkeypatch.setattr(commands, "LONGEST", 0.01)
    monkeypatch.setattr(commands, "done", slowly)
    answer = lead.post("/commands", sent, key="one")
    assert (answer.status_code, "goes on at the server" in answer.json()["detail"]) == (503, True)
    monkeypatch.setattr(commands, "LONGEST", AT_LENGTH)
    goes_on.set()
    again = lead.post("/commands", sent, key="one")
    assert (again.status_code, again.json()["code"], kept(desk, ref).dossier.version) == (200, 0, 2)

    monkeypatch.setattr(remote_client, "PATIENCE", -1)
    with pytest.raises(TimeoutError):
        remote_client._all_of(SimpleNamespace(read1=lambda _: b" "))


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
        ("pack", open_to_all, "--submitted", "2026-03-02"): "it only reads",
    }.items():
        assert (laptop.types(*words), laptop.code) == ("", 1)
        assert why in laptop.err, (words, laptop.err)


def test_what_is_wrong_with_a_server_or_a_token_is_said_and_nothing_is_done_twice(
    laptop: Laptop, desk: Committee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, path = desk.open_case(), laptop.folder / "token"
    said, asked = ("case", "people", ref, "--deputy", "D. Deputy"), RemoteServer._asked

    def lost(server: RemoteServer, request: Any) -> Any:
        asked(server, request)
        raise TimeoutError

    with monkeypatch.context() as away:
        away.setattr(RemoteServer, "_asked", lost)
        laptop.types(*said)
    assert (laptop.code, "Type the same again, and it is done once" in laptop.err) == (1, True)
    assert kept(desk, ref).dossier.version == 2
    laptop.types(*said)
    assert (laptop.code, "it was not done again" in laptop.err, kept(desk, ref).dossier.version) == (0, True, 2)

    with monkeypatch.context() as away:
        away.setattr(remote_client, "VERSION", "0.0.9")
        laptop.types("show", ref)
        assert "install " in laptop.err
    begun = import_register.begin_import

    def ended(uow: Any, *given: Any) -> Any:
        tokens.revoke(uow.tx, tokens.read(uow.tx)[0], uow.actor, uow.now, "Lost.")
        return begun(uow, *given)

    monkeypatch.setattr(import_register, "begin_import", ended)
    (laptop.folder / "register.csv").write_bytes(table(*ROWS))
    for words in (
        ("import", "register.csv", "--as-proposed", "--yes"),
        ("show", ref),
    ):  # the first was begun with a good one
        laptop.types(*words)
        assert (laptop.code, "has ended or was revoked" in laptop.err) == (1, True), laptop.err
    with reading(desk.here.engine) as tx:
        assert [*tx.execute(CASES.select()).scalars().all()] == [kept(desk, ref).id], "nothing came in"
    assert token_in(str(path)) not in laptop.err

    path.chmod(0o640)
    with pytest.raises(NotSetUp, match="chmod 600"):
        token_in(str(path))
    for address, why in {
        "http://cairn.example.org": "https://",
        **dict.fromkeys(("cairn.example.org", "https://[", "https://cairn:port", "https://a b"), "no address"),
        "https://me:secret@cairn.example.org": "no address",
    }.items():
        with pytest.raises(NotSetUp, match=why) as refused:
            checked(address)
        assert "secret" not in str(refused.value)
    assert checked(" https://[::1]:8443/fife/ ") == "https://[::1]:8443/fife"
    context, _ = certificate(tmp_path)
    with WebServer(tls=context) as other, pytest.raises(NotPossible, match="SSL_CERT_FILE"):
        RemoteServer(f"https://localhost:{other.port}", "cairn_x").answer(b"{}", "key")
    with (
        WebServer() as third,
        WebServer(302, elsewhere=f"http://localhost:{third.port}/") as other,
        pytest.raises(NotPossible, match="status 302"),  # the token goes nowhere else
    ):
        RemoteServer(f"http://localhost:{other.port}", "cairn_x").answer(b"{}", "key")
    with WebServer() as other, pytest.raises(NotPossible, match="not as a Cairn"):
        RemoteServer(f"http://localhost:{other.port}", "cairn_x").answer(b"{}", "key")
    with pytest.raises(NotPossible, match="cannot be reached"):
        RemoteServer(f"http://localhost:{other.port}", "cairn_x").answer(b"{}", "key")
