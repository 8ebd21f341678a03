"""Whether a person wrote a mail: automatic answers, bounces, lists (RFC 3834, RFC 3464, RFC 2919)."""

import re

from waypost.ticketing.intake.reading.cleaning import clean_word
from waypost.ticketing.intake.reading.headers import Headers
from waypost.ticketing.intake.reading.tree import Entity

_AUTOMATIC_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-mail-autoreply")
_AUTOMATIC_SUBJECT = re.compile(
    r"\s*(?:auto(?:matic|mated)?[- ]?(?:reply|response|answer)\b|out of (?:the )?office\b|automatische antwort\b"
    r"|abwesenheits(?:notiz|meldung|agent)|réponse automatique\b|respuesta automática\b|risposta automatica\b"
    r"|resposta automática\b|automatisch antwoord\b|automatyczna odpowiedź\b|autosvar\b|automaattinen vastaus\b"
    r"|自动回复|自動返信)",
    re.IGNORECASE,
)
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)


def is_automatic(headers: Headers, subject: str | None) -> bool:
    """No person sent this just now: answering it by itself could loop."""
    declared = headers.first("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if declared and declared != "no":
        return True
    if headers.first("precedence").strip().lower() in ("auto_reply", "auto-reply"):
        return True
    return any(map(headers.every, _AUTOMATIC_HEADERS)) or bool(_AUTOMATIC_SUBJECT.match(subject or ""))


def is_bounce(root: Entity, sender: str | None) -> bool:
    """A report that mail could not be delivered."""
    headers = root.headers
    if root.kind == "multipart/report" and root.parameters.get("report-type", "").lower() in ("delivery-status", ""):
        return True
    from_daemon = bool(sender and _DAEMON.match(sender))
    by_nobody = headers.first("return-path").replace(" ", "") == "<>"
    return bool(headers.every("x-failed-recipients")) or (from_daemon and (by_nobody or not headers.every("to")))


def list_id(headers: Headers) -> str | None:
    """Identity of the mailing list that sent this, without its describing phrase, lower-case."""
    raw = headers.first("list-id")
    _, bracket, inside = raw.rpartition("<")
    return clean_word((inside.partition(">")[0] if bracket else raw).lower())[:255] or None
