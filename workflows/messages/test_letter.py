"""Sends one test letter to one address at once, so that a setting can be tried before it is needed."""

from __future__ import annotations

import secrets
from datetime import datetime

from notifications.channels import send
from notifications.envelope import ChannelAnswer, Envelope
from states.words import day_and_time
from workflows.messages.deliver import Post

SUBJECT = "A test letter from Cairn"
BODY = (
    "This is a test. It was sent on {when} to see whether letters from Cairn reach this address.\n"
    "It is about no case, and nothing is asked of you.\n"
)


def send_test_letter(post: Post, address: str, now: datetime) -> ChannelAnswer:
    """Send it by the relay, or to the channel that the address names; what was answered. Nothing is kept of it."""
    identity = f"<test-{secrets.token_hex(8)}@{post.domain}>"
    return send(Envelope(address, SUBJECT, BODY.format(when=day_and_time(now)), identity, now), post.relay)
