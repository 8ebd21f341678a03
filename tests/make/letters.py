"""A letter with everything on it: text, HTML, pictures inside, files beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
"""What the first bytes of a picture look like; nothing here draws it."""


@dataclass(frozen=True, slots=True)
class File:
    """What hangs on a letter; one with a content id is shown inside."""

    name: str
    data: bytes
    kind: str = "application/pdf"
    content_id: str | None = None


def letter(
    name: str,
    *,
    sender: str = "Anna Berg <anna@client.example>",
    to: str = "support@acme.example",
    subject: str = "Boiler is cold",
    text: str = "The boiler is cold.",
    html: str | None = None,
    files: Sequence[File] = (),
    date: str = "Mon, 02 Nov 2026 08:00:00 +0000",
) -> bytes:
    """Its bytes; `name` is the local part of its Message-ID."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"], made["Date"] = sender, to, subject, date
    made["Message-ID"] = f"<{name}@client.example>"
    made.set_content(text)
    if html is not None:
        made.add_alternative(html, subtype="html")
    for file in files:
        _hang(made, file)
    return made.as_bytes()


def _hang(made: EmailMessage, file: File) -> None:
    main, _, sub = file.kind.partition("/")
    cid = f"<{file.content_id}>" if file.content_id else None
    way = "inline" if cid else "attachment"
    made.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name, disposition=way, cid=cid)
