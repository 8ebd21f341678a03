"""A reply as programs send it: JSON, or a form of the same names (RFC 7578) where files go along."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Annotated, Any, get_origin
from uuid import UUID

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from waypost.ticketing.replies.writing import BODY_LONGEST, MOST_CC, MOST_TO, SUBJECT_LONGEST, Enclosed, Reply
from waypost.ticketing.tickets.models import Status

JSON, FORM = "application/json", "multipart/form-data"
FILES = "files"
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


@dataclass(frozen=True, slots=True)
class Sent:
    """What a program sent: the fields, and the files of a form, not yet read."""

    body: ReplyBody
    files: tuple[UploadFile, ...] = ()


async def _sent(request: Request) -> AsyncIterator[Sent]:
    """Refuses (422) what is neither, in the words of every other body. Files of a form are let go at the end."""
    try:
        if request.headers.get("content-type", "").startswith(FORM):
            form = await request.form()
            yield Sent(_checked(_fields(form)), _files(form))
        else:
            yield Sent(_checked(await _json(request)))
    finally:
        await request.close()


SentReply = Annotated[Sent, Depends(_sent, scope="function")]


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        wrong = {"type": "json_invalid", "loc": ("body",), "msg": "JSON decode error", "input": {}}
        raise RequestValidationError([wrong]) from None


def _checked(fields: Any) -> ReplyBody:
    try:
        return ReplyBody.model_validate(fields)
    except ValidationError as wrong:
        faults = wrong.errors(include_input=False, include_url=False, include_context=False)
        raise RequestValidationError([fault | {"loc": ("body", *fault["loc"])} for fault in faults]) from None


def _fields(form: FormData) -> dict[str, Any]:
    """Lists are fields that are repeated; an empty one of ours says nothing."""
    said: dict[str, Any] = {}
    for name, field in ReplyBody.model_fields.items():
        values = [one for one in form.getlist(name) if isinstance(one, str)]
        if get_origin(field.annotation) is list:
            said |= {name: values} if values else {}
        elif values and (values[-1] or field.is_required()):
            said[name] = values[-1]
    return said


def _files(form: FormData) -> tuple[UploadFile, ...]:
    return tuple(one for one in form.getlist(FILES) if isinstance(one, UploadFile))


def _form_schema() -> dict[str, Any]:
    schema = ReplyBody.model_json_schema()
    binary = {"type": "string", "format": "binary"}
    files = {"type": "array", "items": binary, "description": "At most 20 files, 25 MB together."}
    return schema | {"properties": schema["properties"] | {FILES: files}}


DOCUMENTED = {
    "requestBody": {
        "required": True,
        "content": {JSON: {"schema": ReplyBody.model_json_schema()}, FORM: {"schema": _form_schema()}},
    }
}
"""What the interface's description says of the body, which is read by hand."""
