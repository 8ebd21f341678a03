"""Replies for programs: the documented way to answer, and what became of each."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from waypost.platform.parts import Parts
from waypost.platform.safety.header import OnceGiven
from waypost.platform.safety.idempotency import once
from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.outbound import queries as outbound
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.replies import actions, queries
from waypost.ticketing.replies.actions import SEND
from waypost.ticketing.replies.writing import BODY_LONGEST, MOST_CC, MOST_TO, SUBJECT_LONGEST, Reply
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import READ
from waypost.ticketing.tickets.models import Status

api = Doors(tags=["replies"])


class ReplyBody(BaseModel):
    """A reply as programs send it; the last three are ours and optional."""

    model_config = ConfigDict(extra="ignore")

    send_identity_id: UUID
    to_emails: list[str] = Field(min_length=1, max_length=MOST_TO)
    cc_emails: list[str] = Field(default_factory=list, max_length=MOST_CC)
    subject: str = Field(min_length=1, max_length=SUBJECT_LONGEST)
    body_text: str = Field(min_length=1, max_length=BODY_LONGEST)
    status_after: Status | None = None
    seen: str | None = Field(None, max_length=100)
    send_anyway: bool = False

    def reply(self) -> Reply:
        """As the action takes it."""
        return Reply(
            self.send_identity_id,
            tuple(self.to_emails),
            self.subject,
            self.body_text,
            tuple(self.cc_emails),
            status_after=self.status_after,
            seen=self.seen,
            send_anyway=self.send_anyway,
        )


@api.post("/tickets/{ticket_id}/reply", needs=SEND, status_code=202)
async def post_reply(request: Request, work: Writes, ticket_id: UUID, body: ReplyBody, given: OnceGiven) -> Any:
    """Answer. The same Idempotency-Key, or the same words within a minute, give the first answer again."""
    parts: Parts = request.app.state.parts

    async def act() -> dict[str, str]:
        queued = await actions.reply(work, parts.of(Posting), ticket_id, body.reply())
        return {
            "status": "queued",
            "job_id": str(queued.job_id),
            "message_id": str(queued.message_id),
            "oss_message_id": str(queued.oss_message_id),
        }

    return await once(work, given, act)


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
