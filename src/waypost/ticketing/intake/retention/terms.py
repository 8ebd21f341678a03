"""Which raw mail may go: values and a pure decision, and the port for those who still need it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from waypost.platform.work import Work
from waypost.ticketing.messages.models import State
from waypost.ticketing.outbound.models import Sending
from waypost.ticketing.tickets.models import ENDED, Status


@dataclass(frozen=True, slots=True)
class RawMailTerm:
    """How long bytes stay at least; None: for ever."""

    keep: timedelta | None = None


class StillNeeded(Protocol):
    """Who needs the raw mail of tickets although they are over: the archive, a legal hold."""

    async def __call__(self, work: Work, ticket_ids: Collection[UUID]) -> set[UUID]:
        """Those of the tickets that keep theirs."""
        ...


@dataclass(slots=True)
class Keepers:
    """All who may need it; a part that bridges fill."""

    asked: list[StillNeeded] = field(default_factory=list)

    async def needed(self, work: Work, ticket_ids: Collection[UUID]) -> set[UUID]:
        """Those of the tickets that anybody needs."""
        found: set[UUID] = set()
        for ask in self.asked if ticket_ids else ():
            found |= await ask(work, ticket_ids)
        return found


@dataclass(frozen=True, slots=True)
class Named:
    """One row that names a blob of raw mail, and how far that is over."""

    blob_id: UUID
    ticket_id: UUID | None = None
    ticket: Status | None = None
    state: State | None = None
    """Of a copy that came in."""
    sending: Sending | None = None
    """Of a message of ours."""
    dismissed: bool = False

    @property
    def over(self) -> bool:
        """Nobody works with it any more: its ticket is closed or spam, or it was dropped, or dismissed."""
        if self.sending is not None:
            return self.sending == Sending.SENT and self.ticket in ENDED
        if self.state == State.FAILED:
            return self.dismissed
        return self.state == State.ROUTED and (self.ticket is None or self.ticket in ENDED)
