"""How strong a signature is (ETSI EN 319 142-1), and why it is not stronger."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """The ladder, weakest first. `DSS` is ruling 28's case: revocation data and a document timestamp without a T."""

    NONE = "none"
    B = "B-B"
    DSS = "B-B+DTS"
    T = "B-T"
    LT = "B-LT"
    LTA = "B-LTA"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished file."""

    pdf: bytes
    level: Level
    reason: str | None
    """Why the level that was asked for was not reached; None when it was. A token, e.g. `tsa_unreachable`."""
    detail: str | None = None
    """The same for people, without secrets."""
    signer_fingerprint: str | None = None
    """SHA-256 of the signer's certificate, hex."""
    signer_subject: str | None = None
    signed_at: datetime | None = None
    tsa: str | None = None
    """Subject of the authority whose token is inside; None without one."""
    timestamp_at: datetime | None = None
