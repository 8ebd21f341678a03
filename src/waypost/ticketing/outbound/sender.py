"""The port through which mail leaves. Who implements it tells three ends apart: left, surely not left, nobody knows.

`send` may raise
- `NotNow`: it surely did not leave; try again later,
- `Rejected`: it surely did not leave, and trying again will not help,
- `AnswerLost`: it may have left.
Anything else that is raised counts as `NotNow` before `leaving` was awaited, as `AnswerLost` after.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from waypost.platform.errors import Conflict, Unavailable


class NotNow(Unavailable):
    """The mail could not be sent now."""


class Rejected(Conflict):
    """The mail was refused."""


class AnswerLost(Exception):
    """The connection broke after the mail was handed over and before the answer."""


class NoWayOut(NotNow):
    """No mail relay is configured (SMTP_HOST)."""


class LookedUpLater(NotNow):
    """The answer was lost; it will be looked up."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail, ready to leave: `raw` has CRLF line ends, `rfc_message_id` stands in it (`<…>`)."""

    org: UUID
    mailbox_id: UUID | None
    sender: str
    recipients: tuple[str, ...]
    rfc_message_id: str
    raw: bytes = field(repr=False)
    thread_id: str | None = None
    """The provider's own thread that it continues, where one is known."""


@dataclass(frozen=True, slots=True)
class Sent:
    """It left; `provider_id` is what the other side calls it."""

    provider_id: str | None = None


Leaving = Callable[[], Awaitable[None]]
"""Await it exactly once, right before the first byte that may make the mail leave: it writes that down durably."""


class Sender(Protocol):
    """A way out."""

    @property
    def looks_up(self) -> bool:
        """Whether `find` can tell: then a send that broke off is looked up and, when it did not leave, repeated."""
        ...

    async def send(self, envelope: Envelope, leaving: Leaving) -> Sent:
        """Hand it over, once."""
        ...

    async def find(self, envelope: Envelope) -> Sent | None:
        """The mail with this Message-ID among those that left. Refuses with `NotNow` when nobody answers."""
        ...


@dataclass(slots=True)
class Senders:
    """The ways out of a process: a mailbox provider's own (`gmail`), else the operator's relay."""

    relay: Sender
    by_provider: dict[str, Sender] = field(default_factory=dict)

    def of(self, provider: str | None) -> Sender:
        """The way for an identity whose mailbox is read through `provider`; None or unknown: the relay."""
        return self.by_provider.get(provider or "", self.relay)


class NoRelay:
    """Stands where no relay is configured: everything waits and says why."""

    looks_up = False

    async def send(self, envelope: Envelope, leaving: Leaving) -> Sent:
        """Refuses."""
        raise NoWayOut

    async def find(self, envelope: Envelope) -> Sent | None:
        """Refuses."""
        raise NoWayOut
