"""What admins do with rules: write, change, order, remove. Audited with what stood before and after."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete

from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.identity.queries import is_member
from waypost.platform.ids import new_id
from waypost.platform.observe.masking import masked
from waypost.platform.rows import among, insert_missing
from waypost.platform.work import Work
from waypost.ticketing.queues.queries import is_open
from waypost.ticketing.routing import queries
from waypost.ticketing.routing.models import HIGHEST, RoutingRule, RuleTag
from waypost.ticketing.routing.typed import TypedRule, fields_of
from waypost.ticketing.tags import queries as tags

APART = 10
"""Between the priorities of neighbours after a new order: there is room for a rule in between."""


class NoSuchQueue(Invalid):
    """This organisation has no such queue in use."""


class NoSuchTag(Invalid):
    """This organisation has no such tag."""


class NotAMember(Invalid):
    """The assignee is not a member of this organisation."""


class TooManyRules(Conflict):
    """An organisation has at most 500 routing rules."""


class OrderIncomplete(Conflict):
    """The order must name every rule exactly once."""


class Way(StrEnum):
    """Where a rule moves by one place."""

    UP = "up"
    DOWN = "down"


async def write_rule(work: Work, typed: TypedRule) -> RoutingRule:
    """A new rule."""
    await _refuse_strangers(work, typed, None)
    if len(await queries.rules(work.db)) >= queries.MOST_RULES:
        raise TooManyRules
    rule = RoutingRule(id=new_id(), created_at=work.now, updated_at=work.now, **typed.model_dump())
    work.db.add(rule)
    await work.db.flush()
    await _write_tags(work, rule)
    await _audit(work, "created", rule, None, fields_of(rule))
    return rule


async def change_rule(work: Work, rule: RoutingRule, typed: TypedRule) -> None:
    """The whole rule as it shall be; a change that changes nothing writes nothing."""
    before, after = fields_of(rule), typed.model_dump()
    if before == after:
        return
    await _refuse_strangers(work, typed, rule)
    for name, value in after.items():
        setattr(rule, name, value)
    rule.updated_at = work.now
    await work.db.flush()
    await _write_tags(work, rule)
    await _audit(work, "updated", rule, before, after)


async def remove_rule(work: Work, rule: RoutingRule) -> None:
    """Away with it; what it decided stays decided, and its name stays with it."""
    await work.db.delete(rule)
    await work.db.flush()
    await _audit(work, "deleted", rule, fields_of(rule), None)


async def order(work: Work, rule_ids: Sequence[UUID]) -> Sequence[RoutingRule]:
    """The order in which rules are asked; refuses an order that misses a rule or names a stranger."""
    standing = {rule.id: rule for rule in await queries.rules(work.db, for_update=True)}
    if len(rule_ids) != len(standing) or set(rule_ids) != standing.keys():
        raise OrderIncomplete
    before = [str(rule_id) for rule_id in standing]
    for place, rule_id in enumerate(rule_ids, 1):
        if standing[rule_id].priority != min(place * APART, HIGHEST):
            standing[rule_id].priority, standing[rule_id].updated_at = min(place * APART, HIGHEST), work.now
    await work.db.flush()
    after = [str(rule_id) for rule_id in rule_ids]
    if before != after:
        await record(work, "routing.rules.ordered", "routing_rule", None, {"before": before, "after": after})
    return [standing[rule_id] for rule_id in rule_ids]


async def move(work: Work, rule_id: UUID, way: Way) -> None:
    """One place up or down; at the end of the list nothing moves."""
    await queries.rule(work.db, rule_id)
    ids = [rule.id for rule in await queries.rules(work.db)]
    place = ids.index(rule_id)
    other = place - 1 if way is Way.UP else place + 1
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
        await order(work, ids)


async def _refuse_strangers(work: Work, typed: TypedRule, rule: RoutingRule | None) -> None:
    """A queue or person that the rule has already may have been archived or have left: it can still be changed."""
    queue, user = typed.action_assign_queue_id, typed.action_assign_user_id
    if queue and queue != (rule and rule.action_assign_queue_id) and not await is_open(work.db, queue):
        raise NoSuchQueue(errors=[{"field": "action_assign_queue_id", "msg": "choose a queue from the list"}])
    if user and user != (rule and rule.action_assign_user_id) and not await is_member(work.db, user):
        raise NotAMember(errors=[{"field": "action_assign_user_id", "msg": "choose a colleague from the list"}])

    wanted = typed.action_add_tag_ids
    if len(await tags.names(work.db, wanted, stay=True)) < len(wanted):
        raise NoSuchTag(errors=[{"field": "action_add_tag_ids", "msg": "choose tags from the list"}])


async def _write_tags(work: Work, rule: RoutingRule) -> None:
    """The tags that the rule adds, no more and no less."""
    wanted = list(rule.action_add_tag_ids)
    gone = delete(RuleTag).where(RuleTag.rule_id == rule.id, ~among(RuleTag.tag_id, wanted))
    await work.db.execute(gone, execution_options={"synchronize_session": False})
    rows = [{"id": new_id(), "rule_id": rule.id, "tag_id": one} for one in wanted]
    await insert_missing(work.db, RuleTag, rows)


async def _audit(
    work: Work, verb: str, rule: RoutingRule, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    detail = msgspec.to_builtins({"before": before, "after": after})
    await record(work, f"routing.rule.{verb}", "routing_rule", rule.id, masked(detail))
