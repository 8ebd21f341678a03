"""Several gets in one request: `multipart/mixed` of `application/http` parts, as Google's batch interface takes it."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from waypost.ticketing.mailboxes.google.words import GoogleUnclear

EDGE = "waypost-gets"
FIRST_LINE = re.compile(rb"\s*--([!-~]{1,70})\r?\n")
NUMBER = re.compile(rb"^content-id:\s*<?(?:response-)?(\d+)>?\s*$", re.IGNORECASE | re.MULTILINE)
STATUS = re.compile(rb"HTTP/[\d.]+ (\d{3})")


def many_gets(ids: Sequence[str], path: str) -> tuple[bytes, str]:
    """The body and its media type; each part is numbered by its place in `ids`."""
    parts = [
        f"--{EDGE}\r\nContent-Type: application/http\r\nContent-ID: <{at}>\r\n\r\n"
        f"GET {path}/{quote(one, safe='')}?format=raw\r\n\r\n"
        for at, one in enumerate(ids)
    ]
    return ("".join(parts) + f"--{EDGE}--\r\n").encode(), f"multipart/mixed; boundary={EDGE}"


def boundary_of(body: bytes) -> bytes:
    """The edge that the answer begins with; refuses with `GoogleUnclear`."""
    found = FIRST_LINE.match(body)
    if found is None:
        raise GoogleUnclear
    return found[1]


def parts_of(body: bytes, edge: bytes) -> dict[int, tuple[int, bytes]]:
    """Status and body of each numbered answer; a part that cannot be read is left out."""
    answers = {}
    for part in body.split(b"--" + edge)[1:]:
        outer, _, inner = part.replace(b"\r\n", b"\n").partition(b"\n\n")
        head, _, content = inner.partition(b"\n\n")
        at, status = NUMBER.search(outer), STATUS.match(head.lstrip())
        if at and status:
            answers[int(at[1])] = (int(status[1]), content.strip())
    return answers
