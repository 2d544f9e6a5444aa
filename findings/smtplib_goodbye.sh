#!/bin/sh
# Python 3.11's smtplib: a mail that the server has accepted is reported as failed when its answer to QUIT is not 221.
#
# Guess before running: what was answered 250 after its text is sent; how the two part cannot change that, and leaving the `with` block
# says nothing of it. The page says of the block that QUIT is issued at its end, and names no error.
# Seen on 1 December 2026, Python 3.11: a server accepts the mail and answers QUIT with 421, as one that is shutting down may (RFC
# 5321, section 3.8): `with smtplib.SMTP(...)` raises SMTPResponseException(421) out of the block, the same class, with the same code,
# as of a mail put off, and whoever tries again sends it twice. A server that hangs up instead of answering raises nothing.
# Calling close() rather than leaving a block, or catching apart what is raised after the mail was handed over, mends it.
# It fails when that changes. It needs a Python 3.11 or newer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/part.py" <<'PART'
import platform
import smtplib
import socket
import sys
import threading

MAIL = "Subject: LR-7\r\n\r\nDue soon."


def serve(listening: socket.socket, goodbye: bytes, accepted: list[bytes]) -> None:
    """One conversation: every mail is accepted, and QUIT is answered so (or the line is cut, for no answer)."""
    connection, _ = listening.accept()
    with connection, connection.makefile("rwb") as line:

        def say(words: bytes) -> None:
            line.write(words + b"\r\n")
            line.flush()

        say(b"220 ready")
        while said := line.readline():
            if said.upper().startswith(b"DATA"):
                say(b"354 go on")
                accepted.append(b"".join(iter(line.readline, b".\r\n")))
                say(b"250 accepted")
            elif said.upper().startswith(b"QUIT"):
                if goodbye:
                    say(goodbye)
                return
            else:
                say(b"250 ok")


def sent(goodbye: bytes) -> tuple[str, int]:
    """What comes out of sending one mail, and how many the server has accepted."""
    accepted: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve, args=(listening, goodbye, accepted))
        server.start()
        try:
            with smtplib.SMTP("127.0.0.1", listening.getsockname()[1], timeout=30) as client:
                client.sendmail("office@committee.example", ["liaison@agency.example"], MAIL)
            came = "nothing raised"
        except smtplib.SMTPException as raised:
            came = f"{type(raised).__name__} {getattr(raised, 'smtp_code', '')}".strip()
        server.join()
    return came, len(accepted)


found = {goodbye: sent(goodbye) for goodbye in (b"221 goodbye", b"421 shutting down", b"")}
print(f"smtplib of Python {platform.python_version()}")
print("guess: nothing is raised of a mail that was accepted, whatever QUIT is answered")
for goodbye, (came, accepted) in found.items():
    print(f"QUIT answered by {goodbye.decode() or 'hanging up'}: {came}; mails accepted: {accepted}")
sys.exit(list(found.values()) != [("nothing raised", 1), ("SMTPResponseException 421", 1), ("nothing raised", 1)])
PART
"${PYTHON:-python3}" "$folder/part.py"
