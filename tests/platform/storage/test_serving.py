"""How foreign bytes are answered: types by bytes, names without tricks, ranges."""

import pytest

from waypost.platform.storage.serving import Span, disposition, picture_type, span_of


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"<svg xmlns=", None),
        (b"<html>", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"", None),
    ],
)
def test_pictures_are_known_by_their_bytes(head: bytes, found: str | None) -> None:
    assert picture_type(head) == found


def test_names_cannot_break_out_of_the_header() -> None:
    said = disposition("attachment", 'a"b\r\nSet-Cookie: x\\%.pdf')
    assert said == (
        "attachment; filename=\"a_b__Set-Cookie: x__.pdf\"; filename*=UTF-8''a%22b__Set-Cookie%3A%20x%5C%25.pdf"
    )
    assert disposition("inline", "Grüße 日本.png").endswith("filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%E6%97%A5%E6%9C%AC.png")
    assert 'filename="file"' in disposition("inline", "")


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (None, Span(0, 10, 10)),
        ("bytes=0-3", Span(0, 4, 10)),
        ("bytes=4-", Span(4, 10, 10)),
        ("bytes=-3", Span(7, 10, 10)),
        ("bytes=-99", Span(0, 10, 10)),
        ("bytes=5-99", Span(5, 10, 10)),
        ("bytes=0-1,4-5", Span(0, 10, 10)),
        ("bytes=-", Span(0, 10, 10)),
        ("lines=1-2", Span(0, 10, 10)),
        ("bytes=10-", None),
        ("bytes=5-2", None),
    ],
)
def test_ranges(header: str | None, span: Span | None) -> None:
    assert span_of(header, 10) == span
