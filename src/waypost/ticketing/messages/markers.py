"""Marks that our replies carry, and the proof that we wrote them: keyed signatures (HMAC-SHA256, RFC 2104).

Three headers travel with every reply (`X-OSS-Ticket-ID`, `X-OSS-Message-ID`, `X-OSS-Signature`), and an address
`ticket+CODE.TOKEN@…` may stand in its Reply-To. Whoever knows a ticket's code still cannot make either. A proof says
that we wrote the mark once, for that organisation; who shows it now is for the caller to ask.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from uuid import UUID

TICKET_HEADER, MESSAGE_HEADER, SIGNATURE_HEADER = "X-OSS-Ticket-ID", "X-OSS-Message-ID", "X-OSS-Signature"
_VERSION = "v1="
_TOKEN_BYTES = 10
"""80 bits: sixteen characters of base32, so that code and token fit the 64 of an address's local part."""
_ADDRESS = re.compile(r"ticket\+(tkt-[a-z2-7]{16})\.([a-z2-7]{16})@", re.IGNORECASE)
_TRIED = 4
"""Values of a repeated header that are looked at; ours stands there once."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A reply of ours, by the ids we gave it: the ticket as it was then, and `oss_message_id`."""

    ticket_id: UUID
    oss_message_id: UUID


@dataclass(frozen=True, slots=True)
class Stamps:
    """Makes marks with the first key, proves them with any; keys are 32 bytes, current first."""

    keys: tuple[bytes, ...] = field(repr=False)

    def headers(self, org: UUID, proven: Proven) -> dict[str, str]:
        """The three headers of one reply."""
        signature = _VERSION + _mac(self.keys[0], "headers", _pair(org, proven)).hex()
        return {
            TICKET_HEADER: str(proven.ticket_id),
            MESSAGE_HEADER: str(proven.oss_message_id),
            SIGNATURE_HEADER: signature,
        }

    def address(self, org: UUID, ticket_code: str, domain: str) -> str:
        """`ticket+CODE.TOKEN@domain`, lower-case: answers sent there find their ticket whatever else they lost."""
        code = ticket_code.lower()
        return f"ticket+{code}.{_token(self.keys[0], org, code)}@{domain}"

    def proven(
        self, org: UUID, ticket_ids: Iterable[str], message_ids: Iterable[str], signatures: Iterable[str]
    ) -> Proven | None:
        """The reply of ours that these header values (as received) name, or None when none of it is signed by us."""
        pairs = product(_uuids(ticket_ids), _uuids(message_ids))
        claims = [Proven(ticket, message) for ticket, message in pairs]
        macs = [mac for value in _few(signatures) if (mac := _signature(value)) is not None]
        return next((claim for claim in claims if self._signed(org, claim, macs)), None)

    def code_in(self, org: UUID, address: str) -> str | None:
        """The ticket code of one of our own reply addresses, lower-case; None for any other address."""
        match = _ADDRESS.match(address.strip())
        if match is None:
            return None
        code, token = match[1].lower(), match[2].lower()
        return code if any(hmac.compare_digest(_token(key, org, code), token) for key in self.keys) else None

    def _signed(self, org: UUID, claim: Proven, macs: list[bytes]) -> bool:
        made = [_mac(key, "headers", _pair(org, claim)) for key in self.keys]
        return any(hmac.compare_digest(ours, theirs) for ours in made for theirs in macs)


def _pair(org: UUID, proven: Proven) -> bytes:
    return org.bytes + proven.ticket_id.bytes + proven.oss_message_id.bytes


def _mac(key: bytes, use: str, data: bytes) -> bytes:
    return hmac.digest(key, use.encode() + b"\0" + data, hashlib.sha256)


def _token(key: bytes, org: UUID, code: str) -> str:
    return base64.b32encode(_mac(key, "address", org.bytes + code.encode())[:_TOKEN_BYTES]).decode().lower()


def _few(values: Iterable[str]) -> list[str]:
    return [value.strip() for value, _ in zip(values, range(_TRIED), strict=False)]


def _uuids(values: Iterable[str]) -> list[UUID]:
    found = []
    for value in _few(values):
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _signature(value: str) -> bytes | None:
    if not value.startswith(_VERSION):
        return None
    try:
        return bytes.fromhex(value.removeprefix(_VERSION))
    except ValueError:
        return None
