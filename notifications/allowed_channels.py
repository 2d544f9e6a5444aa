"""The channels a contact may have besides e-mail, and what is proven when one of them accepts a message.

A channel is here when a private person or team reads it, and when its yes comes from a service that has taken the
message over. The schemes are those of Apprise 2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SERVICE = "the service has taken it over for the team that reads there; not that anybody has read it"
SMS = "the provider has taken it over for that number; not that the telephone has it"
PHONE = "the service has taken it over for that person's device; not that it was shown there"
OWN_SERVER = "the web server at that address has answered yes; what it does with it is for whoever runs it to say"

EMAIL_PROOF = "the mail server has taken it over; not that anybody has read it, and it may still come back"
"""What an accepted e-mail proves."""

_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        SERVICE: (
            "workflow",
            "workflows",
            "slack",
            "gchat",
            "wxteams",
            "webex",
            "mmost",
            "mmosts",
            "rocket",
            "rockets",
            "zulip",
            "nctalk",
            "nctalks",
            "matrix",
            "matrixs",
        ),
        SMS: ("twilio", "vonage", "nexmo", "clickatell", "d7sms", "msgbird", "sns", "sinch", "plivo", "clicksend"),
        PHONE: ("ntfy", "ntfys", "pover", "signal", "signals", "tgram", "gotify", "gotifys", "pbul", "threema"),
        OWN_SERVER: ("json", "jsons", "xml", "xmls", "form", "forms"),
    }
)
PROVES: Mapping[str, str] = MappingProxyType({scheme: proof for proof, names in _KINDS.items() for scheme in names})
"""What acceptance proves, by the scheme of the address."""

LOCAL = "it ends on this machine, where nobody it is for would see it"
UNHEARD = "nothing answers on it, so a message that is lost is taken for told"
PUBLIC = "everybody can read there"
RADIO = "it is sent by radio, for everybody to hear"
PAST_THE_RELAY = (
    "it is e-mail past the mail relay, without the identity that letters bear; give the e-mail address itself"
)

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "dbus",
                "kde",
                "qt",
                "glib",
                "gio",
                "gnome",
                "macosx",
                "windows",
                "syslog",
                "blink1",
                "lametric",
                "lametrics",
            ),
            LOCAL,
        ),
        **dict.fromkeys(("rsyslog", "growl", "irc", "ircs", "mqtt", "mqtts", "amqp", "amqps"), UNHEARD),
        **dict.fromkeys(
            (
                "twitter",
                "x",
                "tweet",
                "mastodon",
                "mastodons",
                "toot",
                "toots",
                "bluesky",
                "bsky",
                "reddit",
                "misskey",
                "misskeys",
            ),
            PUBLIC,
        ),
        **dict.fromkeys(("aprs", "dapnet"), RADIO),
        **dict.fromkeys(
            (
                "mailto",
                "mailtos",
                "sendgrid",
                "mailgun",
                "ses",
                "sparkpost",
                "smtp2go",
                "azure",
                "o365",
                "resend",
                "brevo",
                "postmark",
                "sendpulse",
                "mailersend",
                "groundmail",
            ),
            PAST_THE_RELAY,
        ),
    }
)
"""Why some channels are none, by the scheme of the address."""

UNKNOWN = "it is not known what its yes would prove"


def why_not(address: str) -> str:
    """Why the channel of an address, written as a URL, is not one that somebody can be told by; "" where it is."""
    scheme = address.partition(":")[0].lower()
    return "" if scheme in PROVES else REFUSED.get(scheme, UNKNOWN)


def proof(address: str) -> str:
    """What is proven when a message to an address is accepted."""
    return PROVES.get(address.partition(":")[0].lower(), "") if "://" in address else EMAIL_PROOF
