"""Nouns and facts of sources: Zammad installations that cases come from, and what was seen of a case at its gate."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact
from waypost.platform.http.addresses import Trust

DEFAULT = "default"
"""Key of the source that the environment configures; the documented addresses without a key mean it."""
KIND = "zammad"


class Source(OrgOwned, Base):
    """One Zammad installation: how it is reached, how it calls us, what is kept of its tickets, how it is doing."""

    __tablename__ = "archive_sources"
    __table_args__ = (UniqueConstraint("org_id", "key"),)

    key: Mapped[str]
    """Stands in the webhook's address; unique in the installation."""
    name: Mapped[str]
    base_url: Mapped[str]
    """Without a slash at its end; may carry a sub-path."""
    trust: Mapped[Trust] = mapped_column(Text)
    """Who wrote the address down."""
    sealed_token: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The webhook's secret; None: deliveries cannot be signed."""
    sealed_secret_before: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The one before it, which still counts until it is dropped."""
    secret_rotated_at: Mapped[datetime | None]
    timeout_seconds: Mapped[float]
    verify_tls: Mapped[bool] = mapped_column(default=True)
    ca_pem: Mapped[str | None]
    """The only authorities that are trusted for it, where it has its own."""
    field_path: Mapped[str]
    field_user_mode: Mapped[str]
    field_user: Mapped[str]
    trigger_tag: Mapped[str]
    require_tag: Mapped[bool] = mapped_column(default=True)
    acknowledge: Mapped[bool] = mapped_column(default=True)
    """Write a note into the ticket after success."""
    keep_files: Mapped[bool] = mapped_column(default=False)
    max_file_bytes: Mapped[int]
    """0: no limit but the installation's own."""
    max_total_bytes: Mapped[int]
    """0: no limit."""
    strict_files: Mapped[bool] = mapped_column(default=False)
    """A file that cannot be had stops the archive, instead of being listed as missing."""
    keep_raw: Mapped[bool] = mapped_column(default=False)
    """Keep the raw mail of each article that came or went by mail."""
    keep_history: Mapped[bool] = mapped_column(default=False)
    paused_at: Mapped[datetime | None]
    own_id: Mapped[str | None]
    """The account behind the token, as Zammad says; its notes are ours."""
    last_ok_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
    """Kind of the refusal that the last look at it ended with."""
    last_error: Mapped[str | None]
    """The same as a sentence of ours."""
    closed_cursor: Mapped[datetime | None]
    """Tickets that changed before this moment have been compared with ours."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    walked_page: Mapped[int] = mapped_column(default=0)
    """How far the walk through all tickets has come, which needs no index; 0: it begins anew."""

    @property
    def org(self) -> UUID:
        """The organisation it belongs to."""
        return self.org_id

    @property
    def from_environment(self) -> bool:
        """Whether the operator's settings describe it; people cannot change it here."""
        return self.key == DEFAULT


class Passage(OrgOwned, Base):
    """A request that passed the gate: what tags its ticket had before we touched them.

    A worker that dies between two tag writes leaves a ticket without any of our tags; this row lets the next one go on.
    """

    __tablename__ = "archive_passages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "source_id"], ["archive_sources.org_id", "archive_sources.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("org_id", "request_id"),
        Index("archive_passages_source", "org_id", "source_id"),
    )

    source_id: Mapped[UUID]
    request_id: Mapped[UUID]
    ref: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(JSONB)
    passed_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class SourceAdded(Fact):
    """A Zammad installation may send cases from now on."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "source_id"

    source_id: UUID


@dataclass(frozen=True, slots=True)
class SourceChanged(Fact):
    """What is known of a source changed; `what` names it: settings, secret, paused, resumed."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "source_id"

    source_id: UUID
    what: str


@dataclass(frozen=True, slots=True)
class GapFound(Fact):
    """Tickets that asked to be archived, though their webhook never came."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "source_id"

    source_id: UUID
    count: int


@dataclass(frozen=True, slots=True)
class Described:
    """A source as somebody describes it; secrets in the clear, for as long as this value lives."""

    name: str
    base_url: str
    trust: Trust
    token: str = field(repr=False)
    timeout_seconds: float = 10
    verify_tls: bool = True
    ca_pem: str | None = None
    field_path: str = "archive_path"
    field_user_mode: str = "archive_user_mode"
    field_user: str = "archive_user"
    trigger_tag: str = "pdf:sign"
    require_tag: bool = True
    acknowledge: bool = True
    keep_files: bool = False
    max_file_bytes: int = 10_485_760
    max_total_bytes: int = 52_428_800
    strict_files: bool = False
    keep_raw: bool = False
    keep_history: bool = False

    def columns(self) -> dict[str, Any]:
        """Everything but the token, as the row's columns."""
        names = [name for name in self.__dataclass_fields__ if name != "token"]
        return {name: getattr(self, name) for name in names}
