"""What the doors of the composer share: drawing it, keeping what was typed, and making a reply of it."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import UploadFile
from starlette.requests import Request

from waypost.platform.errors import Invalid, Refusal
from waypost.platform.parts import Parts
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Stages
from waypost.platform.web.pages import Page
from waypost.platform.work import Work
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.outbound.queries import identity
from waypost.ticketing.replies.actions import reply
from waypost.ticketing.replies.composer import composed, composer
from waypost.ticketing.replies.drafts import actions, queries
from waypost.ticketing.replies.drafts.actions import Typed
from waypost.ticketing.replies.drafts.composing import split_addresses
from waypost.ticketing.replies.drafts.models import Draft
from waypost.ticketing.replies.forms import stored
from waypost.ticketing.replies.writing import Enclosed, Reply
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.models import Status
from waypost.ticketing.tickets.views import View

REPLY = "ticketing/replies/reply.html"
AFTER = {"closed": Status.CLOSED, "pending": Status.PENDING}


class NoIdentity(Invalid):
    """Choose an address to send from."""


class AlreadyDone(Invalid):
    """This draft was sent or discarded in another window."""


async def drawn(
    request: Request,
    work: Work,
    caller: Caller,
    ticket_id: UUID,
    *,
    seen: str = "",
    typed: Typed | None = None,
    refused: Refusal | None = None,
) -> Page:
    """The composer with what was typed and, where it is refused, what is wrong with it."""
    ticket = await tickets.by_id(work.db, ticket_id)
    shown = await composer(work.db, ticket, caller, seen=seen, typed=typed, refused=refused)
    status = refused.status if refused else 200
    return Page(
        REPLY, blocks=("composer",), status=status, ticket=ticket, composer=shown, view=View.of(request), goto=None
    )


async def keep(
    request: Request, stages: Stages, caller: Caller, ticket_id: UUID, typed: Typed, files: Sequence[UploadFile] | None
) -> Draft | None:
    """What was typed, and files that came along, kept for good; None when the draft is history already."""
    async with stages.open(reads=True) as work:
        await tickets.by_id(work.db, ticket_id)
    uploads = await stored(request, caller.org_id, files or ())
    async with stages.open() as work:
        draft = await actions.save(work, ticket_id, caller.person_id, typed)
        if draft is not None and uploads:
            await actions.attach(work, draft, uploads)
        return draft


async def dispatch(request: Request, work: Work, caller: Caller, ticket_id: UUID, typed: Typed, then: str) -> UUID:
    """Make a reply of the kept draft and let it leave; gives its message."""
    if typed.send_identity_id is None:
        raise NoIdentity(errors=[{"field": "identity", "msg": "choose one"}])
    draft = await actions.mine(work, ticket_id, caller.person_id)
    sender = await identity(work.db, typed.send_identity_id)
    words = await composed(work.db, ticket_id, caller, typed, sender.signature)
    files = await queries.files(work.db, draft.id)
    wanted = Reply(
        sender.id,
        split_addresses(typed.to_typed),
        typed.subject,
        words.text if typed.body.strip() or files else "",
        split_addresses(typed.cc_typed),
        words.html,
        tuple(Enclosed(one.blob_id, one.filename, one.content_type) for one in files),
        words.quote_start,
        AFTER.get(then),
        typed.seen or None,
    )
    parts: Parts = request.app.state.parts
    queued = await reply(work, parts.of(Posting), ticket_id, wanted)
    await actions.became(work, draft, queued.message_id)
    return queued.message_id
