"""Forms of the same kinds from other servers than those whose mails are kept: read alike, or left to a person."""

# ruff: noqa: RUF001  letters of other alphabets look like Latin ones

from __future__ import annotations

from base64 import encodebytes

import pytest

from notifications.delivery_status import address_in
from notifications.incoming_mail import IncomingMail, read

LETTER = "<4b477ee4000000000000000000000000deadbeef@committee.example>"
COPY = f"From: cairn@committee.example\nTo: desk@agency.example\nSubject: x\nMessage-ID: {LETTER}\n\nThe letter.\n"
SERVER = "Return-Path: <>\nFrom: Mail <MAILER-DAEMON@mx.agency.example>\nTo: cairn@committee.example\n"
QMAIL = (
    "Hi. This is the qmail-send program at mx.agency.example.\n"
    "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
    "<desk@agency.example>:\n{why}\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <x@y.example>\n"
)
EXIM = (
    "This message was created automatically by mail delivery software.\n\n{what}\n\n  desk@agency.example\n"
    "    SMTP error from remote mail server after RCPT TO:<desk@agency.example>:\n    host mx.agency.example "
    "[192.0.2.1]: {why}\n\n------ This is a copy of the message, including all the headers. ------\n\n"
)


def plain(text: str, *more: str, sender: str = SERVER, subject: str = "failure notice") -> IncomingMail:
    return read(("".join((sender, f"Subject: {subject}\n", *more, "\n", text))).encode())


def report(
    *fields: str,
    words: str = "It failed.",
    third: str = "message/rfc822",
    coding: str = "7bit",
    marks: str = "",
    sender: str = SERVER,
) -> IncomingMail:
    """A multipart/report with these fields, the letter as its third part, its two last parts in this coding."""
    status = "Reporting-MTA: dns; mx.agency.example\n\nFinal-Recipient: rfc822; desk@agency.example\n" + "\n".join(
        fields
    )
    parts = [("text/plain", words), ("message/delivery-status", status), (third, COPY)]
    written = []
    for kind, text in parts:
        coded = coding == "base64" and kind != "text/plain"
        body = encodebytes(text.encode()).decode() if coded else text
        written.append(
            f"--b\nContent-Type: {kind}\nContent-Transfer-Encoding: {'base64' if coded else '7bit'}\n\n{body}\n"
        )
    head = (
        f"{sender}{marks}MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n"
    )
    return read((head + "\n" + "".join(written) + "--b--\n").encode())


def only(mail: IncomingMail) -> tuple[str, str, bool]:
    """What the one report of a mail about the letter says."""
    (one,) = mail.reports
    assert (mail.letter, one.recipient) == (LETTER, "desk@agency.example")
    return one.kind, one.code, one.address_of_no_use


@pytest.mark.parametrize(
    ("why", "code", "no_use"),
    [
        ("Sorry, no mailbox here by that name. (#5.1.1)", "5.1.1", True),
        (
            "192.0.2.1 does not like recipient.\nRemote host said: 550 5.2.2 Over quota\nGiving up on 192.0.2.1.",
            "5.2.2",
            False,
        ),
        ("I'm not going to try again; this message has been in the queue too long. (#4.4.1)", "4.4.1", False),
    ],
)
def test_qmails_report_in_words_is_tied_by_the_letter_below_its_line(why: str, code: str, no_use: bool) -> None:
    assert only(plain(QMAIL.format(why=why) + COPY)) == ("failed", code, no_use)


def test_exims_older_reports_in_words_tell_failed_from_delayed() -> None:
    failed = EXIM.format(what="A message that you sent could not be delivered.", why="550 5.1.1 User unknown")
    late = EXIM.format(what="A message that you sent has not yet been delivered.", why="451 4.3.0 Try again later")
    named = "X-Failed-Recipients: desk@agency.example\nAuto-Submitted: auto-replied\n"

    assert only(plain(failed + COPY, named, subject="Mail delivery failed")) == ("failed", "5.1.1", True)
    assert only(plain(late + COPY, subject="Warning: message 1x delayed 24 hours")) == ("delayed", "4.3.0", False)


@pytest.mark.parametrize("sender", [SERVER, SERVER.replace("MAILER-DAEMON", "postmaster")])
def test_a_servers_mail_in_a_form_nobody_knows_is_a_persons_and_no_automatic_reply(sender: str) -> None:
    mail = plain("Could not be delivered.", f"In-Reply-To: {LETTER}\n", sender=sender, subject="Undeliverable: x")

    assert (mail.kind, mail.letter, mail.reports) == ("unsorted", LETTER, ())


@pytest.mark.parametrize(
    "sender",
    [
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example>",
        "Postmaster <postmaster@x.example>",
    ],
)
def test_a_servers_word_that_a_letter_arrived_is_no_reply_of_the_readers_machine(sender: str) -> None:
    """Exchange names the letter in In-Reply-To, and says auto-replied."""
    marks = f"Auto-Submitted: auto-replied\nIn-Reply-To: {LETTER}\n"
    mail = report("Action: relayed", "Status: 2.0.0", marks=marks, sender=f"Return-Path: <>\nFrom: {sender}\n")

    assert only(mail) == ("arrived", "2.0.0", False)
    assert mail.kind == "arrived"


def test_an_answer_that_a_gateway_quotes_tells_more_than_its_own_code() -> None:
    """IronPort calls every no to an address 5.1.0."""
    said = "5.1.0 - Unknown address error 550-'{0}' (delivery attempts: 0)"
    unknown = said.format("5.1.1 <desk@agency.example>: Recipient address rejected: User unknown")
    spoofed = said.format("Rejected by header based Anti-Spoofing policy - https://help.example/1369#550")

    fields = ("Action: failed", "Status: 5.0.0 (permanent failure)")

    assert only(report(*fields, f"Diagnostic-Code: smtp; {unknown}")) == ("failed", "5.1.1", True)
    assert only(report(*fields, f"Diagnostic-Code: smtp; {spoofed}")) == ("failed", "5.1.0", False)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("manual-action/MDN-sent-manually; displayed", "arrived"),
        ("automatic-action/MDN-sent-automatically; deleted", "failed"),
        ("automatic-action/MDN-sent-automatically; processed/error", "failed"),
        ("Manual-Action / MDN-sent-manually ; Displayed", "arrived"),
        ("automatic-action/MDN-sent-automatically; dispatched/superseded", "arrived"),
    ],
)
def test_a_receipt_of_the_readers_program_says_what_became_of_the_letter(said: str, kind: str) -> None:
    fields = f"Final-Recipient: RFC822; desk@agency.example\nOriginal-Message-ID: {LETTER}\nDisposition: {said}\n"
    head = "From: desk@agency.example\nContent-Type: multipart/report; boundary=b\n\n--b\n\nSeen.\n--b\n"
    mail = read(f"{head}Content-Type: message/disposition-notification\n\n{fields}\n--b--\n".encode())

    assert (mail.kind, *only(mail)) == (kind, kind, "", False)


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("disposition-notification", "Final-Recipient: rfc822;desk@agency.example\nDisposition: \n"),
        ("disposition-notification", "Disposition: manual-action/MDN-sent-manually; moved\n"),
        ("feedback-report", "Feedback-Type: abuse\nVersion: 1\n"),
    ],
)
def test_a_report_that_does_not_say_what_became_of_the_letter_is_a_persons(kind: str, part: str) -> None:
    head = f"From: x@agency.example\nContent-Type: multipart/report; report-type={kind}; boundary=b\n\n--b\n\nHello.\n"
    carried = f"--b\nContent-Type: message/rfc822\n\n{COPY}\n--b--\n"
    mail = read(f"{head}--b\nContent-Type: message/{kind}\n\n{part}\n{carried}".encode())

    assert (mail.kind, mail.letter, mail.reports) == ("unsorted", LETTER, ())


def test_a_report_that_a_gateway_signed_is_a_report() -> None:
    status = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; desk@agency.example\nAction: failed\nStatus: 5.1.1\n"
    inner = (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nFailed.\n"
        f"--b\nContent-Type: message/delivery-status\n\n{status}\n--b\nContent-Type: message/rfc822\n\n{COPY}\n--b--\n"
    )
    head = "From: gateway@agency.example\nContent-Type: multipart/signed; boundary=s\n\n--s\n"
    seal = "--s\nContent-Type: application/pkcs7-signature\n\nMIIB\n--s--\n"

    assert only(read(f"{head}{inner}\n{seal}".encode())) == ("failed", "5.1.1", True)


def brings(*parts: str, marks: str = "") -> IncomingMail:
    """An answer of these parts, each with its own headers."""
    head = f"From: desk@agency.example\nIn-Reply-To: {LETTER}\n{marks}Content-Type: multipart/mixed; boundary=b\n\n"
    return read((head + "".join(f"--b\n{one}\n" for one in parts) + "--b--\n").encode())


@pytest.mark.parametrize(
    ("part", "name", "content"),
    [
        ("Content-Type: application/pdf\nContent-Disposition: attachment\n\n%PDF", "unnamed.pdf", b"%PDF"),
        ("Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR", "unnamed.ics", b"BEGIN:VCALENDAR"),
        ("Content-Type: text/plain\nContent-Disposition: attachment\n\nNotes.", "unnamed.txt", b"Notes."),
        (
            'Content-Type: message/rfc822; name="minutes.eml"\n\nSubject: Minutes\n\nFrom the start.',
            *("minutes.eml", b"Subject: Minutes\n\nFrom the start."),
        ),
        ("Content-Type: message/rfc822\n\nSubject: Minutes\n\nAgreed.", "unnamed.eml", b"Subject: Minutes\n\nAgreed."),
        ('Content-Type: image/png; name="=?utf-8?B?csOpcG9ydC5wbmc=?="\n\nx', "r\u00e9port.png", b"x"),
    ],
)
def test_every_file_of_an_answer_is_handed_out_under_its_name_with_what_is_in_it(
    part: str, name: str, content: bytes
) -> None:
    mail = brings("\nHere it is.", part)

    assert (mail.kind, mail.text) == ("answer", "Here it is.")
    assert [(one.name, one.content) for one in mail.attachments] == [(name, content)]


@pytest.mark.parametrize("charset", ["iso-8859-1", "us-ascii", "windows-1252", "unknown-8bit"])
def test_what_windows_writes_and_calls_latin_1_keeps_its_quotation_marks(charset: str) -> None:
    head = f"From: x@agency.example\nSubject: =?{charset}?Q?It=92s?=\nContent-Type: text/plain; charset={charset}\n\n"
    mail = read(head.encode() + b"I\x92m away \x96 caf\xe9.\n")

    assert (mail.text, mail.subject) == ("I\u2019m away \u2013 caf\u00e9.", "It\u2019s")


def test_words_between_and_below_the_files_of_an_answer_are_shown() -> None:
    """Apple Mail writes a text before and one behind each file; lists and gateways add a text below a page."""
    pdf = 'Content-Type: application/pdf; name="a.pdf"\n\n%PDF'
    footer = "\nDesk mailing list"

    assert brings("\nThe first part.", pdf, "\nThe rest.").text == "The first part.\n\nThe rest."
    assert brings("Content-Type: text/html\n\n<p>The answer.</p>", footer).text == "The answer.\n\nDesk mailing list"


@pytest.mark.parametrize(("kind", "read_as"), [("application/pdf", "answer"), ("image/png", "auto_reply")])
def test_a_machines_reply_that_brings_a_file_is_an_answer(kind: str, read_as: str) -> None:
    """Record systems send what an agency answers as a machine's mail; a picture is that of a signature."""
    mail = brings("\nSee the file.", f'Content-Type: {kind}; name="a"\n\nx', marks="Auto-Submitted: auto-generated\n")

    assert (mail.kind, mail.letter) == (read_as, LETTER)


@pytest.mark.parametrize("third", ["message/rfc822", "text/rfc822-headers", "text/plain"])
@pytest.mark.parametrize("coding", ["7bit", "base64"])
def test_a_report_is_read_however_its_parts_are_called_and_encoded(third: str, coding: str) -> None:
    said = ("Action: failed", "Status: 5.1.10", "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; x")
    marks = f"Auto-Submitted: auto-replied\nIn-Reply-To: {LETTER}\n"

    assert only(report(*said, third=third, coding=coding, marks=marks)) == ("failed", "5.1.10", True)


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 <desk@agency.example>: mailbox is full",
        "550-5.1.1 quota exceeded (mailbox for user is over quota)",
        "550 5.2.1 The user is receiving mail at a rate that prevents additional messages",
        "550 5.1.1 blocked by our spam policy",
        "550 5.1.1 unauthenticated mail is prohibited: DMARC check failed",
        "550 5.1.1 Sender address rejected: undeliverable address",
        "550 5.1.1 Sender verify failed",
        "550 5.1.1 relaying denied",
        "550 5.1.1 Message rejected due to content restrictions",
        "550 5.1.1 192.0.2.1 is listed at zen.spamhaus.org",
        "550 5.1.1 a virus was found",
        "550 5.1.1 TLS required",
        "Amazon SES has suppressed sending to this address because it has a history of bouncing; 5.1.1",
        "550-5.1.1 The group (desk) may not exist, or you may not have permission to post messages to it.",
        "550 5.1.1 Mailbox exceeded its limit",
        "552 5.1.1 Postfach voll; Speicherplatz erschoepft",
        "552 5.1.1 Boîte du destinataire pleine. OFR_417",
        "550 5.1.1 casella piena",
        "550 5.1.1 Skrzynka odbiorcy jest przepełniona",
        "552 5.1.1 Brevlådan är full",
        "552 5.1.1 Posta kutusu dolu",
        "552 5.1.1 Почтовый ящик переполнен",
        "552 5.1.1 message size not accepted",
        "550 5.1.1 Connection refused - sending IP is on our denylist",
        "550 permanent failure for one or more recipients (desk@agency.example:blocked)",
        "450 5.1.1 come back",
        "550 5.1.1 DNS lookup failure: SERVFAIL",
        "550 5.1.1 LDAP lookup failed, directory unavailable",
        "550 5.1.1 you reached your daily limit",
    ],
)
def test_an_answer_whose_words_speak_of_something_else_does_not_cost_an_address(answer: str) -> None:
    code = "5.2.1" if "5.2.1" in answer else "5.1.1"
    in_a_field = report("Action: failed", f"Status: {code}", f"Diagnostic-Code: smtp; {answer}")
    in_words = report("Action: failed", f"Status: {code}", words=f"   <<< {answer}\n550 5.1.1 desk@agency.example... x")

    for one in (in_a_field, in_words):
        assert only(one) == ("failed", code, False)
        assert one.reports[0].doubtful


@pytest.mark.parametrize("spelt", ["d\u00e9sk", "d\\x{E9}sk"])
def test_an_address_in_another_alphabet_is_the_one_the_letter_was_written_to(spelt: str) -> None:
    """As itself in a report in UTF-8, or spelt out in one in ASCII (RFC 6533)."""
    said = f"Reporting-MTA: dns; x\n\nFinal-Recipient: utf-8; {spelt}@agency.example\nAction: failed\nStatus: 5.1.1\n"
    parts = (("message/global-delivery-status", said), ("message/global", COPY.replace("desk@", "d\u00e9sk@")))
    body = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for kind, text in (("text/plain", "Failed."), *parts))
    mail = read(f"{SERVER}Content-Type: multipart/report; boundary=b\n\n{body}--b--\n".encode())

    assert ([one.recipient for one in mail.reports], mail.forwarded) == (["d\u00e9sk@agency.example"], False)


def test_no_sign_that_nobody_sees_comes_into_an_address_by_its_number() -> None:
    assert address_in("utf-8; a\\x{D800}\\x{11}@agency.example") == "a\\x{D800}\\x{11}@agency.example"


def test_a_machine_called_after_quotas_or_spam_says_nothing_about_the_address() -> None:
    said = "Diagnostic-Code: smtp; host spam-quota.agency.example[192.0.2.1] said: 550 5.1.1. No such user here"
    assert only(report("Action: failed", "Status: 5.0.0", said)) == ("failed", "5.1.1", True)


@pytest.mark.parametrize("between", [("",), (" ",), ("\t",), ()])
def test_addresses_that_no_more_than_a_line_of_blanks_sets_apart_are_each_reported(between: tuple[str, ...]) -> None:
    other = ("Action: delivered", "Status: 2.0.0", *between, "Final-Recipient: rfc822; second@agency.example")
    mail = report(*other, "Action: failed", "Status: 5.1.1")

    assert mail.kind == "failed"
    assert [(one.kind, one.recipient) for one in mail.reports] == [
        ("arrived", "desk@agency.example"),
        ("failed", "second@agency.example"),
    ]


@pytest.mark.parametrize(("status", "kind"), [("2.1.5", "arrived"), ("4.4.1", "delayed"), ("5.1.1", "failed")])
def test_where_no_action_is_said_the_class_of_the_code_tells(status: str, kind: str) -> None:
    assert only(report(f"Status: {status}"))[0] == kind


@pytest.mark.parametrize(
    ("headers", "kind", "letter"),
    [
        ("In-Reply-To: <x@agency.example>\nReferences: {0} <x@agency.example>\n", "answer", "<x@agency.example>"),
        ("In-Reply-To: {0}\nX-Autoreply: no\n", "answer", LETTER),
        ("In-Reply-To: {0}\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n", "auto_reply", LETTER),
        ("In-Reply-To: {0}\nX-Autoreply: yes\nPrecedence: bulk\n", "auto_reply", LETTER),
        ("In-Reply-To: {0}\nX-Mail-Autoreply: yes\n", "auto_reply", LETTER),
        ("Subject: Automatic reply: LR-2026-0007\n", "unsorted", ""),
        ("In-Reply-To: {0}\nPrecedence: bulk\nList-Id: <desk.agency.example>\n", "answer", LETTER),
        (f"In-Reply-To: {LETTER.strip('<>')}\n", "answer", LETTER),
        ("In-Reply-To: {0}\nX-AutoReply-From: desk@agency.example\n", "auto_reply", LETTER),
        ("In-Reply-To: {0}\nX-Vacation: yes\n", "auto_reply", LETTER),
        ("References: " + "<a@b.example> " * 600 + "{0}\n", "answer", LETTER),
        ("In-Reply-To: <x@agency.example> {0}\n", "answer", "<x@agency.example>"),
        ("In-Reply-To: <x@agency.example>\nIn-Reply-To: {0}\n", "answer", "<x@agency.example>"),
    ],
)
def test_a_person_is_told_from_a_machine_and_a_reply_to_a_reply_names_the_letter_besides(
    headers: str, kind: str, letter: str
) -> None:
    mail = read(f"From: desk@agency.example\n{headers.format(LETTER)}\nThank you.\n".encode())

    assert (mail.kind, mail.letter) == (kind, letter)
    assert (LETTER in (mail.letter, *mail.earlier)) is (kind != "unsorted")


def enclosing(text: str, status: str) -> IncomingMail:
    """A person's answer that encloses the report they met themselves."""
    head = f"From: desk@agency.example\nIn-Reply-To: {LETTER}\nContent-Type: multipart/mixed; boundary=b\n\n"
    return read(f"{head}--b\n\n{text}\n--b\nContent-Type: message/delivery-status\n\n{status}\n--b--\n".encode())


def test_an_answer_that_encloses_a_report_is_an_answer() -> None:
    mail = enclosing("I got this.", "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; x@y.example\nStatus: 5.1.1")

    assert (mail.kind, mail.text, mail.reports) == ("answer", "I got this.", ())


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ("Will-Retry-Until: Fri, 6 Mar 2026 08:21:54 +0000", "delayed"),
        ("Diagnostic-Code: smtp;400 4.4.7 Message delayed", "delayed"),
        ("Diagnostic-Code: smtp;550 4.4.7 QUEUE.Expired; message expired", "failed"),
    ],
)
def test_a_time_that_ran_out_is_no_failure_where_the_server_goes_on_trying(more: str, kind: str) -> None:
    """Exchange writes 4.4.7 of a letter it still tries, OpenSMTPD 6.8 of one it has given up."""
    assert only(report("Action: delayed", "Status: 4.4.7", more)) == (kind, "4.4.7", False)


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("I am away until 9 March. For urgent matters ring the duty desk.", False),
        ("Thank you. We received your message and will answer within 5 days, no longer than a week.", False),
        ("> The mailbox is no longer in use.\nI am on leave.", False),
        ("Your message is being held because your address was not verified.", True),
        ("Your mail to desk awaits moderator approval.", True),
        ("Please confirm that you are not a machine to release your message.", True),
        ("I no longer work for the agency.", True),
        ("This mailbox isn\u2019t monitored. Write to the new address.", True),
        ("She has left the service.", True),
        ("My e-mails are not being forwarded or monitored.", True),
        ("I am on maternity leave until January 2027.", True),
        ("Today is my last working day.", True),
        ("I have started a new role.", True),
        ("I retired on 27 February.", True),
        ("I don\u2019t work for the agency any more.", True),
        ("This account has been deactivated.", True),
        ("Ich bin nicht mehr im Unternehmen.", True),
        ("Je ne travaille plus ici.", True),
        ("Nie pracuj\u0119 ju\u017c w tej firmie.", True),
        ("Chan eil mi ag obair an seo tuilleadh.", True),
        ("I have now left Police Scotland. Please write to the duty desk.", True),
        ("I've retired.", True),
        ("I've moved to a new team.", True),
        ("This mailbox will close on 31 March.", True),
        ("I am seconded to the Scottish Government until 2027.", True),
        ("I finished working for the board on 27 February.", True),
        ("This employee is not with the organisation anymore.", True),
        ("I have handed over my duties to A. Successor.", True),
        ("I have been succeeded by A. Successor.", True),
        ("To have your message delivered, complete the challenge.", True),
        ("I have left for my holiday and am back on 16 March.", False),
        ("I left work early today.", False),
        ("This mailbox is not monitored outside office hours.", False),
        ("I will not be checking e-mail until 9 March.", False),
        ("We have changed our opening hours.", False),
        ("Ich bin aus dem Unternehmen ausgeschieden.", True),
        ("Ich habe die Firma zum 31. Januar verlassen.", True),
        ("Ich bin in Elternzeit.", True),
        ("Mein Nachfolger ist A. Nachfolger.", True),
        ("J'ai quitté l'entreprise.", True),
        ("Je suis à la retraite.", True),
        ("Je suis en congé jusqu'au 9 mars.", False),
        ("Me he jubilado.", True),
        ("Estaré de vacaciones hasta el 9 de marzo.", False),
        ("Sono in pensione dal 1 marzo.", True),
        ("Não trabalho mais na empresa.", True),
        ("Ik ben met pensioen.", True),
        ("Jestem na urlopie macierzyńskim.", True),
        ("Jestem na urlopie do 9 marca.", False),
        ("Níl mé ag obair anseo a thuilleadh.", True),
        ("Tha mi air falbh. Airson tuilleadh fiosrachaidh, cuir fòn.", False),
        ("Rwyf wedi gadael y cyngor.", True),
        ("Jag har slutat på företaget.", True),
        ("Jeg arbejder ikke længere her.", True),
        ("En ole enää töissä täällä.", True),
        ("Már nem dolgozom itt.", True),
        ("Již nepracuji v této organizaci.", True),
        ("Nu mai lucrez aici.", True),
        ("Aš čia nebedirbu.", True),
        ("Es šeit vairs nestrādāju.", True),
        ("Я більше не працюю в цій організації.", True),
        ("Я у відпустці до 9 березня.", False),
        ("Я больше не работаю здесь.", True),
        ("Вече не работя тук.", True),
        ("Δεν εργάζομαι πλέον εδώ.", True),
        ("Artık burada çalışmıyorum.", True),
        ("لم أعد أعمل في هذه المؤسسة.", True),
        ("دیگر در این سازمان کار نمی کنم.", True),
        ("میں اب اس ادارے میں کام نہیں کرتا۔", True),
        ("मैं अब यहाँ काम नहीं करता।", True),
        ("ਮੈਂ ਹੁਣ ਇੱਥੇ ਕੰਮ ਨਹੀਂ ਕਰਦਾ।", True),
        ("我已离职。", True),
        ("我正在休假，3月9日回来。", False),
        ("私は退職しました。", True),
        ("I have left my phone with the duty desk.", False),
        ("I have left the office for today.", False),
        ("Ich bin bis 9. M\u00e4rz nicht im B\u00fcro.", False),
        ("Je ne suis pas au bureau.", False),
    ],
)
def test_a_machine_that_says_nobody_reads_the_letter_is_told_from_one_that_says_somebody_is_away(
    words: str, unread: bool
) -> None:
    head = f"From: x@agency.example\nIn-Reply-To: {LETTER}\nAuto-Submitted: auto-replied\n"
    as_page = f"{head}Content-Type: text/html; charset=utf-8\n\n<title>x</title><p>{words.replace('> ', '&gt; ')}</p>"
    mail = read(f"{head}Content-Type: text/plain; charset=utf-8\n\n{words}\n".encode())

    assert (mail.kind, mail.nobody_reads) == ("auto_reply", unread)
    if ">" not in words:
        assert read(as_page.encode()).nobody_reads is unread
        assert read(as_page.encode()).text == words


@pytest.mark.parametrize(
    ("subject", "words", "unread"),
    [
        ("Automatic reply: LR-2026-0007: no longer asked", "On leave.", False),
        ("I have left the organisation: LR-2026-0007: no longer asked", "Ring the duty desk.", True),
        ("Automatic reply", "J'ai quitte\u0301 l'entreprise.", True),
        ("Automatic reply", "I no lon\u00adger work\u00a0here.", True),
    ],
)
def test_what_a_machine_says_is_heard_however_it_is_spelt_and_our_own_subject_is_not_its_word(
    subject: str, words: str, unread: bool
) -> None:
    head = f"From: x@agency.example\nSubject: {subject}\nIn-Reply-To: {LETTER}\nAuto-Submitted: auto-replied\n"

    assert read(f"{head}Content-Type: text/plain; charset=utf-8\n\n{words}\n".encode()).nobody_reads is unread


@pytest.mark.parametrize(
    "above",
    [
        "________________________________\nFrom: Cairn <cairn@committee.example>\nSent: 03 March 2026 09:00\n",
        "Von: Cairn\nGesendet: Dienstag, 3. März 2026\nAn: Desk\n",
        "On Tue, 3 Mar 2026 at 09:00, Cairn\n<cairn@committee.example> wrote:\n",
        "Am 03.03.26 um 09:00 schrieb Cairn:\n",
        "Le mar. 3 mars 2026 à 09:00, Cairn <cairn@committee.example> a écrit :\n",
    ],
)
def test_the_letter_that_a_machine_quotes_below_says_nothing_of_who_reads_it(above: str) -> None:
    head = f"From: x@agency.example\nIn-Reply-To: {LETTER}\nAuto-Submitted: auto-replied\n"
    kind = "Content-Type: text/plain; charset=utf-8\n\n"
    mail = read(f"{head}{kind}I am on leave.\n\n{above}\nThe agency no longer has to answer.\n".encode())

    assert (mail.kind, mail.nobody_reads) == ("auto_reply", False)
