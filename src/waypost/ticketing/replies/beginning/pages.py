"""Beginning a conversation, for people: one form, which works without scripts."""

from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Form
from starlette.requests import Request

from waypost.platform.errors import Invalid, Refusal
from waypost.platform.identity.queries import members
from waypost.platform.parts import Parts
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Reads, SignedIn, Staged
from waypost.platform.web.moments import known_zone
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.outbound.queries import usable_identities
from waypost.ticketing.queues.queries import every
from waypost.ticketing.replies.actions import SEND, sender
from waypost.ticketing.replies.beginning.actions import begin
from waypost.ticketing.replies.beginning.models import Beginning, Begun
from waypost.ticketing.replies.composer import FIELDS
from waypost.ticketing.replies.drafts.actions import Upload
from waypost.ticketing.replies.drafts.composing import compose, split_addresses
from waypost.ticketing.replies.forms import BODY_LIMIT, Uploads, enclosed, stored
from waypost.ticketing.replies.writing import Reply
from waypost.ticketing.replies.writing_desk import AFTER, NoIdentity
from waypost.ticketing.tickets.desk import assigning, picker
from waypost.ticketing.tickets.models import Priority

pages = Pages()
NEW = "ticketing/replies/beginning/new.html"


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it came, nothing trusted."""

    identity: str = ""
    to: str = ""
    cc: str = ""
    subject: str = ""
    body: str = ""
    priority: str = Priority.NORMAL
    assignee: str = ""


async def _typed(
    identity: Annotated[str, Form(max_length=60)] = "",
    to: Annotated[str, Form()] = "",
    cc: Annotated[str, Form()] = "",
    subject: Annotated[str, Form()] = "",
    body: Annotated[str, Form()] = "",
    priority: Annotated[Priority, Form()] = Priority.NORMAL,
    assignee: Annotated[str, Form(max_length=60)] = "",
) -> Typed:
    return Typed(identity, to, cc, subject, body, priority, assignee)


@pages.get("/tickets/new", needs=SEND)
async def blank(work: Reads, caller: SignedIn, to: str = "") -> Page:
    """An empty form; `to` names somebody already. Who writes gets the ticket unless they choose otherwise."""
    return await _drawn(work, Typed(to=to[:320], assignee=str(caller.person_id)))


@pages.post("/tickets", needs=SEND, body_limit=BODY_LIMIT)
async def create(
    request: Request,
    stages: Staged,
    caller: SignedIn,
    typed: Annotated[Typed, Depends(_typed)],
    then: Annotated[str, Form()] = "",
    files: Uploads = None,
) -> Page:
    """Open the ticket and let its mail leave in ten seconds. What is wrong is said beside what was typed."""
    try:
        uploads = await stored(request, caller.org_id, files or ())
        async with stages.open() as work:
            begun = await _begin(request, work, caller, typed, then, uploads)
    except Invalid as refused:
        async with stages.open(reads=True) as work:
            return await _drawn(work, typed, refused)
    return Page(NEW, goto=f"/tickets/{begun.ticket.id}?sent={begun.queued.message_id}#newest")


async def _begin(request: Request, work: Work, caller: Caller, typed: Typed, then: str, uploads: list[Upload]) -> Begun:
    identity = await sender(work, _chosen(typed))
    words = compose(typed.body, identity.signature, None, known_zone(caller.zone))
    mail = Reply(
        identity.id,
        split_addresses(typed.to),
        typed.subject,
        words.text if typed.body.strip() or uploads else "",
        split_addresses(typed.cc),
        words.html,
        await enclosed(work, uploads),
        status_after=AFTER.get(then),
    )
    standing = replace(assigning(typed.assignee), priority=Priority(typed.priority))
    parts: Parts = request.app.state.parts
    return await begin(work, parts.of(Posting), Beginning(mail, standing))


def _chosen(typed: Typed) -> UUID:
    try:
        return UUID(typed.identity)
    except ValueError:
        raise NoIdentity(errors=[{"field": "identity", "msg": "choose one"}]) from None


async def _drawn(work: Work, typed: Typed, refused: Refusal | None = None) -> Page:
    """Three questions."""
    identities = await usable_identities(work.db)
    offered = picker(await members(work.db), await every(work.db))
    return Page(
        NEW,
        status=refused.status if refused else 200,
        typed=typed,
        identities=[
            (one.id, f"{one.from_name} <{one.from_email}>" if one.from_name else one.from_email) for one in identities
        ],
        people=offered["people"],
        queues=offered["queues"],
        refused=refused,
        wrong=_wrong(refused),
        goto=None,
    )


def _wrong(refused: Refusal | None) -> dict[str, Any]:
    """What is wrong, by field of the form."""
    fields = [str(one.get("field", "")) for one in refused.errors] if refused else []
    return {FIELDS.get(name, name): refused.detail for name in fields} if refused else {}
