"""The facts; the verdict stands with the attachment."""

from dataclasses import dataclass
from uuid import UUID

from waypost.platform.facts import Fact


@dataclass(frozen=True, slots=True)
class FilesCame(Fact):
    """A message came in that carries files."""

    message_id: UUID
