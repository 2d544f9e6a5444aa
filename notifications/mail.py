"""E-mail through a mail server (SMTP), as an Apprise plugin that keeps its connection between mails."""

from __future__ import annotations

from notifications.envelope import ChannelAnswer, Envelope, compose
from notifications.plugin import RelayPlugin
from notifications.smtp import OutgoingMail, transmit


class MailPlugin(RelayPlugin):
    """Sends one e-mail to one person; the mail server's own words are the answer.

    Refused is what the server refuses for good about this recipient or this message (5xx). Everything that is a matter
    of the setting (a certificate, a password, the sender) or of the moment (4xx, no connection) has failed, and may be
    tried again. Unknown is a message handed over whole and never answered.
    """

    service_name = "Mail server"
    protocol = "smtp"
    secure_protocol = "smtps"

    def deliver(self, envelope: Envelope) -> ChannelAnswer:
        """Hand the mail to the server."""
        sender = self.relay.sender()
        content = compose(envelope, sender)
        mail = OutgoingMail(sender.address, envelope.address, content, envelope.message_id)
        return transmit(self.relay, mail, self.allowed)
