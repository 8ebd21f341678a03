"""One proven callback: whose run, what it says, and what identifies its body. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from waypost.sourcing.callbacks.reading import storable
from waypost.sourcing.callbacks.refusals import PayloadHashMismatch, Unfit
from waypost.sourcing.wire.canonical import payload_hash
from waypost.sourcing.wire.revision import without
from waypost.sourcing.wire.shape import Document
from waypost.sourcing.wire.words import Kind

Body = TypeVar("Body", bound=Document)
TOLD = 5
"""Faults that `detail` names."""
LONGEST_ID = 128


@dataclass(frozen=True, kw_only=True)
class Callback:
    """What the gate let in. `document` is the object as it was sent."""

    kind: Kind
    run_id: UUID
    document: Mapping[str, Any] = field(repr=False)
    request_id: str = ""
    address: str | None = None
    replayed: bool = False
    """A person's replay sent it."""
    scores: bool = True
    """Offers are scored as they are linked (AUTO_SCORE_ON_INGEST)."""
    newer: bool = False
    """Its sender speaks a later revision than ours: what we do not know of it is left aside, not refused."""

    @property
    def ids(self) -> dict[str, str]:
        """By what it is found in the log (sourcing.md 5.7); what is no id is left out."""
        named = {"event_id": "eventId", "task_id": "taskId", "trace_id": "traceId"}
        said = {name: self.document.get(key) for name, key in named.items()}
        known = {name: value for name, value in said.items() if isinstance(value, str) and len(value) <= LONGEST_ID}
        return {"source_run_id": str(self.run_id), **known}

    @cached_property
    def identity(self) -> str:
        """The same for every honest delivery of one event (ruling 33)."""
        try:
            return payload_hash(self.document)
        except (ValueError, RecursionError):
            raise Unfit from None

    def read(self, model: type[Body]) -> Body:
        """The body as its kind says; refuses with `Unfit`, naming fields and never values."""
        try:
            body = self._read(model, storable(dict(self.document)))
        except ValidationError as error:
            faults = [_fault(each) for each in error.errors(include_input=False, include_url=False)]
            told = "; ".join(f"{each['field']}: {each['msg']}" for each in faults[:TOLD])
            raise Unfit(told, errors=faults) from None
        self._check(body)
        return body

    def _read(self, model: type[Body], document: dict[str, Any]) -> Body:
        try:
            return model.model_validate(document)
        except ValidationError as error:
            strange = [each["loc"] for each in error.errors() if each["type"] == "extra_forbidden"]
            if not self.newer or not strange:
                raise
            return model.model_validate(without(document, strange))

    def _check(self, body: Document) -> None:
        run_id, said = getattr(body, "source_run_id", None), getattr(body, "payload_hash", None)
        if run_id is not None and run_id != self.run_id:
            raise unfit("sourceRunId", "must be the run of the address")
        if said is not None and said != self.identity:
            raise PayloadHashMismatch


def unfit(name: str, message: str) -> Unfit:
    """One field does not fit."""
    return Unfit(f"{name}: {message}", errors=[{"loc": ["body", name], "field": name, "msg": message, "type": "value"}])


def moment(text: str | None, name: str) -> datetime | None:
    """An instant in ISO 8601, UTC where it names no zone; refuses with `Unfit` what is none."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise unfit(name, "must be a time in ISO 8601") from None


def moment_or(text: str | None, otherwise: datetime) -> datetime:
    """The same where a wrong time is no reason to refuse."""
    try:
        return moment(text, "") or otherwise
    except Unfit:
        return otherwise


def _fault(error: Mapping[str, Any]) -> dict[str, Any]:
    place = [str(each) for each in error["loc"]]
    return {"loc": ["body", *place], "field": ".".join(place), "msg": str(error["msg"]), "type": str(error["type"])}
