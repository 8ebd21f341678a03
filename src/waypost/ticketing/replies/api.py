"""Replies for programs: the documented way to answer, and what became of each."""

from typing import Any
from uuid import UUID

from starlette.requests import Request

from waypost.platform.parts import Parts
from waypost.platform.safety.header import OnceGiven
from waypost.platform.safety.idempotency import once
from waypost.platform.web.doors import Doors, Reads, SignedIn, Staged, Writes
from waypost.ticketing.outbound import queries as outbound
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.replies import actions, queries
from waypost.ticketing.replies.actions import SEND, Queued
from waypost.ticketing.replies.forms import BODY_LIMIT, enclosed, stored
from waypost.ticketing.replies.wire import DOCUMENTED, SentReply
from waypost.ticketing.replies.writing import Reply
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import READ

api = Doors(tags=["replies"])


@api.post("/tickets/{ticket_id}/reply", needs=SEND, status_code=202, body_limit=BODY_LIMIT, openapi_extra=DOCUMENTED)
async def post_reply(
    request: Request, stages: Staged, caller: SignedIn, ticket_id: UUID, sent: SentReply, given: OnceGiven
) -> Any:
    """Answer. The same Idempotency-Key, or the same words within a minute, give the first answer again.

    A multipart form of the same names takes `files` along.
    """
    parts: Parts = request.app.state.parts
    if sent.files:
        async with stages.open(reads=True) as work:
            await tickets.by_id(work.db, ticket_id)
    uploads = await stored(request, caller.org_id, sent.files)
    async with stages.open() as work:

        async def act() -> dict[str, str]:
            wanted = sent.body.reply(await enclosed(work, uploads))
            return queued_json(await actions.reply(work, parts.of(Posting), ticket_id, wanted))

        return await once(work, given, act)


def queued_json(queued: Queued) -> dict[str, str]:
    """The documented answer."""
    return {
        "status": "queued",
        "job_id": str(queued.job_id),
        "message_id": str(queued.message_id),
        "oss_message_id": str(queued.oss_message_id),
    }


@api.get("/tickets/{ticket_id}/replies", needs=READ)
async def list_replies(work: Reads, ticket_id: UUID) -> dict[str, Any]:
    """The version of the thread, to be sent with a reply as `seen`, and how the newest 100 replies stand."""
    await tickets.by_id(work.db, ticket_id)
    version = await queries.thread_version(work.db, ticket_id)
    found = await outbound.of_ticket(work.db, ticket_id)
    return {"version": str(version), "items": [standing_json(one) for one in found]}


def standing_json(one: outbound.Standing) -> dict[str, Any]:
    """Where a reply stands, for programs."""
    return {
        "message_id": one.message_id,
        "state": one.state,
        "send_after": one.send_after,
        "attempts": one.attempts,
        "sent_at": one.sent_at,
        "failure": one.failure,
        "bounced_at": one.bounced_at,
    }


@api.post("/tickets/{ticket_id}/replies/{message_id}/cancellation", needs=SEND)
async def post_cancellation(work: Writes, ticket_id: UUID, message_id: UUID) -> dict[str, Any]:
    """Take a reply back while it is held; what was typed comes with the answer."""
    typed = await actions.cancel(work, ticket_id, message_id)
    return {"status": "cancelled", "draft": draft_json(typed)}


def draft_json(typed: Reply) -> dict[str, Any]:
    """What was typed, under the names that it was sent with."""
    return {
        "send_identity_id": typed.send_identity_id,
        "to_emails": list(typed.to_emails),
        "cc_emails": list(typed.cc_emails),
        "subject": typed.subject,
        "body_text": typed.body_text,
    }


@api.post("/tickets/{ticket_id}/replies/{message_id}/repetition", needs=SEND, status_code=202)
async def post_repetition(work: Writes, ticket_id: UUID, message_id: UUID) -> dict[str, str]:
    """Send it once more: a person's decision, never ours."""
    await actions.send_again(work, ticket_id, message_id)
    return {"status": "queued"}


@api.post("/tickets/{ticket_id}/replies/{message_id}/arrival", needs=SEND)
async def post_arrival(work: Writes, ticket_id: UUID, message_id: UUID) -> dict[str, str]:
    """A person knows that it arrived."""
    await actions.it_arrived(work, ticket_id, message_id)
    return {"status": "sent"}
