"""Slots: room that one module's page offers for blocks of another, filled by the bridges; neither knows the other."""

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """What stands in a slot: an address whose page also answers as a fragment, and what it is called until then."""

    label: str
    """For gettext."""
    address: str


@dataclass(slots=True)
class Slots:
    """All slots of a process by name (`ticket.beside`); a part. An empty slot shows nothing."""

    _blocks: dict[str, list[Block]] = field(default_factory=lambda: defaultdict(list))

    def fill(self, name: str, *, label: str, address: str) -> None:
        """Put a block into a slot; `address` may name the thing of the page (`/tickets/{ticket_id}/archive`)."""
        self._blocks[name].append(Block(label, address))

    def of(self, name: str, **thing: object) -> list[Block]:
        """The blocks of a slot on the page of one thing, in the order in which they were put there."""
        return [Block(one.label, one.address.format_map(thing)) for one in self._blocks.get(name, [])]
