"""One of everything that Acme owns, so that each door can be asked for something that exists."""

from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from tests.fixtures import Product
from tests.ticketing.desk import INBOX, MailDesk, mail
from waypost.console.operations.selections.actions import freeze
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.links import BlobLinks
from waypost.platform.work import Work
from waypost.ticketing.intake.actions import Unreadable, put_aside
from waypost.ticketing.intake.models import QuarantineItem
from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.messages.models import Attachment, Message
from waypost.ticketing.tickets.models import Ticket

SUBJECT = "Zeppelin hangar door"
SENDER = "anna.zeppelin@client.example"
BODY = "The quicksilver gauge is stuck."
WORDS = (SUBJECT, SENDER, "quicksilver", INBOX, "stuck.pdf")


@dataclass(frozen=True, slots=True)
class Belongings:
    """What stands in the place of a path's parameters, by their names."""

    of: dict[str, str]

    def path(self, template: str) -> str:
        """The address of Acme's own thing. A new parameter needs a line in `gather_belongings`."""
        return template.format_map({name.split(":")[0]: value for name, value in self.of.items()})

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody outside Acme may ever read: ids of things, and words of mails."""
        return (*WORDS, *(value for name, value in self.of.items() if name.endswith("_id")))


async def gather_belongings(product: Product, folder: Path) -> Belongings:
    """Two mails with a file (one of them unreadable), a mailbox, a dead job, a frozen selection, a link."""
    org = product.cast.alice.org_id
    desk = MailDesk(product.house.works, org, product.house.parts.of(Blobs))
    await desk.deliver(with_file())
    (lost,) = await desk.receive([mail("lost", SENDER)])
    async with desk.works.open(org, MACHINE) as work:
        await put_aside(work, [Unreadable(lost, "It has too many parts.", "parts")])
        job = dead_job(work)
        work.db.add(job)
        selection = await freeze(work)
        found = {
            "ticket_id": await work.db.scalar(select(Ticket.id)),
            "message_id": await work.db.scalar(select(Message.id)),
            "attachment_id": await work.db.scalar(select(Attachment.id)),
            "item_id": await work.db.scalar(select(QuarantineItem.id)),
            "mailbox_id": await work.db.scalar(select(Mailbox.id)),
            "job_id": job.id,
            "selection_id": selection.id,
            "session_id": product.cast.bob.session_id,
        }
        blob = await work.db.scalar(select(Attachment.blob_id))
    return Belongings({**{name: str(value) for name, value in found.items()}, "token": link(product, org, blob)})


def link(product: Product, org: UUID, blob: UUID | None) -> str:
    """The token of a signed link to a blob."""
    assert blob is not None
    links, now = product.house.parts.of(BlobLinks), product.house.works.clock()
    return links.path(org, blob, "stuck.pdf", now=now).rpartition("/")[2]


def with_file() -> bytes:
    """A mail with an attachment."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, INBOX, SUBJECT
    message["Message-ID"], message["Date"] = "<first@client.example>", "Mon, 2 Nov 2026 08:00:00 +0000"
    message.set_content(BODY)
    message.add_attachment(b"%PDF-1.7 small", maintype="application", subtype="pdf", filename="stuck.pdf")
    return message.as_bytes()


def dead_job(work: Work) -> StoredJob:
    """A job that gave up."""
    return StoredJob(
        id=new_id(),
        type="occurrence_parse",
        queue="mail",
        status=Status.DEAD,
        priority=0,
        run_at=work.now,
        attempts=25,
        max_attempts=25,
        replays=0,
        last_error="It broke.",
        fingerprint="0123456789abcdef",
        payload={"occurrence_id": str(new_id())},
        created_at=work.now - timedelta(hours=1),
        updated_at=work.now - timedelta(minutes=1),
    )
