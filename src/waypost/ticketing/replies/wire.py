"""A reply as programs send it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from waypost.ticketing.replies.bodies import Sent, documented, reader
from waypost.ticketing.replies.writing import BODY_LONGEST, MOST_CC, MOST_TO, SUBJECT_LONGEST, Enclosed, Reply
from waypost.ticketing.tickets.models import Status

NextStatus = Annotated[Status, WithJsonSchema({"type": "string", "enum": [one.value for one in Status]})]


class ReplyBody(BaseModel):
    """A reply's fields; the last three are ours and optional."""

    model_config = ConfigDict(extra="ignore")

    send_identity_id: UUID
    to_emails: list[str] = Field(min_length=1, max_length=MOST_TO)
    cc_emails: list[str] = Field(default_factory=list, max_length=MOST_CC)
    subject: str = Field(min_length=1, max_length=SUBJECT_LONGEST)
    body_text: str = Field(min_length=1, max_length=BODY_LONGEST)
    status_after: NextStatus | None = None
    seen: str | None = Field(None, max_length=100)
    send_anyway: bool = False

    def reply(self, files: tuple[Enclosed, ...] = ()) -> Reply:
        """As the action takes it."""
        return Reply(
            self.send_identity_id,
            tuple(self.to_emails),
            self.subject,
            self.body_text,
            tuple(self.cc_emails),
            files=files,
            status_after=self.status_after,
            seen=self.seen,
            send_anyway=self.send_anyway,
        )


SentReply = Annotated[Sent[ReplyBody], Depends(reader(ReplyBody), scope="function")]
DOCUMENTED = documented(ReplyBody)
