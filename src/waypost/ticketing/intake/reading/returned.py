"""What a bounce is about: the mail that came back, and whom it did not reach (RFC 3464, RFC 3462, RFC 5321)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from waypost.ticketing.intake.reading.addresses import emails, read_addresses
from waypost.ticketing.intake.reading.cleaning import clean_line
from waypost.ticketing.intake.reading.headers import read_headers
from waypost.ticketing.intake.reading.limits import Limits, Unreadable
from waypost.ticketing.intake.reading.message_ids import read_ids
from waypost.ticketing.intake.reading.tree import Entity

_ORIGINALS = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers")
_STATUS = ("message/delivery-status", "message/global-delivery-status")
_RECIPIENT = re.compile(
    r"(?im)^(?:final|original)-recipient[ \t]*:[^;\n]{0,40};[ \t]*<?([^\s<>;]{1,255}@[^\s<>;]{1,255})"
)
_ACTION = re.compile(r"(?im)^action[ \t]*:[ \t]*(\w{1,20})")
_REASON = re.compile(
    r"(?im)^diagnostic-code[ \t]*:[ \t]*(?:[\w.-]{1,30};)?[ \t]*(\S[^\r\n]*(?:\r?\n[ \t]+[^\r\n]+){0,5})"
)
_CODE = re.compile(r"(?im)^status[ \t]*:[ \t]*(5\.\d{1,3}\.\d{1,3})")
_REASON_LENGTH = 300
_GROUPS = re.compile(r"\r?\n[ \t]*\r?\n")
_QUOTED_ID = re.compile(r"(?im)^[> \t]{0,8}message-id[ \t]*:[ \t]*(<[^<>\s]{1,400}>)")
_READ_BYTES = 64 * 1024
_MOST = 50


@dataclass(frozen=True, slots=True)
class Returned:
    """Message-IDs of the mails that came back, as headers write them, and addresses that were not reached."""

    message_ids: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    reason: str = ""
    """What the other server said of the first of them, on one line."""
    names_nobody: bool = False
    """True where a plain letter of an older server, or a report, says that a mail came back but not from whom."""


NOTHING = Returned()


def read_returned(root: Entity, text: str, limits: Limits, notes: list[str]) -> Returned:
    """From the report, from the mail attached to it, or from what older servers write into the `text`."""
    parts = list(_leaves(root))
    named = [name for part in parts if part.kind in _ORIGINALS for name in _ids(part, limits, notes)]
    named = named or list(read_ids(_QUOTED_ID.findall(text[:_READ_BYTES])))[:1]
    statuses = [_words(part, notes) for part in parts if part.kind in _STATUS]
    failed = [one for status in statuses for one in _failed(status)]
    failed += emails(read_addresses(root.headers.every("x-failed-recipients"), _MOST, notes))
    reason = next((said for status in statuses if (said := _reason(status))), "")
    plain = not failed and (not statuses or any(_fails_somebody(status) for status in statuses))
    return Returned(tuple(dict.fromkeys(named))[:_MOST], tuple(dict.fromkeys(failed))[:_MOST], reason, plain)


def _leaves(entity: Entity) -> Iterator[Entity]:
    if not entity.children:
        yield entity
    for child in entity.children:
        yield from _leaves(child)


def _ids(part: Entity, limits: Limits, notes: list[str]) -> tuple[str, ...]:
    """The Message-ID of an enclosed mail, or of its headers alone."""
    head = part.content(notes)[:_READ_BYTES]
    try:
        headers, _body = read_headers(head, 0, len(head), limits, [])
    except Unreadable:
        return ()
    return read_ids(headers.every("message-id"))[:1]


def _words(part: Entity, notes: list[str]) -> str:
    return part.content(notes)[:_READ_BYTES].decode("utf-8", "replace")


def _failed(status: str) -> Iterator[str]:
    """Recipients of a status report whom the mail did not reach; a delay is no failure yet."""
    for group in _GROUPS.split(status):
        action = _ACTION.search(group)
        if action is None or action[1].lower() == "failed":
            yield from (found.lower() for found in _RECIPIENT.findall(group))


def _fails_somebody(status: str) -> bool:
    """A report that says "failed" without an address that we could read."""
    groups = ((_ACTION.search(group), _RECIPIENT.search(group)) for group in _GROUPS.split(status))
    return any(action and action[1].lower() == "failed" and not named for action, named in groups)


def _reason(status: str) -> str:
    """The server's own words, else the status code (RFC 3464 sections 2.3.4 and 2.3.6)."""
    found = _REASON.search(status) or _CODE.search(status)
    return clean_line(" ".join(found[1].split()))[:_REASON_LENGTH] if found else ""
