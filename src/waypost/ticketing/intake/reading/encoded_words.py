"""Header text with `=?charset?B?...?=` in it (RFC 2047), as well as senders manage to write it."""

import binascii
import re

from waypost.ticketing.intake.reading.charsets import decode
from waypost.ticketing.intake.reading.transfer import base64_bytes

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*|.{0,400}?)\?=", re.DOTALL)


def decode_words(text: str, notes: list[str]) -> str:
    """`text` with its encoded words decoded. Neighbours of one charset are joined first: they may share a character."""
    if "=?" not in text:
        return text
    return "".join(part if isinstance(part, str) else decode(bytes(part[1]), part[0], notes) for part in _runs(text))


def _runs(text: str) -> list[str | tuple[str, bytearray]]:
    """Plain pieces, and the bytes of neighbouring words with their charset."""
    runs: list[str | tuple[str, bytearray]] = []
    end = 0
    for word in _WORD.finditer(text):
        gap = text[end : word.start()]
        charset, content = word[1].partition("*")[0].lower(), _content(word[2], word[3])
        last = runs[-1] if runs else ""
        if gap and not (gap.isspace() and isinstance(last, tuple)):
            runs.append(gap)
            last = gap
        if isinstance(last, tuple) and last[0] == charset:
            last[1].extend(content)
        else:
            runs.append((charset, bytearray(content)))
        end = word.end()
    return [*runs, text[end:]]


def _content(encoding: str, coded: str) -> bytes:
    raw = coded.encode("utf-8", "replace")
    if encoding in "bB":
        return base64_bytes(raw) or raw
    return binascii.a2b_qp(raw, header=True)
