"""Webhooks: an entry that is owed arrives signed, once or again under one identity, and nowhere it must not."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from notifications.webhook_post import call, check_address, sign
from records import outbox, webhooks
from records.database import reading
from records.keys import MasterKey
from states.errors import BadAnswer, NotPossible
from states.moments import local_day
from tests.test_recommend import FACTS
from tests.test_web_deeds import gathering
from tests.webserver import WebServer
from workflows.installation.key_exchange import exchange_key
from workflows.messages.webhook_delivery import WebhookSetup, tell_webhooks
from workflows.verbs.keep_to import keep_to
from workflows.verbs.open import open_case
from workflows.verbs.recommend import propose
from workflows.verbs.webhooks import end_webhook, make_webhook, owe_again

if TYPE_CHECKING:
    from tests.desk import Committee
    from tests.office import Office
    from tests.terminal import Terminal
    from tests.webserver import Posted

OWN = ("127.0.0.1",)


def told_by(desk: Committee) -> WebhookSetup:
    return WebhookSetup(desk.here.keys, "https://desk.example", OWN)


def is_signed(post: Posted, secret: str) -> bool:
    """Whether a call is signed as Standard Webhooks has it, worked out here from its text."""
    said = {name.lower(): value for name, value in post.headers.items()}
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{said['webhook-id']}.{said['webhook-timestamp']}.".encode() + post.content
    wanted = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return said["webhook-signature"] == f"v1,{wanted}"


def test_an_entry_is_told_signed_until_it_is_taken_and_again_when_that_is_asked_for(desk: Committee) -> None:
    with WebServer() as server:
        address = f"http://127.0.0.1:{server.port}/cairn?x=1"
        hook, secret = desk.acts("administrator", make_webhook, address, ("opened", "requested"), OWN)
        ref = gathering(desk)
        server.status = 503
        assert dict(tell_webhooks(desk.here.engine, told_by(desk), desk.now)) == {"owed": 1}
        assert dict(tell_webhooks(desk.here.engine, told_by(desk), desk.now)) == {}
        server.status = 204
        desk.later(minutes=2)
        assert dict(tell_webhooks(desk.here.engine, told_by(desk), desk.now)) == {"sent": 1}

        first, second = server.posts
        assert second.json == {
            "type": "cairn.entry",
            "timestamp": "2026-03-02T12:00:00+00:00",
            "data": {"ref": ref, "kind": "opened", "sequence": 1, "link": f"https://desk.example/api/v1/cases/{ref}"},
        }
        assert (first.json, first.path) == (second.json, "/cairn?x=1")
        assert {one.headers["webhook-id"] for one in server.posts} == {f"entry_{hook.id}_{ref}_1"}
        assert all(is_signed(one, secret) for one in server.posts)

        count = desk.acts("administrator", owe_again, hook.id, local_day(desk.now), "The other system lost a day.")
        assert (count, dict(tell_webhooks(desk.here.engine, told_by(desk), desk.now))) == (1, {"sent": 1})
        assert server.posts[2].headers["webhook-id"] == f"entry_{hook.id}_{ref}_1"

        exchange = (exchange_key, MasterKey(b"z" * 32), "Somebody saw it.")
        desk.acts("lead_officer", *exchange)
        with reading(desk.here.engine) as tx:
            row = tx.execute(webhooks.HOOKS.select()).mappings().one()
        assert webhooks.secret_of(MasterKey(b"z" * 32), hook.id, row["secret"]) == secret
        desk.acts("administrator", end_webhook, hook.id, "It is replaced.")
        gathering(desk)
        assert dict(tell_webhooks(desk.here.engine, told_by(desk), desk.now)) == {}
        assert len(server.posts) == 3


def test_what_nobody_takes_becomes_a_task_and_a_case_kept_to_named_people_is_told_to_nobody(desk: Committee) -> None:
    with WebServer(status=500) as server:
        desk.acts("administrator", make_webhook, f"http://127.0.0.1:{server.port}/", (), OWN)
        ref, other = gathering(desk), desk.open_case()
        desk.acts("lead_officer", keep_to, ref, [desk.numbers["lead_officer"]], "Named people only.")
        desk.acts("lead_officer", propose, ref, FACTS)

        tell_webhooks(desk.here.engine, told_by(desk), desk.now)
        assert {one.json["data"]["ref"] for one in server.posts} == {other}
        desk.now += timedelta(hours=73)
        assert dict(tell_webhooks(desk.here.engine, told_by(desk), desk.now)) == {"failed": 1}
    with reading(desk.here.engine) as tx:
        (task,) = outbox.open_tasks(tx, "sending").values()
    assert "given up" in task["problem"]
    assert "500" in task["outcome"]


def test_what_is_owed_is_in_the_transaction_of_the_entry_on_both_databases(office: Office) -> None:
    office.do(lambda uow: webhooks.make(uow.tx, uow.keys, "https://system.example/", (), uow.actor, uow.now))
    case = office.do(open_case, "small", answers={"informed_on": "2026-03-02"})

    with reading(office.engine) as tx:
        owed = tx.execute(webhooks.CALLS.select()).mappings().all()
    assert [(one["case_id"], one["sequence"], one["kind"], one["status"]) for one in owed] == [
        (case.id, 1, "opened", "owed")
    ]
    with pytest.raises(RuntimeError):
        office.do(_breaks)
    assert len(office.rows(webhooks.CALLS.select())) == 1


def _breaks(uow: object) -> None:
    open_case(uow, "small", answers={"informed_on": "2026-03-02"})  # type: ignore[arg-type]
    raise RuntimeError


@pytest.mark.parametrize(
    "address",
    [
        "http://system.example/",
        "https://user:word@system.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://224.0.1.1/",
        "https://192.168.1.1:8443/",
        "ftp://system.example/",
        "https:///x",
        "https://system.example:99999/",
        "system.example",
        "",
    ],
)
def test_nothing_is_sent_to_a_network_of_our_own_or_without_https(address: str) -> None:
    with pytest.raises(BadAnswer):
        check_address(address)
    assert call(address, "whsec_AAAA", "x", 1, b"{}").taken is False


def test_a_name_that_leads_into_our_own_network_is_refused_when_it_is_called() -> None:
    check_address("https://localhost/")

    assert "network of our own" in call("https://localhost/", "whsec_AAAA", "x", 1, b"{}").detail


def test_a_signature_is_that_of_the_example_of_standard_webhooks() -> None:
    body = b'{"test": 2432232314}'

    signed = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_webhooks_are_entered_by_an_administrator(desk: Committee) -> None:
    with pytest.raises(NotPossible, match="administrator"):
        desk.acts("chair", make_webhook, "https://system.example/", (), ())
    with pytest.raises(BadAnswer, match="colour"):
        desk.acts("administrator", make_webhook, "https://system.example/", ("colour",), ())
    keeper = desk.sign_in("administrator")
    keeper.get("/committee/programs/webhooks/new")
    assert "whsec_" in keeper.send(url="https://system.example/cairn", kinds=["opened"]).text
    page = keeper.get("/committee/programs").text
    assert ("https://system.example/cairn" in page, "0 taken, 0 owed" in page) == (True, True)
    keeper.get("/committee/programs/webhooks/1/again")
    keeper.send(since="2/3/2026", reason="Try it.")
    assert "It is kept" in keeper.send(button=("confirmed", "yes")).text
    keeper.get("/committee/programs/webhooks/1/end")
    keeper.send(reason="Not needed.")
    keeper.send(button=("confirmed", "yes"))
    assert "Ended" in keeper.get("/committee/programs").text


def test_webhooks_at_the_terminal(terminal: Terminal) -> None:
    terminal.types("account", "add", "--person", "K. Keeper", "--role", "administrator", "--role", "lead_officer")
    who = ("--as", "administrator", "--by", "K. Keeper")
    why = ("--reason", "It was down for two days.")

    terminal.types("webhook", "make", "http://system.example/cairn", *who)
    assert "https" in terminal.err
    terminal.types("webhook", "make", "https://system.example/cairn", "--kind", "colour", *who)
    assert "No entry is of the kind colour" in terminal.err
    made = terminal.asks("webhook", "make", "https://system.example/cairn", "--kind", "opened", *who)
    assert (made["id"], made["secret"][:6]) == (1, "whsec_")
    (one,) = terminal.asks("webhook", "list")
    assert (one["kinds"], one["active"], one["owed"]) == (["opened"], True, 0)
    assert "told again of 0 entries" in terminal.types("webhook", "again", "1", "--since", "2026-03-01", *who, *why)
    terminal.types("webhook", "end", "1", *who)
    assert "Say why" in terminal.err
    assert "told of nothing" in terminal.types("webhook", "end", "1", *who, *why)
    assert "ended" in terminal.types("webhook", "list")
    terminal.types("webhook", "again", "1", "--since", "2026-03-01", *who, *why)
    assert "ended: make another" in terminal.err
    terminal.types("webhook", "make", "https://system.example/cairn", "--as", "lead_officer", "--by", "K. Keeper")
    assert "administrator" in terminal.err
