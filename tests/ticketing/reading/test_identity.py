import pytest

from tests.ticketing.reading.letters import letter, multipart, part
from waypost.ticketing.intake.mime import Mail, read_mail

_HTML = "text/html; charset=utf-8"


def _same(first: bytes, second: bytes) -> tuple[bool, bool, bool]:
    a, b = read_mail(first), read_mail(second)
    return (
        a.fingerprint_v1 == b.fingerprint_v1,
        a.signature_v1 == b.signature_v1,
        a.content_signature == b.content_signature,
    )


def _digests(mail: Mail) -> tuple[str, str, str]:
    return mail.fingerprint_v1, mail.signature_v1, mail.content_signature


def test_digests_are_hex_and_stay_what_they_are() -> None:
    assert _digests(read_mail(letter())) == (
        "fe7c4c9522bd88b0a9f119cebf60f297a2314370e1b06d6bf224617479be12a5",
        "ae386a0486f54c530f4b42c45a9b036f84c9a3b7d8e0168ded82a0a977269a39",
        "481fdd589faca3cd70be7ee8518bc145f1a42771999f0c37e5ccab617873e2ee",
    )


def test_a_copy_that_only_travelled_another_way_is_the_same() -> None:
    other_way = b"Received: from a by b\r\nDelivered-To: journal@acme.example\r\n" + letter()
    assert _same(letter(), other_way) == (True, True, True)


@pytest.mark.parametrize("message_id", [None, "<rewritten@gateway.example>"])
def test_a_lost_or_rewritten_message_id_is_seen_through(message_id: str | None) -> None:
    assert _same(letter(), letter(message_id=message_id)) == (True, False, True)


@pytest.mark.parametrize(
    "footer",
    [
        "\r\n" + "_" * 47 + "\r\nHeating mailing list\r\nhttps://lists.acme.example/listinfo",
        "\r\n-- \r\nYou received this message because you are subscribed to the group.",
        "\r\n\r\nThis email has been checked for viruses by a scanner.",
        "\r\n\r\nDiese E-Mail wurde von Scan auf Viren geprüft.",
    ],
)
def test_footers_of_lists_and_scanners_make_no_other_mail(footer: str) -> None:
    body = b"It is cold.\r\nAnn"
    assert _same(letter(body), letter(body + footer.encode()))[2]


def test_a_gateway_s_warning_and_tag_make_no_other_mail() -> None:
    warned = letter(b"CAUTION: This email originated from outside.\r\n\r\nHello", subject="[EXTERNAL] Cold radiator")
    assert _same(letter(), warned)[2]


@pytest.mark.parametrize(
    "other",
    [
        letter(b"Goodbye"),
        letter(subject="Warm radiator"),
        letter(From="bob@lee.example"),
        letter(to="sales@acme.example"),
        letter(date="Mon, 02 Mar 2026 10:00:01 +0100"),
        multipart("mixed", [part("text/plain", b"Hello"), part("application/pdf", b"%PDF")]),
    ],
)
def test_different_mails_differ(other: bytes) -> None:
    assert _same(letter(), other)[1:] == (False, False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (b"<p>one</p>", b"<p>two</p>"),
        (b'<a href="https://x.example/1">open</a>', b'<a href="https://x.example/2">open</a>'),
        (b'<img src="https://x.example/1.png">', b'<img src="https://x.example/2.png">'),
    ],
)
def test_html_mails_of_the_same_second_without_message_id_differ(first: bytes, second: bytes) -> None:
    one, two = (letter(html, content_type=_HTML, message_id=None) for html in (first, second))
    assert _same(one, two)[1:] == (False, False)


def test_styling_and_structure_count_for_the_signature_but_not_for_the_content() -> None:
    plain = letter(b"<p>one</p>", content_type=_HTML)
    styled = letter(b'<p style="color:red">one</p>', content_type=_HTML)
    wrapped = multipart("mixed", [part(_HTML, b"<p>one</p>")])
    assert _same(plain, styled)[1:] == (False, True)
    assert _same(plain, wrapped)[1:] == (False, True)
