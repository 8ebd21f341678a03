"""What can still be said of a mail that could not be read: a few headers, and the whole of it as a file."""

import re
from dataclasses import replace
from hashlib import sha256

from waypost.ticketing.intake.reading.limits import Unreadable
from waypost.ticketing.intake.reading.mail import Mail, read_mail
from waypost.ticketing.intake.reading.parts import Part

HEAD_BYTES = 64 * 1024
"""As far as headers are looked for."""
LONGEST_LINE = 2_000
KEPT = re.compile(
    rb"^(?:From|To|Cc|Reply-To|Subject|Date|Message-ID|In-Reply-To|References|Delivered-To|X-Original-To"
    rb"|X-Gm-Original-To):",
    re.IGNORECASE,
)
NOTHING = b"Subject: (unreadable mail)\r\n\r\n"


def unread_mail(head: bytes, digest: bytes, size: int, reason: str) -> Mail:
    """A mail with the headers that can be trusted to be small, the reason as its text, and the original attached.

    `head` is the beginning of the raw bytes, `digest` the SHA-256 and `size` the length of all of them.
    """
    text = f"This mail could not be read: {reason}. The original is attached."
    try:
        mail = read_mail(b"\r\n".join(_kept(head)) + b"\r\n\r\n" + text.encode())
    except Unreadable:
        mail = read_mail(NOTHING + text.encode())
    mark = sha256(b"unread" + digest).hexdigest()
    original = Part(
        ordinal=0,
        filename="original.eml",
        content_type="message/rfc822",
        data=b"",
        sha256=digest,
        size=size,
        is_inline=False,
        content_id=None,
    )
    return replace(
        mail, attachments=(original,), fingerprint_v1=mark, signature_v1=mark, content_signature=mark, is_forward=False
    )


def _kept(head: bytes) -> list[bytes]:
    block = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    lines = [line for line in re.split(rb"\r?\n(?![ \t])", block) if KEPT.match(line) and len(line) <= LONGEST_LINE]
    return lines[:20] or [b"Subject: (unreadable mail)"]
