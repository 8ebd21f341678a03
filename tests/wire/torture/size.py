"""Mails at and beyond the reader's limits, and files that are no mail at all."""

import struct
import zlib
from base64 import b64encode
from random import Random

from tests.wire.torture.case import NEVER_LOST, QUARANTINE, Case
from tests.wire.torture.raw import BODY, CRLF, HTML, envelope, group, mail, named, part

LINE = b64encode(bytes(57)) + CRLF


def _zeros(megabytes: int) -> bytes:
    """A base64 attachment of this many decoded megabytes, written without decoding anything."""
    lines = megabytes * 1_000_000 // 57
    leaf = part(LINE * lines, "application/octet-stream; name=zeros.bin", "", "Content-Transfer-Encoding: base64")
    return envelope(group("mixed", part(), leaf))


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + bytes(range(0, 256, 32)) for _ in range(8)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _no_mail(name: str, octets: bytes, expect: str = QUARANTINE) -> Case:
    return Case(f"size/file-{name}", [octets], expect)


LARGE = (
    Case(
        "size/text-of-3-mb",
        lambda: [mail("cold radiator, warm hall. " * 120_000)],
        holds={"text_has": ["hall"]},
    ),
    Case(
        "size/text-of-3-mb-of-different-words",
        lambda: [mail(" ".join(f"w{n:x}" for n in range(500_000)) + " hall")],
    ),
    Case("size/one-line-of-5-mb", lambda: [mail("x" * 5_000_000 + " hall")]),
    Case("size/one-word-of-300-kb", lambda: [mail("x" * 300_000 + " hall")], holds={"text_has": ["hall"]}),
    Case("size/html-of-5-mb", lambda: [envelope(part("<p>hall</p>" + "<p>cold radiator</p>" * 250_000, HTML))]),
    Case("size/html-style-of-5-mb", lambda: [envelope(part(f"<style>{'a{b:c}' * 800_000}</style>hall", HTML))]),
    Case("size/100000-short-lines", lambda: [mail("a\r\n" * 100_000 + "hall")], holds={"text_has": ["hall"]}),
    Case("size/100000-quote-marks", lambda: [mail(">" * 100_000 + " hall")]),
    Case("size/quoted-lines-50000", lambda: [mail("hall\r\n\r\nIda wrote:\r\n" + "> cold\r\n" * 50_000)]),
    Case(
        "size/base64-10-mb",
        lambda: [_zeros(10)],
        holds={"attachments": ["zeros.bin"]},
        rows=("base64-bombs",),
    ),
    Case("size/base64-30-mb", lambda: [_zeros(30)], rows=("base64-bombs",), heavy=True),
    Case("size/base64-bomb-40-mb", lambda: [_zeros(40)], QUARANTINE, rows=("base64-bombs",), heavy=True),
    Case("size/54-mb-of-text", lambda: [mail("cold hall\r\n" * 5_000_000)], QUARANTINE, heavy=True),
    Case(
        "size/header-block-of-1200-kb",
        lambda: [mail(BODY, *[f"X-Scan-{n}: {'s' * 1000}" for n in range(1200)])],
        QUARANTINE,
    ),
    Case("size/one-header-of-3-mb", lambda: [mail(BODY, "X-Scan: " + "s" * 3_000_000)], QUARANTINE),
    Case(
        "size/part-header-of-3-mb",
        lambda: [envelope(group("mixed", part(BODY, "text/plain", "", "X-A: " + "a" * 3_000_000)))],
        NEVER_LOST,
    ),
    Case(
        "size/headers-without-end-60000",
        lambda: [b"".join(b"X-%d: y\r\n" % n for n in range(60_000))],
        NEVER_LOST,
    ),
)

FILES = (
    _no_mail("empty", b""),
    _no_mail("only-line-breaks", b"\r\n\r\n\r\n", NEVER_LOST),
    _no_mail("only-nuls", bytes(4096), NEVER_LOST),
    _no_mail("picture-png", _png()),
    _no_mail("picture-jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 4 + b"\xff\xd9"),
    _no_mail("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n"),
    _no_mail("zip", b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(256)) * 4),
    _no_mail("program", b"\x7fELF\x02\x01\x01" + bytes(9) + bytes(range(256)) * 4),
    _no_mail("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + bytes(range(255, 0, -1)) * 4),
    _no_mail("random-octets", Random(17).randbytes(5000), NEVER_LOST),
    _no_mail("utf-16-text", "From: ida@fjord.example\r\n\r\nhall".encode("utf-16"), NEVER_LOST),
    _no_mail("web-page", b"<!doctype html><html><body>hall</body></html>", NEVER_LOST),
    _no_mail("outlook-msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)),
    _no_mail("one-letter", b"x", NEVER_LOST),
    _no_mail("single-header-line", b"Subject: cold", "ticket"),
    _no_mail("named-attachment-of-a-picture", envelope(named("a.png", _png(), "image/png")), "ticket"),
)

CASES = LARGE + FILES
