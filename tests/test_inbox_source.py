"""Mailboxes are read as they are: over IMAP from a real server, nothing marked or lost; or a folder of mail files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications import inbox_source
from notifications.inbox_source import BadInbox, FoundMail, Position, address, opened
from tests import imap_server
from tests.imap_server import ImapServer
from tests.mailserver import certificate

needs_dovecot = pytest.mark.skipif(not imap_server.is_there(), reason="Dovecot is not on this machine")


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))[1]


@pytest.fixture
def server(trusted: Path) -> Iterator[ImapServer]:
    folder = Path(tempfile.mkdtemp(prefix="cairn-imap-"))
    folder.chmod(0o755)  # the server reads mail as a user of its own
    running = imap_server.start(folder, trusted, trusted.parent / "key.pem")
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder)


def mail(text: str) -> bytes:
    return f"Subject: {text}\r\n\r\n{text}\r\n".encode()


def read(written: str, after: Position = Position()) -> list[FoundMail]:  # noqa: B008  a position never changes
    with opened(address(written)) as inbox:
        return list(inbox.mails(after))


@needs_dovecot
def test_mails_come_in_order_each_once_and_stay_as_they_were_in_the_mailbox(server: ImapServer) -> None:
    server.receive("1.mail", mail("First"))
    server.receive("2.mail", mail("Second"))

    first = read(server.address())
    again = read(server.address(), first[-1].position)
    server.receive("3.mail", mail("Third"))
    later = read(server.address(), first[-1].position)

    assert [one.raw for one in first] == [mail("First"), mail("Second")]
    assert (again, [one.raw for one in later]) == ([], [mail("Third")])
    kept = [path.name for path in (server.folder / "mail").glob("*/*.mail*")]
    assert len(kept) == 3
    assert not [name for name in kept if "S" in name.partition(":2,")[2]], "none was marked as seen"


@needs_dovecot
def test_an_empty_mailbox_has_no_mail_and_is_no_trouble(server: ImapServer) -> None:
    assert read(server.address()) == []


@needs_dovecot
def test_a_mailbox_made_anew_is_read_from_its_beginning(server: ImapServer) -> None:
    server.receive("1.mail", mail("First"))
    position = read(server.address())[-1].position

    found = read(server.address(), Position(position.validity - 1, 99))

    assert [one.raw for one in found] == [mail("First")]


@needs_dovecot
def test_a_mail_that_is_too_large_is_named_and_not_fetched(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_source, "MOST_BYTES", 100)
    server.receive("1.mail", mail("x" * 200))

    (found,) = read(server.address())

    assert (found.raw, found.size > 200) == (None, True)


@needs_dovecot
def test_no_more_are_taken_at_once_than_the_limit(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_source, "MOST_AT_ONCE", 3)
    for number in range(5):
        server.receive(f"{number}.mail", mail(f"No {number}"))

    first = read(server.address())

    assert (len(first), len(read(server.address(), first[-1].position))) == (3, 2)


@needs_dovecot
def test_a_wrong_password_is_one_sentence_that_does_not_repeat_it(server: ImapServer) -> None:
    with pytest.raises(BadInbox) as refused:
        read(server.address(password="nothing like it"))

    assert "desk at 127.0.0.1, INBOX cannot be read: " in str(refused.value)
    assert "nothing like it" not in str(refused.value)


@needs_dovecot
def test_a_mailbox_is_read_by_tls_when_its_certificate_is_trusted_and_not_otherwise(
    server: ImapServer, trusted: Path
) -> None:
    server.receive("1.mail", mail("First"))

    assert len(read(server.tls_address(trusted))) == 1
    with pytest.raises(BadInbox, match=r"its certificate is not trusted .*ca="):
        read(server.tls_address(trusted).partition("?")[0])


@needs_dovecot
def test_a_mailbox_that_is_not_there_is_one_sentence(server: ImapServer) -> None:
    with pytest.raises(BadInbox, match="cannot be read"):
        read(server.address().replace("INBOX", "Nowhere"))


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(BadInbox, match=r"cannot be reached: .* tried again in the next round"):
        read("imap://desk:secret@127.0.0.1:9/INBOX?tls=never")


def test_a_folder_of_mail_files_is_read_by_name_and_left_as_it_is(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml", "note.txt"):
        (tmp_path / name).write_bytes(mail(name))

    found = read(f"folder://{tmp_path}")

    assert [one.file.name for one in found if one.file] == ["a.eml", "b.eml"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.eml", "b.eml", "note.txt"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("pop3://desk:secret@mail.example/", "is written as"),
        ("imap://mail.example/INBOX", "names no host or no user"),
        ("imap://desk:secret@mail.example/INBOX?tls=never", "read with TLS"),
        ("imaps://desk:secret@mail.example/INBOX?colour=red", "not known"),
        ("folder://somewhere/else", "three strokes"),
        ("folder:///no/such/folder", "There is no folder"),
        ("imaps://desk:secret@[::1/INBOX", "cannot be read"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_secret(written: str, why: str) -> None:
    with pytest.raises(BadInbox) as refused:
        read(written)

    assert why in str(refused.value)
    assert "secret" not in str(refused.value)
