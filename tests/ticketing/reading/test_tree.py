import time

import pytest

from tests.ticketing.reading.letters import joined, letter, multipart, names_of, part, text_of
from waypost.ticketing.intake.mime import Limits, Unreadable, read_mail

_TEXT = part("text/plain", b"Hello")
_FILE = part("application/pdf; name=a.pdf", b"%PDF")


@pytest.mark.parametrize(
    "body",
    [
        joined([_TEXT, _FILE], "edge"),
        joined([_TEXT, _FILE], "edge").removesuffix(b"--edge--\r\n"),  # never closed
        joined([_TEXT], "edge") + joined([_FILE], "edge"),  # goes on behind its end
        b"preamble\r\n" + joined([_TEXT, _FILE], "edge") + b"epilogue",
        joined([_TEXT, _FILE], "edge").replace(b"\r\n", b"\n"),
        joined([_TEXT, _FILE], "edge").replace(b"--edge\r\n", b"--edge \t\r\n"),
        joined([_TEXT, b"", b"\r\n", _FILE], "edge"),
        joined([_TEXT, _FILE], "other"),  # not the declared boundary
    ],
)
def test_cuts_multiparts_as_they_come(body: bytes) -> None:
    mail = read_mail(letter(body, content_type='multipart/mixed; boundary="edge"'))
    assert mail.body_text == "Hello"
    assert [(a.filename, a.data.strip()) for a in mail.attachments] == [("a.pdf", b"%PDF")]


@pytest.mark.parametrize("declared", ["multipart/mixed", 'multipart/mixed; boundary=""', "multipart/mixed; boundary=x"])
def test_a_multipart_without_parts_is_text(declared: str) -> None:
    text = "Hello\n-----Original Message-----\nnothing here"
    assert text_of(letter(text.encode(), content_type=declared)) == text


def test_a_boundary_may_begin_like_another() -> None:
    inner = part('multipart/mixed; boundary="edge2"', joined([_TEXT, _FILE], "edge2"))
    mail = read_mail(multipart("mixed", [inner, part("text/plain", b"World")]))
    assert mail.body_text == "Hello\n\nWorld"
    assert names_of(mail) == ["a.pdf"]


def test_an_inner_multipart_may_repeat_the_outer_boundary() -> None:
    inner = part('multipart/mixed; boundary="edge"', joined([_TEXT], "edge"))
    mail = read_mail(multipart("mixed", [inner, _FILE]))
    assert (mail.body_text, names_of(mail)) == ("Hello", ["a.pdf"])


def _nested(depth: int) -> bytes:
    body = _TEXT
    for level in range(depth):
        body = part(f"multipart/mixed; boundary=b{level}", joined([body], f"b{level}"))
    return b"From: ann@lee.example\r\n" + body


def test_reads_multiparts_up_to_the_depth_allowed() -> None:
    assert text_of(_nested(100)) == "Hello"
    with pytest.raises(Unreadable) as refused:
        read_mail(_nested(101))
    assert refused.value.limit == "depth"


def test_refuses_more_attachments_or_parts_than_allowed() -> None:
    assert len(read_mail(multipart("mixed", [_TEXT, *[_FILE] * 5]), Limits(parts=5)).attachments) == 5
    for limits, name in ((Limits(parts=5), "parts"), (Limits(nodes=5), "nodes")):
        with pytest.raises(Unreadable) as refused:
            read_mail(multipart("mixed", [_FILE] * 6), limits)
        assert refused.value.limit == name


def test_refuses_a_mail_above_its_size() -> None:
    with pytest.raises(Unreadable) as refused:
        read_mail(letter(b"x" * 1_000), Limits(bytes=1_000))
    assert refused.value.limit == "bytes"


@pytest.mark.parametrize(
    "file", [b"", b" \r\n\r\n", b"\x89PNG\r\n\x1a\n\0\0", b"%PDF-1.4\nx: y\n", b"\0" * 50, b"PK\x03\x04aa"]
)
def test_refuses_files_that_are_no_mail(file: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read_mail(file)
    assert refused.value.limit is None


@pytest.mark.parametrize(
    "file", [b"Just some words.", b"Subject:", b"<p>Saved page</p>\nx", b": odd", b"\n\nFrom: a@b.c\n\nhi"]
)
def test_reads_whatever_a_mail_reader_would_still_show(file: bytes) -> None:
    mail = read_mail(file)
    assert mail.body_text or mail.headers


def test_a_wide_and_deep_mail_costs_no_more_than_its_size() -> None:
    started = time.process_time()
    read_mail(_nested(99) + joined([part("text/plain", b"x" * 1_000)] * 500, "b98"))
    assert time.process_time() - started < 2
