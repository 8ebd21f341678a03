"""Content-Transfer-Encoding undone, whatever the transport added to it (RFC 2045 section 6)."""

import binascii
import re
from itertools import islice

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_ONLY_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]*")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_MOST_PIECES = 1_000
_MOST_LINES = 1_200_000
_PADDING = re.compile(rb"=[=\s]*")


def undo(data: bytes, encoding: str, notes: list[str]) -> bytes:
    """Content behind its transfer encoding; unknown encodings and hopeless content come back as they are."""
    if encoding == "base64":
        return _kept(b"" if _is_prose(data) else base64_bytes(data), data, notes)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _kept(_uudecoded(data), data, notes)
    if encoding not in ("", "7bit", "8bit", "binary"):
        notes.append("unknown transfer encoding left as it was")
    return data


def _kept(decoded: bytes, data: bytes, notes: list[str]) -> bytes:
    """Never nothing out of something."""
    if decoded or not data.strip():
        return decoded
    notes.append("content did not match its transfer encoding")
    return data


def _is_prose(data: bytes) -> bool:
    """Plain words under a wrong label: spaces as dense as in a sentence, and no sense once decoded."""
    if data.count(b" ") * 12 <= len(data):
        return False
    try:
        return not base64_bytes(data).decode()
    except UnicodeDecodeError:
        return True


def base64_bytes(data: bytes) -> bytes:
    """Base64 with anything foreign ignored, padding repaired and pieces joined end to end decoded in turn."""
    first, *later = _PADDING.split(data, maxsplit=_MOST_PIECES)
    pieces = [first, *(p for p in later if p.strip() and _ONLY_BASE64.fullmatch(p))]
    return b"".join(_piece(p) for p in pieces)


def _piece(data: bytes) -> bytes:
    letters = data.translate(None, _NOT_BASE64) if _ONLY_BASE64.fullmatch(data) else _repaired(data)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _repaired(data: bytes) -> bytes:
    """The URL-safe alphabet is understood when it is used alone; otherwise foreign bytes are dropped."""
    if b"+" not in data and b"/" not in data:
        data = data.translate(_URL_SAFE)
    return data.translate(None, _NOT_BASE64)


def _uudecoded(data: bytes) -> bytes:
    begin = re.search(rb"^begin[ \t]+[0-7]{3,4}[ \t].*$", data, re.MULTILINE)
    lines = islice(re.finditer(rb"[^\r\n]+", data[begin.end() if begin else 0 :]), _MOST_LINES)
    return b"".join(_uu_line(line[0]) for line in lines if line[0] != b"end")


def _uu_line(line: bytes) -> bytes:
    size = (line[0] - 32) & 63
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        needed = 1 + (size + 2) // 3 * 4
        return _uu_repaired(line[:needed])


def _uu_repaired(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return b""
