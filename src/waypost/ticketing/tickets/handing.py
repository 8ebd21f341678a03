"""Which files of mails are handed out: none that is infected and, where the operator has a scanner, none before it."""

from dataclasses import dataclass

from waypost.platform.errors import Forbidden, Unavailable
from waypost.ticketing.messages.models import Attachment, Scan


class FileInfected(Forbidden):
    """The virus scanner found something in this file; it is not handed out."""


class FileHeld(Unavailable):
    """The virus scanner has not looked at this file yet."""


@dataclass(frozen=True, slots=True)
class Handing:
    """A part of the process. `waits`: there is a scanner, and files wait for its word."""

    waits: bool = False

    def holds(self, file: Attachment) -> bool:
        """It is not judged yet."""
        return self.waits and file.scan_state == Scan.UNSCANNED

    def gives(self, file: Attachment) -> bool:
        """It may be shown and downloaded."""
        return not file.is_infected and not self.holds(file)

    def check(self, file: Attachment) -> None:
        """Refuses with `FileInfected` or, until the scanner has looked, `FileHeld`."""
        if file.is_infected:
            raise FileInfected
        if self.holds(file):
            raise FileHeld


FREELY = Handing()
"""Nothing waits: there is no scanner."""
