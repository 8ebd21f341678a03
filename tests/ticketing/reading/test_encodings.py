import pytest

from tests.ticketing.reading.letters import letter, text_of
from waypost.ticketing.intake.mime import read_mail
from waypost.ticketing.intake.reading.transfer import undo


@pytest.mark.parametrize(
    ("encoding", "content", "read"),
    [
        ("base64", b"SGVsbG8gd29ybGQ=", b"Hello world"),
        ("base64", b"SGVsbG8gd29ybGQ", b"Hello world"),
        ("base64", b"SGVs*bG8g!!\r\nd29ybGQ=", b"Hello world"),
        ("base64", b"SGVsbG8=\r\nIHdvcmxk", b"Hello world"),  # two pieces, each with its padding
        ("base64", b"SGVsbG8gd29ybGQ=\r\n-- \r\nSent through a list.", b"Hello world"),
        ("base64", b"-_-_", b"\xfb\xff\xbf"),
        ("base64", b"not base64 at all: ***", b"not base64 at all: ***"),
        ("base64", b"****", b"****"),
        ("quoted-printable", b"a=C3=A4b=\r\nc=ZZ", b"a\xc3\xa4bc=ZZ"),
        ("x-uuencode", b"begin 644 a.txt\r\n%2&5L;&\\\r\n`\r\nend\r\n", b"Hello"),
        ("x-own", b"as it is", b"as it is"),
        ("8bit", b"\xe4", b"\xe4"),
    ],
)
def test_undoes_transfer_encodings(encoding: str, content: bytes, read: bytes) -> None:
    assert undo(content, encoding, []) == read


def test_says_when_content_does_not_fit_or_the_encoding_is_unknown() -> None:
    notes: list[str] = []
    undo(b"****", "base64", notes)
    undo(b"x", "x-own", notes)
    assert notes == ["content did not match its transfer encoding", "unknown transfer encoding left as it was"]


def test_flowed_text_is_joined_again() -> None:
    body = b"This is one \r\nparagraph.\r\n> quoted \r\n> words\r\n >stuffed\r\n-- \r\nAnn"
    raw = letter(body, content_type="text/plain; format=flowed")
    assert text_of(raw) == "This is one paragraph.\n> quoted words\n>stuffed\n-- \nAnn"


def test_flowed_text_without_spaces_between_words() -> None:
    raw = letter("暖房が \r\n壊れた".encode(), content_type="text/plain; charset=utf-8; format=flowed; delsp=yes")
    assert text_of(raw) == "暖房が壊れた"


def test_a_transfer_encoding_may_be_shouted_or_quoted() -> None:
    assert read_mail(letter(b"SGVsbG8=", content_transfer_encoding=' "BASE64" ')).body_text == "Hello"
