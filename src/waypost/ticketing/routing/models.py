"""Nouns and facts of routing. The allowlist's noun lives with the tickets, whose inbox says whether there is one."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, Uuid, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, column_property, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact
from waypost.ticketing.messages.models import Direction
from waypost.ticketing.tickets.models import Priority, Status, TicketFact

HIGHEST = 10_000
"""Priorities run from 0, which is asked first, to this."""


class RoutingRule(OrgOwned, Base):
    """If all conditions that are set are met, all acts that are set are done; the first rule that fits decides."""

    __tablename__ = "routing_rules"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "action_assign_queue_id"],
            ["queues.org_id", "queues.id"],
            ondelete="SET NULL (action_assign_queue_id)",
        ),
        ForeignKeyConstraint(
            ["org_id", "action_assign_user_id"],
            ["memberships.org_id", "memberships.person_id"],
            ondelete="SET NULL (action_assign_user_id)",
        ),
        Index("routing_rules_in_order", "org_id", "priority", "id"),
    )

    name: Mapped[str]
    is_enabled: Mapped[bool] = mapped_column(default=True)
    priority: Mapped[int] = mapped_column(default=100)
    match_recipient_pattern: Mapped[str | None]
    match_sender_domain_pattern: Mapped[str | None]
    match_sender_email_pattern: Mapped[str | None]
    match_direction: Mapped[Direction | None] = mapped_column(Text)
    action_assign_queue_id: Mapped[UUID | None]
    action_assign_user_id: Mapped[UUID | None]
    action_set_status: Mapped[Status | None] = mapped_column(Text)
    action_set_priority: Mapped[Priority | None] = mapped_column(Text)
    action_drop: Mapped[bool] = mapped_column(default=False)
    action_auto_close: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    if TYPE_CHECKING:
        action_add_tag_ids: Mapped[list[UUID]]
        """Tags that it puts on a ticket, by their ids: read along with the rule, written by `rules`."""


class RuleTag(OrgOwned, Base):
    """A rule puts a tag on tickets; while it does, the tag cannot go."""

    __tablename__ = "routing_rule_add_tags"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "rule_id"], ["routing_rules.org_id", "routing_rules.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "tag_id"], ["tags.org_id", "tags.id"]),
        UniqueConstraint("org_id", "rule_id", "tag_id"),
        Index("routing_rule_add_tags_of_tag", "org_id", "tag_id"),
    )

    rule_id: Mapped[UUID]
    tag_id: Mapped[UUID]


ADDED_TAGS = func.array(
    select(RuleTag.tag_id)
    .where(RuleTag.org_id == RoutingRule.org_id, RuleTag.rule_id == RoutingRule.id)
    .order_by(RuleTag.tag_id)
    .scalar_subquery(),
    type_=ARRAY(Uuid),
)
RoutingRule.action_add_tag_ids = column_property(ADDED_TAGS, expire_on_flush=False)


class RoutingRerun(OrgOwned, Base):
    """One wish to route again what the machine called spam; goes on where it stopped."""

    __tablename__ = "routing_reruns"
    __table_args__ = (Index("routing_reruns_newest", "org_id", "asked_at", "id"),)

    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None]
    until_at: Mapped[datetime]
    """Tickets whose last activity is later came in after the wish."""
    place_at: Mapped[datetime | None]
    place_id: Mapped[UUID | None]
    looked_at_count: Mapped[int] = mapped_column(default=0)
    freed_count: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class RoutingApplied(TicketFact):
    """A rule decided on a new ticket; `before` and `after` hold status and both assignees.

    `rule_id` None: it was routed again, and nothing speaks against it any more.
    """

    occurrence_id: UUID
    rule_id: UUID | None
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TicketDropped(TicketFact):
    """A rule says that this mail is no ticket; its copies are kept, with the reason."""

    occurrence_id: UUID
    rule_id: UUID


@dataclass(frozen=True, slots=True)
class RerunAsked(Fact):
    """Somebody wants machine-made spam to be routed again."""

    rerun_id: UUID
