"""Raw mails for the reader's tests."""

from collections.abc import Sequence

from waypost.ticketing.intake.mime import Mail, read_mail

_USUAL = {
    "From": "Ann Lee <ann@lee.example>",
    "To": "support@acme.example",
    "Subject": "Cold radiator",
    "Date": "Mon, 02 Mar 2026 10:00:00 +0100",
    "Message-ID": "<m1@lee.example>",
}


def letter(body: bytes = b"Hello", **headers: str | None) -> bytes:
    """A mail with the usual headers; `content_type="..."` adds or replaces one, None leaves it out."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    known = {name.title(): value for name, value in _USUAL.items()}
    lines = [f"{name}: {value}" for name, value in {**known, **named}.items() if value is not None]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def raw_header(line: bytes, body: bytes = b"Hello") -> bytes:
    """A mail whose first header line is given as bytes."""
    return line + b"\r\n" + letter(body)


def multipart(subtype: str, parts: Sequence[bytes], **headers: str | None) -> bytes:
    """A mail of several parts, each given with its own headers."""
    return letter(joined(parts, "edge"), content_type=f'multipart/{subtype}; boundary="edge"', **headers)


def joined(parts: Sequence[bytes], boundary: str) -> bytes:
    """The body of a multipart."""
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def part(kind: str, content: bytes, *lines: str) -> bytes:
    """One part with Content-Type `kind` and further header lines."""
    return "\r\n".join([f"Content-Type: {kind}", *lines, "", ""]).encode() + content


def text_of(raw: bytes) -> str:
    """Its text, which must be there."""
    text = read_mail(raw).body_text
    assert text is not None
    return text


def html_of(raw: bytes) -> str:
    """Its safe HTML, which must be there."""
    html = read_mail(raw).body_html
    assert html is not None
    return html


def names_of(mail: Mail) -> list[str]:
    """File names of its attachments."""
    return [p.filename for p in mail.attachments]
