"""A real IMAP server for the tests: Dovecot (of Debian), on a port of its own, with a mailbox of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.patience import AT_LENGTH, until

PASSWORD = "open-sesame"
CONFIGURATION = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_login_user = {login}
first_valid_uid = 1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def is_there() -> bool:
    """Whether Dovecot is on this machine."""
    return shutil.which("dovecot") is not None


@dataclass(frozen=True)
class ImapServer:
    """A running server: where it is, and the mailbox behind it, a maildir."""

    port: int
    tls_port: int
    folder: Path
    owner: int
    process: subprocess.Popen[bytes]

    def address(self, *, password: str = PASSWORD, options: str = "?tls=never") -> str:
        """The address of its mailbox, as it is written in a setting."""
        return f"imap://desk:{password}@127.0.0.1:{self.port}/INBOX{options}"

    def tls_address(self, certificate: Path) -> str:
        """The same by TLS, trusting one certificate."""
        return f"imaps://desk:{PASSWORD}@localhost:{self.tls_port}/INBOX?ca={certificate}"

    def receive(self, name: str, raw: bytes) -> Path:
        """Put a mail into the mailbox, as a server for incoming mail does."""
        new = self.folder / "mail" / "new"
        for each in ("tmp", "new", "cur"):
            (self.folder / "mail" / each).mkdir(parents=True, exist_ok=True)
            os.chown(self.folder / "mail" / each, self.owner, -1)
        file = new / name
        file.write_bytes(raw)
        os.chown(file, self.owner, -1)
        return file

    def stop(self) -> None:
        """Stop it and wait until it is gone."""
        self.process.terminate()
        self.process.wait(AT_LENGTH)

    def hang_up(self) -> None:
        """Cut every connection, as a server that restarts does."""
        subprocess.run(["doveadm", "-c", str(self.folder / "dovecot.conf"), "kick", "*"], check=True)

    def kill(self) -> None:
        """Kill it with every connection."""
        os.killpg(self.process.pid, signal.SIGKILL)

    def number_anew(self) -> None:
        """Forget how its mails were numbered: it has another UIDVALIDITY from now on."""
        for file in (self.folder / "mail").glob("dovecot*"):
            if "uidlist" in file.name or "index" in file.name:
                file.unlink(missing_ok=True)


def start(folder: Path, certificate: Path, key: Path, password: str = PASSWORD) -> ImapServer:
    """Start a server in a folder of its own and wait until it answers."""
    root = os.geteuid() == 0
    owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    port, tls_port = _free_port(), _free_port()
    for each in (folder, folder / "mail", folder / "home"):
        each.mkdir(exist_ok=True, mode=0o755)
        os.chown(each, owner.pw_uid, -1)
    written = folder / "dovecot.conf"
    written.write_text(
        CONFIGURATION.format(
            folder=folder,
            internal="dovecot" if root else owner.pw_name,
            login="dovenull" if root else owner.pw_name,
            certificate=certificate,
            key=key,
            password=password,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            port=port,
            tls_port=tls_port,
        )
    )
    process = subprocess.Popen(["dovecot", "-F", "-c", str(written)], stdout=subprocess.DEVNULL, start_new_session=True)
    until(lambda: _answers(port, process, folder / "log"), "Dovecot to answer")
    return ImapServer(port, tls_port, folder, owner.pw_uid, process)


def _answers(port: int, process: subprocess.Popen[bytes], log: Path) -> bool:
    if process.poll() is not None:
        raise AssertionError(f"Dovecot did not start: {log.read_text() if log.exists() else 'it wrote nothing'}")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=AT_LENGTH) as talk:
            return talk.recv(100).startswith(b"* OK")
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
