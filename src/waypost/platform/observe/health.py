"""Health: is the process alive, and can it do its work now; strangers learn the names of the parts and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One dependency: `ask` returns a short word for operators and raises when the dependency does not serve."""

    name: str
    ask: Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `ms` is how long it took."""

    name: str
    ok: bool
    ms: int
    detail: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """All findings of one look."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """True when every part serves."""
        return all(finding.ok for finding in self.findings)

    def body(self, *, whole: bool) -> dict[str, Any]:
        """The documented JSON: `status`, `ok`, `checks`; of each check only the name unless `whole`."""
        checks = [
            {"name": each.name, "ok": each.ok, "ms": each.ms, "detail": each.detail} if whole else {"name": each.name}
            for each in self.findings
        ]
        return {"status": "ready" if self.ok else "not_ready", "ok": self.ok, "checks": checks}


@dataclass(slots=True)
class Health:
    """Asks all checks at once. An answer serves everyone for `fresh` seconds: probes are free, so they are cheap."""

    checks: Sequence[Check]
    patience: float = 2.0
    fresh: float = 1.0
    _last: Readiness | None = None
    _at: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> Readiness:
        """The state of all parts, at most `fresh` seconds old."""
        async with self._turn:
            if self._last is None or monotonic() - self._at >= self.fresh:
                self._last = Readiness(tuple(await asyncio.gather(*map(self._find, self.checks))))
                self._at = monotonic()
            return self._last

    async def _find(self, check: Check) -> Finding:
        """Of a failure only the class is told: messages of drivers name hosts and users."""
        began = monotonic()
        try:
            async with asyncio.timeout(self.patience):
                ok, detail = True, await check.ask()
        except TimeoutError:
            ok, detail = False, f"no answer within {self.patience:g} s"
        except Exception as error:
            ok, detail = False, type(error).__name__
        return Finding(check.name, ok, round((monotonic() - began) * 1000), detail)
