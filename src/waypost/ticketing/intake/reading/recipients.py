"""For whom a mail was meant: what its headers say, and the choice among it with its evidence."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from waypost.ticketing.intake.reading.addresses import Address, emails, read_addresses
from waypost.ticketing.intake.reading.headers import Headers
from waypost.ticketing.intake.reading.limits import Limits

_RECIPIENT_NAMES = (
    "to cc bcc reply-to delivered-to x-original-to x-gm-original-to envelope-to x-envelope-to apparently-to resent-to "
    "x-forwarded-to x-delivered-to"
)
_TICKET_ADDRESS = re.compile(r"ticket\+[^@\s]{1,200}@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recipients:
    """Addresses by the header that names them: lower-case, each once, in order."""

    x_gm_original_to_candidates: tuple[str, ...] = ()
    delivered_to_candidates: tuple[str, ...] = ()
    x_original_to_candidates: tuple[str, ...] = ()
    to_candidates: tuple[str, ...] = ()
    cc_candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The recipient that routing goes by.

    `source`: workspace_header, delivered_to, x_original_to, to_cc_scan, unknown. `confidence`: high, medium, low.
    `evidence` has seven keys: selected_from, selected_value and the five lists of `Recipients`, complete.
    """

    address: str | None
    source: str
    confidence: str
    evidence: dict[str, str | list[str] | None]


@dataclass(frozen=True, slots=True)
class Markers:
    """What claims to come from our own replies, as received: nothing here is proven until its signature is."""

    ticket_ids: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    ticket_addresses: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()


def read_recipients(headers: Headers, limits: Limits, notes: list[str]) -> Recipients:
    """The candidates of the five headers that routing knows."""

    def of(name: str) -> tuple[str, ...]:
        return emails(read_addresses(headers.every(name), limits.addresses, notes))

    return Recipients(of("x-gm-original-to"), of("delivered-to"), of("x-original-to"), of("to"), of("cc"))


def read_markers(headers: Headers, limits: Limits, notes: list[str]) -> Markers:
    """Values of the three X-OSS headers, and `ticket+CODE@` addresses of any recipient header."""
    addresses: list[Address] = []
    for name in _RECIPIENT_NAMES.split():
        if _TICKET_ADDRESS.search(" ".join(headers.every(name))):
            addresses += read_addresses(headers.every(name), limits.addresses, notes)
    tickets = dict.fromkeys(a.email for a in addresses if _TICKET_ADDRESS.match(a.email))
    ids = (_values(headers, "x-oss-ticket-id"), _values(headers, "x-oss-message-id"))
    return Markers(*ids, tuple(tickets), _values(headers, "x-oss-signature"))


def _values(headers: Headers, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v.strip()[:500] for v in headers.every(name)[:20] if v.strip() and v.isprintable()))


def choose_recipient(recipients: Recipients, *, drop: Collection[str], allow: Callable[[str], bool]) -> Chosen:
    """The first candidate by precedence of headers; among To and Cc the first allowed one, else the first.

    `drop`: addresses of journal mailboxes, lower-case, which name the copy and not its reader. `allow`: the allowlist.
    """
    r = recipients
    for label, source, confidence, candidates in (
        ("X-Gm-Original-To", "workspace_header", "high", r.x_gm_original_to_candidates),
        ("Delivered-To", "delivered_to", "medium", r.delivered_to_candidates),
        ("X-Original-To", "x_original_to", "medium", r.x_original_to_candidates),
    ):
        if address := next((c for c in candidates if c not in drop), None):
            return _chosen(r, address, label, source, confidence)
    scanned = [(c, "to") for c in r.to_candidates] + [(c, "cc") for c in r.cc_candidates]
    kept = [(address, label) for address, label in scanned if address not in drop]
    if best := next((k for k in kept if allow(k[0])), next(iter(kept), None)):
        return _chosen(r, *best, "to_cc_scan", "low")
    return _chosen(r, None, None, "unknown", "low")


def _chosen(r: Recipients, address: str | None, label: str | None, source: str, confidence: str) -> Chosen:
    evidence: dict[str, str | list[str] | None] = {
        "selected_from": label,
        "selected_value": address,
        "x_gm_original_to_candidates": list(r.x_gm_original_to_candidates),
        "delivered_to_candidates": list(r.delivered_to_candidates),
        "x_original_to_candidates": list(r.x_original_to_candidates),
        "to_candidates": list(r.to_candidates),
        "cc_candidates": list(r.cc_candidates),
    }
    return Chosen(address, source, confidence, evidence)
