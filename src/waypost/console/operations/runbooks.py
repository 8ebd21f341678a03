"""Which paragraph of the runbooks helps with a dead letter, by the queue it came from."""

from dataclasses import dataclass

FILE = "docs/runbook_incidents.md"
PARAGRAPHS = {"mailboxes": "a-mailbox-does-not-move", "mail": "mail-in-quarantine"}
OTHERWISE = "dead-letters"


@dataclass(frozen=True, slots=True)
class Runbooks:
    """Where people of this installation read the documents (`RUNBOOKS_URL`); None: they open the files."""

    url: str | None

    def place(self, queue: str) -> str:
        """`docs/runbook_incidents.md#dead-letters`."""
        return f"{FILE}#{PARAGRAPHS.get(queue, OTHERWISE)}"

    def link(self, queue: str) -> str | None:
        """The address of that place."""
        return f"{self.url.rstrip('/')}/{self.place(queue)}" if self.url else None
