"""Send identities for people: the list that admins keep, and the page behind the link that an owner gets by mail."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from waypost.platform.errors import Refusal
from waypost.platform.parts import Parts
from waypost.platform.web.doors import Reads, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.messages.listing import leaf
from waypost.ticketing.outbound import identities, queries
from waypost.ticketing.outbound.identities import STEER, IdentityLinks, NewIdentity
from waypost.ticketing.outbound.sender import Senders

pages = Pages()
HERE, LIST, CONFIRM = "/send-identities", "ticketing/outbound/identities.html", "ticketing/outbound/confirm.html"
Line = Annotated[str, Form(max_length=1_000)]
Text = Annotated[str, Form(max_length=20_000)]


async def _shown(
    request: Request, db: AsyncSession, refusal: Refusal | None = None, at: UUID | None = None, **typed: str
) -> Page:
    parts: Parts = request.app.state.parts
    return Page(
        LIST,
        status=refusal.status if refusal else 200,
        leaf=leaf(await queries.identities(db), at),
        mailboxes=await queries.sending_mailboxes(db, parts.of(Senders).by_provider),
        refusal=refusal,
        typed=typed,
    )


@pages.get("/send-identities", needs=STEER)
async def identities_page(request: Request, work: Reads, at: UUID | None = None) -> Page:
    """Addresses with their state: the leaf on which the identity `at` stands."""
    return await _shown(request, work.db, at=at)


@pages.post("/send-identities", needs=STEER)
async def add(
    request: Request, stages: Staged, from_email: Line = "", from_name: Line = "", mailbox_id: Line = ""
) -> Page:
    """Add one; what is wrong stands beside what was typed."""
    try:
        chosen = UUID(mailbox_id) if mailbox_id else None
        async with stages.open() as work:
            added = await identities.add(work, NewIdentity(from_email, from_name, chosen))
    except (Refusal, ValueError) as error:
        refusal = error if isinstance(error, Refusal) else identities.MailboxUnknown()
        async with stages.open(reads=True) as work:
            return await _shown(
                request, work.db, refusal, from_email=from_email, from_name=from_name, mailbox_id=mailbox_id
            )
    return Page(LIST, goto=_at(added.id))


def _at(identity_id: UUID) -> str:
    return f"{HERE}?at={identity_id}"


@pages.post("/send-identities/{identity_id}/verification", needs=STEER)
async def ask_again(work: Writes, identity_id: UUID) -> Page:
    """Another mail with another link."""
    await identities.ask_again(work, identity_id)
    return Page(LIST, goto=_at(identity_id))


@pages.post("/send-identities/{identity_id}/description", needs=STEER)
async def describe(work: Writes, identity_id: UUID, from_name: Line = "", signature: Text = "") -> Page:
    """Another name, another signature."""
    await identities.describe(work, identity_id, from_name, signature)
    return Page(LIST, goto=_at(identity_id))


@pages.post("/send-identities/{identity_id}/deactivation", needs=STEER)
async def deactivate(work: Writes, identity_id: UUID) -> Page:
    """Let it rest."""
    await identities.switch(work, identity_id, on=False)
    return Page(LIST, goto=_at(identity_id))


@pages.post("/send-identities/{identity_id}/activation", needs=STEER)
async def activate(work: Writes, identity_id: UUID) -> Page:
    """Use it again."""
    await identities.switch(work, identity_id, on=True)
    return Page(LIST, goto=_at(identity_id))


@pages.get("/send-identities/verify/{token}", public=True)
async def confirm_page(request: Request, stages: Staged, token: str) -> Page:
    """What the owner of an address is asked. Looking changes nothing: mail filters look, too."""
    link = _links(request).read(token, stages.works.clock())
    async with stages.open(link.org, reads=True) as work:
        identity = await identities.asked_by(work, link, token)
    return Page(CONFIRM, address=identity.from_email, token=token, done=False)


@pages.post("/send-identities/verify/{token}", public=True)
async def confirm(request: Request, stages: Staged, token: str) -> Page:
    """The owner says yes."""
    link = _links(request).read(token, stages.works.clock())
    async with stages.open(link.org) as work:
        identity = await identities.verify(work, link, token)
    return Page(CONFIRM, address=identity.from_email, token=None, done=True)


def _links(request: Request) -> IdentityLinks:
    parts: Parts = request.app.state.parts
    return parts.of(IdentityLinks)
