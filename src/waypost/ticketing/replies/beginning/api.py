"""Beginning a conversation, for programs."""

from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from waypost.platform.parts import Parts
from waypost.platform.safety.header import OnceGiven
from waypost.platform.safety.idempotency import once
from waypost.platform.web.doors import Doors, Writes
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.replies.actions import SEND
from waypost.ticketing.replies.api import queued_json
from waypost.ticketing.replies.beginning.actions import begin
from waypost.ticketing.replies.beginning.models import Beginning
from waypost.ticketing.replies.wire import NextStatus
from waypost.ticketing.replies.writing import BODY_LONGEST, MOST_CC, MOST_TO, SUBJECT_LONGEST, Reply
from waypost.ticketing.tickets.actions import UNSET, Change
from waypost.ticketing.tickets.models import Priority

api = Doors(tags=["tickets"])


class NewTicket(BaseModel):
    """A first mail, named as a reply's fields are, and how the ticket shall stand."""

    model_config = ConfigDict(extra="ignore")

    send_identity_id: UUID
    to_emails: list[str] = Field(min_length=1, max_length=MOST_TO)
    cc_emails: list[str] = Field(default_factory=list, max_length=MOST_CC)
    subject: str = Field(min_length=1, max_length=SUBJECT_LONGEST)
    body_text: str = Field(min_length=1, max_length=BODY_LONGEST)
    status_after: NextStatus | None = None
    priority: Priority = Priority.NORMAL
    assignee_user_id: UUID | None = None
    assignee_queue_id: UUID | None = None

    def beginning(self) -> Beginning:
        """As the action takes it."""
        to, cc = tuple(self.to_emails), tuple(self.cc_emails)
        mail = Reply(self.send_identity_id, to, self.subject, self.body_text, cc, status_after=self.status_after)
        user, queue = self.assignee_user_id or UNSET, self.assignee_queue_id or UNSET
        return Beginning(mail, Change(priority=self.priority, assignee_user_id=user, assignee_queue_id=queue))


@api.post("/tickets", needs=SEND, status_code=201)
async def post_ticket(
    request: Request, work: Writes, answer: Response, wanted: NewTicket, given: OnceGiven
) -> dict[str, Any]:
    """Begin a conversation: a ticket with a first mail, which leaves when its time of grace is over.

    The requester is the first address of To. The same Idempotency-Key, or the same words within a minute, give the
    first answer again.
    """
    parts: Parts = request.app.state.parts

    async def act() -> dict[str, str]:
        begun = await begin(work, parts.of(Posting), wanted.beginning())
        named = {"ticket_id": str(begun.ticket.id), "ticket_code": begun.ticket.ticket_code}
        return queued_json(begun.queued) | named

    told: dict[str, Any] = await once(work, given, act)
    answer.headers["location"] = f"/tickets/{told['ticket_id']}"
    return told
