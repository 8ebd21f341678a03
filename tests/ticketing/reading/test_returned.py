"""What a bounce says of the mail that came back, as mail servers really write it."""

import pytest

from waypost.ticketing.intake.mime import read_mail

HEAD = b"From: MAILER-DAEMON@mx.example\r\nTo: support@acme.example\r\nSubject: Undelivered\r\n"
REPORT = HEAD + b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
STATUS = b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
ORIGINAL = b"--b\r\nContent-Type: %s\r\n\r\nMessage-ID: <ours@acme.example>\r\nSubject: x\r\n\r\n"
END = b"--b--\r\n"


@pytest.mark.parametrize("kind", [b"message/rfc822", b"text/rfc822-headers", b"message/global"])
def test_the_mail_it_encloses(kind: bytes) -> None:
    failed = STATUS + b"Final-Recipient: rfc822; Anna@Client.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    returned = read_mail(REPORT + failed + ORIGINAL % kind + END).returned
    assert returned.message_ids == ("<ours@acme.example>",)
    assert returned.recipients == ("anna@client.example",)


def test_a_delay_is_no_failure() -> None:
    groups = (
        b"Final-Recipient: rfc822; slow@x.example\r\nAction: delayed\r\n\r\n"
        b"Original-Recipient: rfc822;<gone@x.example>\r\nAction: failed\r\n"
    )
    assert read_mail(REPORT + STATUS + groups + END).returned.recipients == ("gone@x.example",)


@pytest.mark.parametrize(("group", "nobody"), [(b"Action: failed\r\n", True), (b"Action: delayed\r\n", False)])
def test_a_report_may_fail_without_saying_whom(group: bytes, nobody: bool) -> None:
    raw = REPORT + STATUS + b"Final-Recipient: unknown\r\n" + group + ORIGINAL % b"message/rfc822" + END
    returned = read_mail(raw).returned
    assert (returned.recipients, returned.names_nobody) == ((), nobody)


def test_what_older_servers_write_into_the_text() -> None:
    text = HEAD + b"Return-Path: <>\r\nX-Failed-Recipients: gone@x.example\r\n\r\nIt failed.\r\n\r\n"
    returned = read_mail(text + b"--- copy ---\r\nFrom: us\r\nMessage-ID: <ours@acme.example>\r\n").returned
    assert returned.message_ids == ("<ours@acme.example>",) and returned.recipients == ("gone@x.example",)


def test_ordinary_mail_returns_nothing() -> None:
    mail = read_mail(b"From: anna@client.example\r\n\r\nMessage-ID: <x@y.example>\r\n")
    assert mail.returned.message_ids == mail.returned.recipients == ()


def test_a_report_whose_enclosed_headers_never_end() -> None:
    endless = b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + b"X-A: " + b"a\r\n\t" * 40_000 + END
    assert read_mail(REPORT + endless).returned.message_ids == ()
