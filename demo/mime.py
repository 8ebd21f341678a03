"""MIME written plainly (RFC 2045 to 2047), in the charset each sender's program would pick."""

import base64
import binascii
from email.header import Header
from email.utils import formataddr, getaddresses

SEVEN_BIT = {"us-ascii", "iso-2022-jp"}
BASE64 = {"utf-8-sig", "koi8-r", "windows-1251", "gb18030"}


def leaf(kind: str, text: str, charset: str) -> bytes:
    """A text part. Latin scripts travel quoted-printable, others base64, ISO-2022-JP as it is."""
    octets = text.encode(charset)
    encoding, body = _encoded(octets, charset)
    return part([f"Content-Type: {kind}; charset={charset}", f"Content-Transfer-Encoding: {encoding}"], body)


def _encoded(octets: bytes, charset: str) -> tuple[str, bytes]:
    if octets.isascii() and max(map(len, octets.splitlines()), default=0) < 990:
        return "7bit", octets
    if charset in BASE64 or sum(octet > 127 for octet in octets) * 4 > len(octets):
        return "base64", base64.encodebytes(octets)
    return "quoted-printable", binascii.b2a_qp(octets)


def file(name: str, kind: str, octets: bytes, content_id: str = "") -> bytes:
    """An attachment, or with a Content-ID (RFC 2392) a picture shown inside the page."""
    shown = encode(name, "utf-8")
    disposition = "inline" if content_id else "attachment"
    lines = [f'Content-Type: {kind}; name="{shown}"', "Content-Transfer-Encoding: base64"]
    lines.append(f'Content-Disposition: {disposition}; filename="{shown}"')
    return part([*lines, *([f"Content-ID: <{content_id}>"] if content_id else [])], base64.encodebytes(octets))


def group(kind: str, boundary: str, *parts: bytes) -> bytes:
    mark = f"--{boundary}".encode()
    inside = b"".join(mark + b"\n" + one.rstrip(b"\n") + b"\n" for one in parts)
    return part([f'Content-Type: multipart/{kind}; boundary="{boundary}"'], inside + mark + b"--\n")


def part(lines: list[str], body: bytes) -> bytes:
    return "".join(line + "\n" for line in lines).encode() + b"\n" + body


def encode(text: str, charset: str) -> str:
    """Header text as encoded words where it needs them; UTF-8 when the charset has no such letters."""
    if text.isascii():
        return text
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    return Header(text, charset, maxlinelen=72, header_name="Subject").encode()


def addresses(written: str, charset: str) -> str:
    """ "Name <address>" lists with the names encoded."""
    return ", ".join(formataddr((encode(name, charset), address)) for name, address in getaddresses([written]))
