"""What `/health` and `/health/test` answer; a part of the web process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from waypost.platform.observe.health import Check, Finding, Health
from waypost.platform.product import product_version

PATIENCE = 2.0
"""Seconds that a check may take, as documented."""


@dataclass(frozen=True, slots=True)
class Release:
    """Which release runs here; empty where the environment does not say."""

    ref: str | None = None
    sha: str | None = None
    created_at: str | None = None


@dataclass(slots=True)
class HealthDesk:
    """`checks` are asked together, at most once a second."""

    checks: Sequence[Check]
    release: Release = field(default_factory=Release)
    prod: bool = False
    born: float = field(default_factory=monotonic)
    _health: Health = field(init=False)

    def __post_init__(self) -> None:
        self._health = Health(self.checks, patience=PATIENCE)

    def alive(self) -> dict[str, Any]:
        """The process answers; nobody else is asked, so probes cost nothing."""
        told: dict[str, Any] = {"status": "ok", "version": product_version(), "sha": self.release.sha}
        told |= {"ref": self.release.ref}
        told |= {"created_at": self.release.created_at, "uptime": round(monotonic() - self.born, 3)}
        return told | {"checks": [{"name": "process", "state": "up", "latencyMs": 0, "reason": None}]}

    async def ready(self) -> tuple[dict[str, Any], bool]:
        """Every check with its name, state, latency and reason, whatever came of it; and whether all are up."""
        found = await self._health.look()
        told = {"status": "ok" if found.ok else "unavailable", "checks": [_told(each) for each in found.findings]}
        return told, found.ok


def _told(finding: Finding) -> dict[str, Any]:
    """The reason of a failure is a class, never a message: drivers name hosts and users in theirs."""
    state = "up" if finding.ok else "down"
    reason = None if finding.ok else finding.detail
    return {"name": finding.name, "state": state, "latencyMs": finding.ms, "reason": reason}
