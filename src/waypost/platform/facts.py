"""Facts: what happened, in the past tense. Jobs follow from them; kept ones are the timeline of their thing."""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

import msgspec
from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from waypost.platform.db import Base, OrgOwned


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened. Fields are ids and plain values, never names, addresses or bodies.

    `kept` facts are stored for the timeline under `wire()`; `about` names the field that holds the id of their thing;
    `begins` is true where something comes in from outside: each telling begins a trace of its own.
    """

    kept: ClassVar[bool] = False
    begins: ClassVar[bool] = False
    about: ClassVar[str] = ""
    event: ClassVar[str | None] = None

    @classmethod
    def wire(cls) -> str:
        """The documented event name, else the class name in snake case."""
        return cls.event or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    def data(self) -> dict[str, Any]:
        """JSON-ready values of all fields but the thing itself; a documented event may shape this as it promises."""
        return {name: value for name, value in self.payload().items() if name != self.about}

    def payload(self) -> dict[str, Any]:
        """JSON-ready values of all fields: what a job carries and `restore` reads back."""
        return {f.name: msgspec.to_builtins(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def restore(cls, payload: dict[str, Any]) -> Self:
        """The fact again from a job's payload; a key that this version does not know is ignored."""
        known = {f.name for f in fields(cls)}
        return msgspec.convert({k: v for k, v in payload.items() if k in known}, cls)


class KeptFact(OrgOwned, Base):
    """One line of a timeline; written once, never changed."""

    __tablename__ = "facts"
    __table_args__ = (
        Index("facts_of_thing", "org_id", "thing_id", "at", "id"),
        {"info": {"append_only": True}},
    )

    thing_id: Mapped[UUID]
    event: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
