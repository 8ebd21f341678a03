"""Whether a signed PDF is what it says: examined without any network, from the file and the certificates trusted.

It does not matter how or by whom a file was signed. The work is done in a process of its own with limits of time and
memory: a file that was tampered with may be anything.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from waypost.archive.signing.levels import Level
from waypost.platform.jobs.children import ChildFailed, in_child

TIMEOUT = timedelta(seconds=60)
MEMORY = 3 << 30
"""Address space, bytes: the largest records have several hundred megabytes."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What to measure a file by."""

    anchors: tuple[bytes, ...]
    """Certificates (DER or PEM) to which chains must lead."""
    now: datetime
    system: bool = True
    """Whether the system's certificates count too."""
    proven_at: datetime | None = None
    """A time by which the file is known to have existed from elsewhere (batch time proof, ruling 27). It helps to judge
    certificates that ended since, and never raises the level."""
    others: tuple[bytes, ...] = ()
    """Certificates (DER or PEM) that may stand between, untrusted by themselves."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One signature, or one document timestamp."""

    kind: Literal["signature", "timestamp"]
    field: str
    intact: bool
    """Its bytes are those that were signed, and nothing but evidence and timestamps was added after it."""
    trusted: bool
    """Its chain leads to a trusted certificate and was good at the time that is proven."""
    level: Level
    """Of a signature: how far its proof reaches. `NONE` for a document timestamp, and for what is not PAdES."""
    signer: str
    fingerprint: str
    """SHA-256 of the signer's (or authority's) certificate, hex."""
    signed_at: datetime | None
    """As a signature claims, or as a timestamp says."""
    proven_at: datetime | None
    """By an authority."""
    tsa: str | None
    why: tuple[str, ...]
    """What is wrong, and why the level is not higher: `digest_mismatch`, `changed_after`, `chain_untrusted` …"""


@dataclass(frozen=True, slots=True)
class Examined:
    """The whole file."""

    findings: tuple[Finding, ...] = ()
    problem: str | None = None
    """`unreadable`, `no_signature`, `unexplained_bytes`, `too_slow`; None when there are only findings to read."""

    @property
    def intact(self) -> bool:
        """Whether every byte is as it was signed."""
        return self.problem is None and bool(self.findings) and all(one.intact for one in self.findings)

    @property
    def trusted(self) -> bool:
        """Whether, beyond that, everybody who signed is trusted."""
        return self.intact and all(one.trusted for one in self.findings)

    @property
    def level(self) -> Level:
        """Of the first signature: how far it really reaches."""
        return next((one.level for one in self.findings if one.kind == "signature"), Level.NONE)

    @property
    def why(self) -> tuple[str, ...]:
        """Everything that is wrong or missing, once each."""
        told = [*([self.problem] if self.problem else []), *(word for one in self.findings for word in one.why)]
        return tuple(dict.fromkeys(told))


async def examine(pdf: bytes, trust: Trust) -> Examined:
    """Judge a file; never raises for what the file holds."""
    from waypost.archive.signing.examining import examined

    try:
        return await in_child(examined, pdf, trust, timeout=TIMEOUT, memory=MEMORY)
    except ChildFailed:
        return Examined(problem="too_slow")
