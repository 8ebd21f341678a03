"""What programs send with files: JSON, or a form of the same names (RFC 7578), read by hand and described by hand."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Any, Generic, TypeVar, get_origin

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

JSON, FORM = "application/json", "multipart/form-data"
FILES = "files"
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Sent(Generic[Body]):
    """What a program sent: the fields, and the files of a form, not yet read."""

    body: Body
    files: tuple[UploadFile, ...] = ()


def reader(kind: type[Body]) -> Callable[[Request], AsyncIterator[Sent[Body]]]:
    """A dependency that reads such a body. Give it `scope="function"`: files of a form are let go at the end.

    It refuses (422) what is neither, in the words of every other body.
    """

    async def sent(request: Request) -> AsyncIterator[Sent[Body]]:
        try:
            if request.headers.get("content-type", "").startswith(FORM):
                form = await request.form()
                yield Sent(_checked(kind, _fields(kind, form)), _files(form))
            else:
                yield Sent(_checked(kind, await _json(request)))
        finally:
            await request.close()

    return sent


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        wrong = {"type": "json_invalid", "loc": ("body",), "msg": "JSON decode error", "input": {}}
        raise RequestValidationError([wrong]) from None


def _checked(kind: type[Body], fields: Any) -> Body:
    try:
        return kind.model_validate(fields)
    except ValidationError as wrong:
        faults = wrong.errors(include_input=False, include_url=False, include_context=False)
        raise RequestValidationError([fault | {"loc": ("body", *fault["loc"])} for fault in faults]) from None


def _fields(kind: type[BaseModel], form: FormData) -> dict[str, Any]:
    """Lists are fields that are repeated; an empty one that may be left out says nothing."""
    said: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        values = [one for one in form.getlist(name) if isinstance(one, str)]
        if get_origin(field.annotation) is list:
            said |= {name: values} if values else {}
        elif values and (values[-1] or field.is_required()):
            said[name] = values[-1]
    return said


def _files(form: FormData) -> tuple[UploadFile, ...]:
    return tuple(one for one in form.getlist(FILES) if isinstance(one, UploadFile))


def documented(kind: type[BaseModel]) -> dict[str, Any]:
    """What the interface's description says of the body. Enumerations in it say their words themselves
    (`WithJsonSchema`): a reference would lead nowhere from here."""
    schema = kind.model_json_schema()
    binary = {"type": "string", "format": "binary"}
    files = {"type": "array", "items": binary, "description": "At most 20 files, 25 MB together."}
    form = schema | {"properties": schema["properties"] | {FILES: files}}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}, FORM: {"schema": form}}}}
