"""The port to a case's own content at its origin: bridges bring one for each kind that holds any."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from waypost.platform.jobs import Run


@dataclass(frozen=True, slots=True)
class Erasure:
    """Which case's content is to go."""

    kind: str
    source: str
    ref: str


class Eraser(Protocol):
    """Erases raw mail, bodies, search text, payloads and receipts of a case; its rows and ids stay and say so."""

    async def erase(self, run: Run, erasure: Erasure) -> Mapping[str, int]:
        """How many things of each kind went (`{"messages": 12, "blobs": 7}`, for the certificate).

        May run twice: the second time finds nothing left. No work is open while it runs. Refusals say again or stop.
        """
        ...

    async def let_go(self, run: Run, erasure: Erasure) -> None:
        """Forget only what our asking for a case left behind: it never became a record, and stays where it is."""
        ...


@dataclass(slots=True)
class Erasers:
    """All erasers of a process by the origin's kind; a part that sources and bridges fill. A kind without one keeps
    nothing in our house."""

    by_kind: dict[str, Eraser] = field(default_factory=dict)

    def of(self, kind: str) -> Eraser | None:
        """The eraser of this kind."""
        return self.by_kind.get(kind)
