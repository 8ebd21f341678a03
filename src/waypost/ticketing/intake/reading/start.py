"""Is this a mail at all, and where does it begin?"""

import codecs
import re

from waypost.ticketing.intake.reading.limits import Limits, Unreadable

_ENVELOPE = re.compile(rb">?From [^\n]*\n")
_FIRST_HEADER = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_NOT_TEXT = bytes([*range(9), 11, *range(14, 27), *range(28, 32), 127])
_FILES = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_SAMPLE = 2_048


def read_start(raw: bytes, limits: Limits) -> tuple[bytes, int]:
    """The bytes as lines end in them today, and the offset of the first header line.

    Byte-order marks, UTF-16 saves, bare CR line ends, an mbox envelope line and blank lines before it are understood.
    Refuses what is empty, too large, or binary without any header (a picture under a mail's name).
    """
    if len(raw) > limits.bytes:
        raise Unreadable("The mail is larger than we read.", "bytes")
    raw = _as_bytes_of_today(raw)
    start = len(raw) - len(raw.lstrip())
    if start == len(raw):
        raise Unreadable("There is nothing in this file.")
    if envelope := _ENVELOPE.match(raw, start):
        start = envelope.end()
    if _is_binary(raw[start : start + _SAMPLE]) and not _FIRST_HEADER.match(raw, start):
        raise Unreadable("This file is no mail.")
    return raw, start


def _as_bytes_of_today(raw: bytes) -> bytes:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def _is_binary(sample: bytes) -> bool:
    """A known beginning, or control bytes that no text has, but for a stray one."""
    if sample.startswith(_FILES):
        return True
    return len(sample) - len(sample.translate(None, _NOT_TEXT)) > len(sample) // 100
