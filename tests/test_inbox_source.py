"""Mailboxes are read as they are: over IMAP from a real server, nothing marked or lost; or a folder of mail files."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from imapclient import IMAPClient  # type: ignore[import-untyped]  # it comes without types

from notifications import inbox_source
from notifications.inbox_source import BadInbox, FoundMail, Position, address, opened
from tests import imap_server
from tests.imap_server import PASSWORD, ImapServer
from tests.mailserver import certificate

needs_dovecot = pytest.mark.skipif(not imap_server.is_there(), reason="Dovecot is not on this machine")


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))[1]


@pytest.fixture
def server(trusted: Path) -> Iterator[ImapServer]:
    with running(trusted) as started:
        yield started


@contextmanager
def running(trusted: Path, password: str = PASSWORD) -> Iterator[ImapServer]:
    folder = Path(tempfile.mkdtemp(prefix="cairn-imap-"))
    folder.chmod(0o755)  # the server reads mail as a user of its own
    started = imap_server.start(folder, trusted, trusted.parent / "key.pem", password)
    try:
        yield started
    finally:
        started.stop()
        shutil.rmtree(folder)


@contextmanager
def at_once(server: ImapServer) -> Iterator[IMAPClient]:
    """Another program that is logged in to the mailbox."""
    with IMAPClient("127.0.0.1", server.port, ssl=False) as client:
        client.login("desk", PASSWORD)
        yield client


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
@pytest.mark.parametrize("wrong", ["nothing like it", "nichts Ähnliches"])
def test_a_wrong_password_is_one_sentence_that_does_not_repeat_it(server: ImapServer, wrong: str) -> None:
    with pytest.raises(BadInbox) as refused:
        read(server.address(password=wrong))

    assert "desk at 127.0.0.1, INBOX cannot be read: " in str(refused.value)
    assert wrong not in str(refused.value)


@needs_dovecot
def test_a_password_of_letters_that_are_no_ascii_logs_in(trusted: Path) -> None:
    with running(trusted, password="Schlüssel") as server:
        server.receive("1.mail", mail("First"))

        assert len(read(server.address(password="Schl%C3%BCssel"))) == 1


@needs_dovecot
@pytest.mark.parametrize("written", ["R%C3%BCckl%C3%A4ufer", "Rückläufer", "Ru%CC%88ckla%CC%88ufer"])
def test_a_mailbox_whose_name_is_no_ascii_is_read_however_it_is_typed(server: ImapServer, written: str) -> None:
    with at_once(server) as client:
        client.create_folder("Rückläufer")
        client.append("Rückläufer", mail("Came back"))

    assert [one.raw for one in read(server.address().replace("INBOX", written))] == [mail("Came back")]


@needs_dovecot
def test_a_mail_that_the_server_does_not_give_stops_none_of_the_others(server: ImapServer) -> None:
    """Dovecot hangs up over a mail whose file it cannot read."""
    for name in ("1", "2", "3"):
        server.receive(f"{name}.mail", mail(name))
    assert len(read(server.address())) == 3
    (damaged,) = (server.folder / "mail").glob("*/2.mail*")
    damaged.chmod(0)

    found = read(server.address())

    assert [(one.fate, one.raw) for one in found] == [("read", mail("1")), ("not_given", None), ("read", mail("3"))]


@needs_dovecot
def test_where_the_server_gives_no_mail_at_all_none_is_passed_over(server: ImapServer) -> None:
    for number in range(4):
        server.receive(f"{number}.mail", mail("x"))
    assert len(read(server.address())) == 4
    for file in (server.folder / "mail").glob("*/*.mail*"):
        file.chmod(0)

    with pytest.raises(BadInbox, match=r"INBOX does not give 4 mails .* tried again"):
        read(server.address())


@needs_dovecot
def test_a_mail_that_another_program_takes_away_meanwhile_is_gone_and_the_next_is_read(server: ImapServer) -> None:
    for name in ("1", "2", "3"):
        server.receive(f"{name}.mail", mail(name))

    with opened(address(server.address())) as inbox, at_once(server) as client:
        mails = inbox.mails(Position())
        first = next(mails)
        client.select_folder("INBOX")
        client.delete_messages([first.position.uid + 1])
        client.expunge()
        rest = list(mails)

    assert [(one.fate, one.raw) for one in rest] == [("gone", None), ("read", mail("3"))]


@needs_dovecot
def test_a_connection_that_is_cut_in_the_middle_is_made_again_and_one_to_no_server_is_one_sentence(
    trusted: Path,
) -> None:
    with running(trusted) as server:
        for name in ("1", "2", "3"):
            server.receive(f"{name}.mail", mail(name))
        with pytest.raises(BadInbox, match="cannot be re"):
            read_while_it_goes_away(server)


def read_while_it_goes_away(server: ImapServer) -> None:
    with opened(address(server.address())) as inbox:
        mails = inbox.mails(Position())
        assert next(mails).raw == mail("1")
        server.hang_up()
        assert next(mails).raw == mail("2")
        server.kill()
        next(mails)


@pytest.mark.parametrize(
    ("search", "examined", "why"),
    [
        ("one two", "UIDVALIDITY 7", "no list of its mails"),
        ("1", "UNSEEN 1", "does not number its mails"),
        ("1", "UIDVALIDITY seven", "does not number its mails"),
    ],
)
def test_a_server_that_answers_otherwise_than_servers_do_is_one_sentence(search: str, examined: str, why: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        answers = {b"EXAMINE": f"* OK [{examined}] x", b"UID": f"* SEARCH {search}"}
        Thread(target=answering, args=(held, answers), daemon=True).start()

        with pytest.raises(BadInbox, match=why):
            read(f"imap://desk:secret@127.0.0.1:{held.getsockname()[1]}/INBOX?tls=never")


def answering(held: socket.socket, answers: Mapping[bytes, str]) -> None:
    """An IMAP server that says yes to everything, with these answers before it, to one client."""
    talk, _ = held.accept()
    with talk, talk.makefile("rwb", 0) as line:
        line.write(b"* OK hello\r\n")
        for asked in line:
            tag, command = asked.split()[:2]
            line.write(f"{answers.get(command, '* CAPABILITY IMAP4rev1')}\r\n".encode() + tag + b" OK done\r\n")


@needs_dovecot
def test_of_a_mail_that_is_too_large_the_headers_come(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_source, "MOST_BYTES", 100)
    server.receive("1.mail", mail("x" * 200))

    (found,) = read(server.address())

    assert (found.fate, found.head.strip()) == ("too_large", f"Subject: {'x' * 200}".encode())


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


def test_a_file_that_cannot_be_read_stops_none_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.eml").mkdir()
    (tmp_path / "b.eml").write_bytes(mail("b"))

    assert [one.fate for one in read(f"folder://{tmp_path}")] == ["not_given", "read"]


def test_a_file_that_is_moved_meanwhile_is_gone_and_the_next_is_read(tmp_path: Path) -> None:
    for name in ("a.eml", "b.eml", "c.eml"):
        (tmp_path / name).write_bytes(mail(name))

    with opened(address(f"folder://{tmp_path}")) as inbox:
        mails = inbox.mails(Position())
        next(mails)
        (tmp_path / "b.eml").unlink()
        rest = list(mails)

    assert [one.fate for one in rest] == ["gone", "read"]


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
