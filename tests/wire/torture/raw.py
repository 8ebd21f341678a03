"""Mail written byte by byte. No mail library helps here: it would repair what has to be wrong."""

import base64
import binascii
from hashlib import sha256

CRLF = b"\r\n"
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
BODY = "The radiator in the hall stays cold although the valve is open.\r\n"
USUAL: dict[str, str | bytes | None] = {
    "From": "Ida Holm <ida@fjord.example>",
    "To": "Acme Support <support@acme.example>",
    "Subject": "Radiator stays cold",
    "Date": "Tue, 10 Feb 2026 09:12:33 +0100",
}


def octets(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def part(body: str | bytes = BODY, kind: str = TEXT, encoding: str = "", *more: str | bytes) -> bytes:
    """One leaf: its own header lines, an empty line, and the body encoded as `encoding` says."""
    lines = [f"Content-Type: {kind}"] if kind else []
    lines += [f"Content-Transfer-Encoding: {encoding}"] if encoding else []
    return CRLF.join([*map(octets, (*lines, *more)), b"", encoded(octets(body), encoding)])


def encoded(body: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(body).replace(b"\n", CRLF)
    return binascii.b2a_qp(body) if encoding == "quoted-printable" else body


def named(name: str, body: str | bytes, kind: str = "application/octet-stream") -> bytes:
    """An ordinary attachment with a plain file name."""
    disposition = f'Content-Disposition: attachment; filename="{name}"'
    return part(body, kind, "base64", disposition)


def group(kind: str, *parts: bytes, boundary: str = "frontier", extra: str = "") -> bytes:
    """A multipart of the given kind, as a part that can be put into another one."""
    mark = b"--" + boundary.encode()
    inside = b"".join(mark + CRLF + one + CRLF for one in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{extra}'.encode()
    return head + CRLF + CRLF + inside + mark + b"--" + CRLF


def envelope(content: bytes, *more: str | bytes, **fields: str | bytes | None) -> bytes:
    """A whole mail around `content`. Fields replace the usual ones (`message_id=None` leaves one out, `from_` is From).

    The Message-ID, unless given, is made from everything else: equal mails get equal ids.
    """
    given: dict[str, str | bytes | None] = {_field_name(key): value for key, value in fields.items()}
    head = {**USUAL, **given}
    if "Message-ID" not in head:
        head["Message-ID"] = _made_from(*(f"{name}:{value!r}" for name, value in sorted(head.items())), *more, content)
    lines = [name.encode() + b": " + octets(value) for name, value in head.items() if value is not None]
    return CRLF.join([*lines, b"MIME-Version: 1.0", *map(octets, more), content])


def mail(body: str | bytes = BODY, *more: str | bytes, **fields: str | bytes | None) -> bytes:
    """A one-part plain text mail in UTF-8."""
    return envelope(part(body), *more, **fields)


def html_mail(page: str, **fields: str | bytes | None) -> bytes:
    return envelope(part(page, HTML), **fields)


def bare(*lines: str | bytes) -> bytes:
    """Exactly these lines, each ended by CRLF, and nothing else."""
    return b"".join(octets(line) + CRLF for line in lines)


def _made_from(*pieces: str | bytes) -> str:
    digest = sha256()
    for piece in pieces:
        digest.update(octets(piece))
    return f"<{digest.hexdigest()[:20]}@fjord.example>"


def _field_name(key: str) -> str:
    name = "-".join(word.capitalize() for word in key.rstrip("_").split("_"))
    return {"Message-Id": "Message-ID", "Mime-Version": "MIME-Version"}.get(name, name)
