"""A mailbox provider that can be asked what left, without its network."""

from dataclasses import dataclass, field

from waypost.ticketing.outbound.sender import Envelope, Leaving, Sent


@dataclass(slots=True)
class Provider:
    """A mailbox provider that remembers what left, as Gmail does; the wire between us may break."""

    looks_up: bool = True
    left: list[Envelope] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)

    async def send(self, envelope: Envelope, leaving: Leaving) -> Sent:
        """Takes it, unless the wire breaks before; says so, unless it breaks after."""
        await leaving()
        broken = self.breaks.pop(0) if self.breaks else ""
        if broken == "before":
            raise ConnectionResetError
        self.left.append(envelope)
        if broken == "after":
            raise ConnectionResetError
        return Sent(f"g{len(self.left)}")

    async def find(self, envelope: Envelope) -> Sent | None:
        """By Message-ID."""
        found = [place for place, one in enumerate(self.left, 1) if one.rfc_message_id == envelope.rfc_message_id]
        return Sent(f"g{found[0]}") if found else None
