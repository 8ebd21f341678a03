"""The webhook's signature: `X-Hub-Signature: sha1=…` or `sha256=…`, HMAC over the exact bytes of the body. Pure."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

HEADER = "x-hub-signature"
_FORM = re.compile(r"\s*(sha1|sha256)\s*=\s*([0-9a-f]+)\s*", re.IGNORECASE)
_LENGTHS = {"sha1": 40, "sha256": 64}


@dataclass(frozen=True, slots=True)
class Signature:
    """A well-formed one."""

    algorithm: str
    mac: str
    """Lower-case hex."""


def parsed(header: str | None) -> Signature | None:
    """The header's value; None when it is absent or of any other form. Names and hex in either case, blanks around."""
    match = _FORM.fullmatch(header or "")
    if match is None:
        return None
    algorithm, mac = match[1].lower(), match[2].lower()
    return Signature(algorithm, mac) if len(mac) == _LENGTHS[algorithm] else None


def fits(signature: Signature, message: bytes, secrets: Sequence[bytes]) -> bool:
    """Whether one of the secrets signed this message; always as slow for all of them."""
    made = [hmac.new(secret, message, getattr(hashlib, signature.algorithm)).hexdigest() for secret in secrets]
    return any([hmac.compare_digest(signature.mac, each) for each in made])


def retry_message(path: str, body: bytes) -> bytes:
    """What is signed for `/retry`: its body is empty, so the address must be part of it, or one signature opens all."""
    return b"POST " + path.encode() + b"\n" + body
