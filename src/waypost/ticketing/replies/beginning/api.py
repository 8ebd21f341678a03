"""Beginning a conversation, for programs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from starlette.requests import Request

from waypost.platform.parts import Parts
from waypost.platform.safety.header import OnceGiven
from waypost.platform.safety.idempotency import once
from waypost.platform.web.doors import Doors, SignedIn, Staged
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.replies.actions import SEND
from waypost.ticketing.replies.api import queued_json
from waypost.ticketing.replies.beginning.actions import begin
from waypost.ticketing.replies.beginning.models import Beginning
from waypost.ticketing.replies.bodies import Sent, documented, reader
from waypost.ticketing.replies.forms import BODY_LIMIT, enclosed, stored
from waypost.ticketing.replies.wire import NextStatus
from waypost.ticketing.replies.writing import BODY_LONGEST, MOST_CC, MOST_TO, SUBJECT_LONGEST, Enclosed, Reply
from waypost.ticketing.tickets.actions import UNSET, Change
from waypost.ticketing.tickets.models import Priority

api = Doors(tags=["tickets"])
HowUrgent = Annotated[Priority, WithJsonSchema({"type": "string", "enum": [one.value for one in Priority]})]


class NewTicket(BaseModel):
    """A first mail, named as a reply's fields are, and how the ticket shall stand."""

    model_config = ConfigDict(extra="ignore")

    send_identity_id: UUID
    to_emails: list[str] = Field(min_length=1, max_length=MOST_TO)
    cc_emails: list[str] = Field(default_factory=list, max_length=MOST_CC)
    subject: str = Field(min_length=1, max_length=SUBJECT_LONGEST)
    body_text: str = Field(min_length=1, max_length=BODY_LONGEST)
    status_after: NextStatus | None = None
    priority: HowUrgent = Priority.NORMAL
    assignee_user_id: UUID | None = None
    assignee_queue_id: UUID | None = None

    def beginning(self, files: tuple[Enclosed, ...] = ()) -> Beginning:
        """As the action takes it."""
        to, cc, then = tuple(self.to_emails), tuple(self.cc_emails), self.status_after
        mail = Reply(self.send_identity_id, to, self.subject, self.body_text, cc, files=files, status_after=then)
        user, queue = self.assignee_user_id or UNSET, self.assignee_queue_id or UNSET
        return Beginning(mail, Change(priority=self.priority, assignee_user_id=user, assignee_queue_id=queue))


NewSent = Annotated[Sent[NewTicket], Depends(reader(NewTicket), scope="function")]


@api.post("/tickets", needs=SEND, status_code=201, body_limit=BODY_LIMIT, openapi_extra=documented(NewTicket))
async def post_ticket(
    request: Request, stages: Staged, caller: SignedIn, answer: Response, sent: NewSent, given: OnceGiven
) -> dict[str, Any]:
    """Begin a conversation: a ticket with a first mail, which leaves when its time of grace is over.

    The requester is the first address of To. The same Idempotency-Key, or the same words within a minute, give the
    first answer again. A multipart form of the same names takes `files` along.
    """
    parts: Parts = request.app.state.parts
    uploads = await stored(request, caller.org_id, sent.files)
    async with stages.open() as work:

        async def act() -> dict[str, str]:
            wanted = sent.body.beginning(await enclosed(work, uploads))
            begun = await begin(work, parts.of(Posting), wanted)
            named = {"ticket_id": str(begun.ticket.id), "ticket_code": begun.ticket.ticket_code}
            return queued_json(begun.queued) | named

        told: dict[str, Any] = await once(work, given, act)
    answer.headers["location"] = f"/tickets/{told['ticket_id']}"
    return told
