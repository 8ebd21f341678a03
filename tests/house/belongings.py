"""One of everything that Acme owns, so that each door can be asked for something that exists."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.fixtures import Product
from tests.house.asked import source_of
from tests.house.exported import export_of
from tests.house.keepings import keepings
from tests.house.noted import notebook_of
from tests.house.offered import offer_of
from tests.house.planned import schedule_of
from tests.house.ran import run_of
from tests.house.undelivered import letter_of
from tests.house.wishes import wish_of
from tests.ticketing.desk import INBOX, MailDesk, mail
from waypost.archive.requests.actions import note_closing
from waypost.archive.sources.actions import add as connect_source
from waypost.archive.sources.models import Described
from waypost.console.operations.selections.actions import freeze
from waypost.platform.access import MACHINE, Role
from waypost.platform.http import Trust
from waypost.platform.identity.api_keys.actions import Wish, cut_key
from waypost.platform.identity.invitations.lookups import invite
from waypost.platform.ids import new_id
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.links import BlobLinks
from waypost.platform.work import Work
from waypost.ticketing.bulk.actions import freeze as choose
from waypost.ticketing.collisions.actions import rule_different
from waypost.ticketing.intake.actions import Unreadable, put_aside
from waypost.ticketing.intake.models import QuarantineItem
from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.messages.models import Attachment, Direction, Message, Occurrence
from waypost.ticketing.outbound import identities
from waypost.ticketing.outbound.identities import NewIdentity
from waypost.ticketing.queues.actions import open_queue
from waypost.ticketing.rearranging.actions import link as link_tickets
from waypost.ticketing.replies.canned.actions import Text
from waypost.ticketing.replies.canned.actions import create as create_canned
from waypost.ticketing.replies.drafts.actions import begin
from waypost.ticketing.replies.drafts.models import DraftFile
from waypost.ticketing.replies.writing import Enclosed, Reply
from waypost.ticketing.routing.actions import allow
from waypost.ticketing.routing.rerunning import ask_rerun
from waypost.ticketing.routing.rules import write_rule
from waypost.ticketing.routing.typed import TypedRule
from waypost.ticketing.saved_views.actions import Wanted, save
from waypost.ticketing.tags.actions import make as make_tag
from waypost.ticketing.tickets.actions import add_note
from waypost.ticketing.tickets.models import Priority, Ticket
from waypost.ticketing.tickets.queries import by_id as ticket_by_id

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
            "org_id": org,
            "selection_id": selection.id,
            "session_id": product.cast.bob.session_id,
            "person_id": product.cast.bob.person_id,
            **await credentials(work, product),
            "queue_id": (await open_queue(work, "Zeppelins")).id,
            "user_id": product.cast.bob.person_id,
            "entry_id": (await allow(work, "*@acme.example")).id,
            "rule_id": (await write_rule(work, TypedRule(name="Hangars", action_set_priority=Priority.HIGH))).id,
            "rerun_id": (await ask_rerun(work)).id,
            "group_id": await doubt(work),
            "ruling_id": (await rule_different(work, await doubt(work))).id,
            "occurrence_id": await work.db.scalar(select(Occurrence.id)),
        }
        found["identity_id"] = (await identities.add(work, NewIdentity("hangar.zeppelin@acme.example"))).id
        blob = await work.db.scalar(select(Attachment.blob_id))
    found |= await put_together(desk, found["ticket_id"])
    found |= await unfinished(desk, product, found["ticket_id"], blob)
    found |= await archived(product)
    found |= await sourced(product)
    told = {"day": await day_of(product), "token": link(product, org, blob), "number": "1"}
    return Belongings({**{name: str(value) for name, value in found.items()}, **told})


async def archived(product: Product) -> dict[str, Any]:
    """What Acme's archive has."""
    found = {**await keepings(product), **await far_side(product)}
    return {**found, "request_id": await wish_of(product), "export_id": await export_of(product)}


async def sourced(product: Product) -> dict[str, Any]:
    """What Acme's sourcing has."""
    offer, run = await offer_of(product), await run_of(product)
    found = {"offer_id": offer, "run_id": run, "letter_id": await letter_of(product, run)}
    found |= await notebook_of(product, offer)
    return {**found, "schedule_id": await schedule_of(product), "job_source_key": await source_of(product)}


async def day_of(product: Product) -> str:
    """A day on which a case of Acme's was closed."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await note_closing(work, "zammad", "zeppelins", "31", "zeppelin 31", work.now - timedelta(days=2))
        return (work.now - timedelta(days=2)).astimezone(UTC).date().isoformat()


async def far_side(product: Product) -> dict[str, Any]:
    """A Zammad of Acme's, which nobody calls."""
    url, org = "https://zeppelin-desk.client.example", product.cast.alice.org_id
    async with product.house.works.open(org, MACHINE) as work:
        described = Described("Zeppelin desk", url, Trust.TENANT, token="quicksilver token")
        source, _ = await connect_source(work, product.house.secrets.vault, described)
        return {"source_id": source.id, "source_key": source.key}


async def put_together(desk: MailDesk, ticket_id: UUID | None) -> dict[str, UUID | None]:
    """A second ticket that the first one is linked to, a frozen choice of both, a saved view, and a tag."""
    (other,) = await desk.deliver(mail("lift", "ben@other.example", subject="Lift"))
    assert ticket_id and other
    async with desk.works.open(desk.org, MACHINE) as work:
        linked = await link_tickets(work, ticket_id, other)
        chosen = await choose(work, [ticket_id, other])
        view = await save(work, Wanted.documented("Hangars of zeppelins", {"status": "open"}))
        tag = await make_tag(work, "Zeppelin hangar tag")
        found = {"rearrangement_id": linked.id, "bulk_id": chosen.id, "view_id": view.id, "tag_id": tag.id}
        return {"other_id": other, **found}


async def unfinished(
    desk: MailDesk, product: Product, ticket_id: UUID | None, blob: UUID | None
) -> dict[str, UUID | None]:
    """A text of Alice's for everybody, a note of hers, and a draft of hers with a file."""
    alice = product.cast.alice
    assert ticket_id and blob
    files = (Enclosed(blob, "stuck.pdf", "application/pdf"),)
    async with desk.works.open(desk.org, alice.actor) as work:
        canned = await create_canned(work, alice.person_id, Text("Zeppelin hangar hours", "At nine.", is_shared=True))
        await begin(work, ticket_id, alice.person_id, Reply(new_id(), (SENDER,), "Re: it", "quicksilver", files=files))
        note = await add_note(work, await ticket_by_id(work.db, ticket_id), "The quicksilver is back.")
        await work.db.flush()
        file_id = await work.db.scalar(select(DraftFile.id))
        return {"canned_id": canned.id, "file_id": file_id, "note_id": note.id}


async def credentials(work: Work, product: Product) -> dict[str, UUID]:
    """An open invitation by Alice, and an API key of Bob's."""
    tokens, until = product.cast.desk.tokens, work.now + timedelta(days=1)
    invitation = await invite(
        work.db,
        org=work.org,
        email="zeppelin.driver@client.example",
        role=Role.AGENT,
        token=tokens.keyed("invitation", str(work.org)),
        by=product.cast.alice.person_id,
        moment=work.now,
        until=until,
    )
    wish = Wish("Zeppelin hangar robot", Role.VIEWER)
    cut = await cut_key(work, tokens, wish, person=product.cast.bob.person_id, role=Role.AGENT)
    return {"invitation_id": invitation, "key_id": cut.id}


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


async def doubt(work: Work) -> UUID:
    """A group of two messages that look alike."""
    group_id, mark = new_id(), new_id().bytes
    for _ in range(2):
        prints = {"fingerprint": mark, "signature": new_id().bytes, "content_signature": new_id().bytes}
        seen = {"first_seen_at": work.now, "collision_group_id": group_id}
        work.db.add(Message(direction=Direction.INBOUND, **prints, **seen))
    await work.db.flush()
    return group_id
