#!/bin/sh
# Python 3.11's email: get_content() of a delivery report leaves out every recipient: whom it did not reach, and why.
#
# Guess before running: get_content() of a message/delivery-status gives the report, all of its blocks (RFC 3464): the one about the
# mail and one for each recipient. Its page says that what is neither text nor a whole mail is given as bytes.
# Seen on 1 December 2026, Python 3.11: the bytes are the first block alone, which names the server and the hour; that two recipients
# failed, and why, is not in them, and nothing is raised. All blocks are the messages of get_payload().
# It fails when that changes. It needs a Python 3.11 or newer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/report.eml" <<'REPORT'
From: mailer-daemon@agency.example
To: office@committee.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

Your mail reached nobody.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.agency.example
Arrival-Date: Tue, 1 Dec 2026 10:00:00 +0000

Final-Recipient: rfc822; liaison@agency.example
Action: failed
Status: 5.1.1

Final-Recipient: rfc822; deputy@agency.example
Action: failed
Status: 5.2.2

--part--
REPORT
cat >"$folder/read.py" <<'READ'
import platform
import sys
from email import message_from_bytes, policy
from pathlib import Path

mail = message_from_bytes(Path(sys.argv[1]).read_bytes(), policy=policy.default)
(report,) = (part for part in mail.walk() if part.get_content_type() == "message/delivery-status")
content = report.get_content().decode()
told = [name for name in ("Reporting-MTA", "Final-Recipient", "Status") if name in content]
blocks = [block.keys()[0] for block in report.get_payload()]
print(f"email of Python {platform.python_version()}")
print("guess: get_content() tells of the mail and of each recipient")
print(f"get_content() tells {told}; the blocks begin with {blocks}")
sys.exit((told, blocks) != (["Reporting-MTA"], ["Reporting-MTA", "Final-Recipient", "Final-Recipient"]))
READ
"${PYTHON:-python3}" "$folder/read.py" "$folder/report.eml"
