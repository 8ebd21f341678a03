"""mbox files (RFC 4155 and its older dialects), read as a stream.

A mail begins at a `From ` line with a date in it, at the start of the file or after an empty line. `>From ` in a body
loses one `>` (mboxrd; right for mboxo too where the writer escaped at all). Where `Content-Length` leads exactly to the
next `From ` line or to the end, it is believed and the body is left as it is (mboxcl2).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

SEPARATOR = re.compile(rb"From (?:.*\s)?[A-Z][a-z]{2} +[A-Z][a-z]{2} +\d{1,2} +\d\d:\d\d(?::\d\d)? .*\d{4}", re.DOTALL)
DATED = re.compile(
    rb"([A-Z][a-z]{2}) +([A-Z][a-z]{2}) +(\d{1,2}) +(\d\d:\d\d(?::\d\d)?)(?: +([-+]\d{4}|[A-Z]{1,5}))? +(\d{4})"
)
ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
LONGEST_LINE = 1024 * 1024


def is_mbox(path: Path) -> bool:
    """By the first line, whatever the name."""
    with path.open("rb") as file:
        return SEPARATOR.match(file.readline(LONGEST_LINE)) is not None


def mbox_mails(path: Path, max_bytes: int) -> Iterator[tuple[bytes, datetime | None]]:
    """Each mail with the date of its `From ` line; one at a time in memory, cut one byte beyond `max_bytes`."""
    with path.open("rb") as file:
        line = file.readline(LONGEST_LINE)
        while line:
            at = _date_of(line)
            raw, line = _one_mail(file, max_bytes)
            yield raw[: max_bytes + 1], at


def _one_mail(file: BinaryIO, max_bytes: int) -> tuple[bytes, bytes]:
    """The mail at the file's position, and the `From ` line that follows it (empty at the end)."""
    kept, following = _read_until(file, max_bytes, headers_only=True)
    if following is not None:
        return _trimmed(kept), following
    promised = LENGTH.search(bytes(kept))
    if promised is not None and (whole := _as_promised(file, kept, int(promised[1]), max_bytes)):
        return whole
    body, following = _read_until(file, max_bytes - len(kept), headers_only=False)
    unescaped = ESCAPED.sub(rb"\1", bytes(body))
    return _trimmed(kept + unescaped), following or b""


def _read_until(file: BinaryIO, room: int, *, headers_only: bool) -> tuple[bytearray, bytes | None]:
    """Lines up to a separator, which is returned, or to the end of the headers (None) or of the file (empty)."""
    kept, after_empty = bytearray(), not headers_only
    while line := file.readline(LONGEST_LINE):
        empty = line in (b"\n", b"\r\n")
        if after_empty and line.startswith(b"From ") and SEPARATOR.match(line):
            return kept, line
        if len(kept) <= room:
            kept += line[: room + 2 - len(kept)]
        if headers_only and empty:
            return kept, None
        after_empty = empty
    return kept, b""


def _as_promised(file: BinaryIO, headers: bytearray, length: int, max_bytes: int) -> tuple[bytes, bytes] | None:
    """Believe Content-Length when a separator or the end stands where it says; else go back as if it were not there."""
    start = file.tell()
    room = max_bytes + 1 - len(headers)
    file.seek(start + length)
    following = file.readline(LONGEST_LINE)
    if following in (b"\n", b"\r\n"):
        following = file.readline(LONGEST_LINE)
    after = file.tell()
    if (following and not SEPARATOR.match(following)) or start + length > file.seek(0, 2):
        file.seek(start)
        return None
    file.seek(start)
    body = file.read(min(length, max(0, room)))
    file.seek(after)
    return bytes(headers) + body, following


def _trimmed(mail: bytes | bytearray) -> bytes:
    """Without the empty line that belongs to the mbox, not to the mail."""
    for end in (b"\r\n\r\n", b"\n\n"):
        if mail.endswith(end):
            return bytes(mail[: -len(end) // 2])
    return bytes(mail)


def _date_of(line: bytes) -> datetime | None:
    found = DATED.search(line)
    if found is None:
        return None
    day, month, number, time, zone, year = (part.decode() if part else "+0000" for part in found.groups())
    try:
        date = parsedate_to_datetime(f"{day}, {number} {month} {year} {time} {zone}")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
