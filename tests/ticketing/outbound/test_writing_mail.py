"""Mails as we write them: whatever a person types, it stays inside the field it was typed into."""

import os
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.ticketing.intake.reading.mail import read_mail
from waypost.ticketing.outbound.writing_mail import File, Letter, bounded, message_ids, one_line, write_mail

EXAMPLES = 500 if os.environ.get("PROVE") else 60
AT = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
NASTY = st.sampled_from(
    ["\r\n", "\n", "\r", "\r\nBcc: eve@evil.example", "\r\n\r\nbody", "\0", "\u2028", "=?utf-8?q?", "\x85"]
)
TYPED = st.lists(ANYTHING | NASTY, max_size=6).map("".join)
NAMES = ["From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Mark"]


def letter(**change: Any) -> Letter:
    """A small one."""
    plain: dict[str, Any] = {
        "from_email": "support@acme.example",
        "from_name": "Acme Support",
        "to": ["anna@client.example"],
        "cc": ["boss@client.example"],
        "subject": "Re: Boiler",
        "at": AT,
        "rfc_message_id": "<oss-1@acme.example>",
        "text": "Hello.",
        "reply_to": "ticket+x@in.acme.example",
        "in_reply_to": "<q@client.example>",
        "references": ["<p@client.example>", "<q@client.example>"],
        "headers": {"X-Mark": "v1=00"},
    }
    return Letter(**plain | change)


@settings(max_examples=EXAMPLES, deadline=None)
@given(subject=TYPED, name=TYPED, text=TYPED, filename=TYPED)
def test_nothing_typed_becomes_a_header(subject: str, name: str, text: str, filename: str) -> None:
    files = [File(filename, "text/plain", b"x")]
    raw = write_mail(letter(subject=subject, from_name=name, text=text, files=files))
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    expected = [one for one in NAMES if one != "Subject" or one_line(subject)]
    assert [one for one in names if one not in ("Content-Type", "MIME-Version")] == expected
    assert re.search(rb"[^\r]\n|\r[^\n]", raw) is None
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@settings(max_examples=EXAMPLES, deadline=None)
@given(subject=TYPED, text=TYPED)
def test_readers_read_what_was_typed(subject: str, text: str) -> None:
    parsed = message_from_bytes(write_mail(letter(subject=subject, text=text)), policy=policy.default)
    body = parsed.get_body(("plain",))
    assert body is not None
    said = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").rstrip("\n") + "\n"
    assert body.get_content().replace("\r\n", "\n").splitlines() == said.splitlines()
    raw_subject = str(parsed["Subject"] or "")
    assert "".join(raw_subject.split()) == "".join(one_line(subject).split())


@settings(max_examples=EXAMPLES, deadline=None)
@given(text=TYPED, html=st.none() | TYPED, data=st.binary(max_size=300))
def test_the_same_letter_is_the_same_bytes(text: str, html: str | None, data: bytes) -> None:
    one = letter(text=text, html=html, files=[File("a.bin", "application/octet-stream", data)])
    assert write_mail(one) == write_mail(one)


def test_our_own_reader_understands_all_of_it() -> None:
    files = [File("Übersicht.pdf", "application/pdf", b"%PDF-1.7"), File("old.eml", "message/rfc822", b"From: x\n\nhi")]
    read = read_mail(
        write_mail(letter(subject="Grüße aus Köln", from_name="Ärger & Söhne", html="<p>Hi</p>", files=files))
    )
    assert (read.subject, read.from_name, read.from_email) == (
        "Grüße aus Köln",
        "Ärger & Söhne",
        "support@acme.example",
    )
    assert (read.to, read.cc) == (("anna@client.example",), ("boss@client.example",))
    assert read.reply_to == ("ticket+x@in.acme.example",)
    assert (read.in_reply_to, read.references) == (
        ("<q@client.example>",),
        ("<p@client.example>", "<q@client.example>"),
    )
    assert [(one.filename, one.data) for one in read.attachments] == [
        ("Übersicht.pdf", b"%PDF-1.7"),
        ("old.eml", b"From: x\n\nhi"),
    ]
    assert read.date_header == AT
    assert read.decode_notes == ()


@pytest.mark.parametrize("count", [0, 1, 2, 29, 30, 31, 400])
def test_references_are_bounded_by_their_middle(count: int) -> None:
    ids = [f"<{n}@x>" for n in range(count)]
    kept = bounded(ids)
    assert len(kept) == min(count, 30)
    assert kept[:1] == ids[:1] and kept[-1:] == ids[-1:]


def test_only_message_ids_are_taken_for_message_ids() -> None:
    assert message_ids("<a@x> junk <b@x>\r\n <a@x> <c d@x> <" + "y" * 600 + "> <ü@x>") == ["<a@x>", "<b@x>"]
