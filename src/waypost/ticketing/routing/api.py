"""Routing for programs: allowlist, rules and the simulator as documented; order, reruns and dropped mail are ours."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Depends, Query
from pydantic import BaseModel, ConfigDict, StringConstraints

from waypost.platform.errors import Invalid
from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.messages.cursors import cursor, parse_cursor, parse_ranked, ranked_cursor
from waypost.ticketing.messages.listing import Listing, up_to
from waypost.ticketing.messages.models import Direction
from waypost.ticketing.routing import actions, queries, rules
from waypost.ticketing.routing.actions import SIMULATE, STEER
from waypost.ticketing.routing.applying import KEPT
from waypost.ticketing.routing.deciding import Asked
from waypost.ticketing.routing.dropping import take_back
from waypost.ticketing.routing.rerunning import ask_rerun
from waypost.ticketing.routing.typed import TypedRule, fields_of, typed_rule
from waypost.ticketing.routing.wire import dropped_json, entry_json, rerun_json, rule_json, simulation_json

api = Doors(tags=["routing"])
AskedEntries = Annotated[Listing, Depends(up_to(queries.MOST_PATTERNS))]
AskedRules = Annotated[Listing, Depends(up_to(queries.MOST_RULES))]
Pattern = Annotated[str, StringConstraints(min_length=3, max_length=320)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=3, max_length=320)]


class Simulated(BaseModel):
    """A mail that has not come."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    recipient: Address
    sender_email: Address
    direction: Direction


@api.post("/tickets/routing/simulate", needs=SIMULATE)
async def simulate(work: Reads, mail: Simulated) -> dict[str, Any]:
    """What would become of a first message: the worker's own evaluator answers."""
    asked = Asked(mail.recipient, mail.sender_email, mail.direction)
    return simulation_json((await queries.ruleset(work.db)).decide(asked), asked)


class NewEntry(BaseModel):
    """A pattern whose mail may open tickets."""

    model_config = ConfigDict(extra="ignore")

    pattern: Pattern
    is_enabled: bool = True


class EntryChange(BaseModel):
    """What changes of an entry; an absent key means unchanged."""

    model_config = ConfigDict(extra="ignore")

    pattern: Pattern | None = None
    is_enabled: bool | None = None

    def named(self) -> dict[str, Any]:
        """Only what was sent; nothing of it may be null."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if empty := next((name for name, value in sent.items() if value is None), None):
            raise Invalid(f"{empty} must not be null", errors=[{"field": empty, "msg": "give a value"}])
        return sent


@api.get("/tickets/routing/allowlist", needs=STEER)
async def list_allowlist(work: Reads, asked: AskedEntries) -> list[dict[str, Any]]:
    """All entries, oldest first. With `limit` a page of them, and a `Link` to the next."""
    found = await queries.entries(work.db, parse_cursor(asked.cursor), asked.limit + 1)
    return [entry_json(entry) for entry in asked.cut(found, lambda last: cursor(last.created_at, last.id))]


@api.post("/tickets/routing/allowlist", needs=STEER, status_code=201)
async def create_entry(work: Writes, new: NewEntry) -> dict[str, Any]:
    """One more."""
    return entry_json(await actions.allow(work, new.pattern, is_enabled=new.is_enabled))


@api.patch("/tickets/routing/allowlist/{entry_id}", needs=STEER)
async def change_entry(work: Writes, entry_id: UUID, change: EntryChange) -> dict[str, Any]:
    """Another pattern, or on or off."""
    sent = change.named()
    entry = await queries.entry(work.db, entry_id)
    await actions.change_entry(work, entry, **sent)
    return entry_json(entry)


@api.delete("/tickets/routing/allowlist/{entry_id}", needs=STEER, status_code=204)
async def remove_entry(work: Writes, entry_id: UUID) -> None:
    """One less."""
    await actions.remove_entry(work, await queries.entry(work.db, entry_id))


@api.get("/tickets/routing/rules", needs=STEER)
async def list_rules(work: Reads, asked: AskedRules) -> list[dict[str, Any]]:
    """All rules in the order in which they are asked. With `limit` a page of them, and a `Link` to the next."""
    place = parse_ranked(asked.cursor)
    found = await queries.rules(work.db, (place[0], place[2]) if place else None, asked.limit + 1)
    shown = asked.cut(found, lambda last: ranked_cursor(last.priority, last.created_at, last.id))
    return [rule_json(rule) for rule in shown]


@api.post("/tickets/routing/rules", needs=STEER, status_code=201)
async def create_rule(work: Writes, typed: TypedRule) -> dict[str, Any]:
    """One more."""
    return rule_json(await rules.write_rule(work, typed))


@api.post("/tickets/routing/rules/order", needs=STEER)
async def order_rules(work: Writes, rule_ids: Annotated[list[UUID], Body(embed=True, max_length=500)]) -> Any:
    """A new order of all rules; their priorities follow from it."""
    return [rule_json(rule) for rule in await rules.order(work, rule_ids)]


@api.patch("/tickets/routing/rules/{rule_id}", needs=STEER)
async def change_rule(work: Writes, rule_id: UUID, sent: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
    """Any field; what the rule becomes is judged as a whole."""
    rule = await queries.rule(work.db, rule_id)
    await rules.change_rule(work, rule, typed_rule(fields_of(rule) | sent))
    return rule_json(rule)


@api.delete("/tickets/routing/rules/{rule_id}", needs=STEER, status_code=204)
async def remove_rule(work: Writes, rule_id: UUID) -> None:
    """One less."""
    await rules.remove_rule(work, await queries.rule(work.db, rule_id))


@api.post("/tickets/routing/reruns", needs=STEER, status_code=202)
async def route_again(work: Writes) -> dict[str, Any]:
    """Route again what the machine called spam and nobody has looked at."""
    return rerun_json(await ask_rerun(work))


@api.get("/tickets/routing/reruns/{rerun_id}", needs=STEER)
async def show_rerun(work: Reads, rerun_id: UUID) -> dict[str, Any]:
    """How far it has come."""
    return rerun_json(await queries.rerun(work.db, rerun_id))


@api.get("/tickets/routing/dropped", needs=SIMULATE)
async def list_dropped(
    work: Reads,
    cursor_: Annotated[str | None, Query(alias="cursor")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """Copies that a rule made no ticket of, newest first, by keyset."""
    rows = await queries.dropped(work.db, before=parse_cursor(cursor_), limit=limit)
    shown = rows[:limit]
    following = cursor(shown[-1].received_at, shown[-1].id) if len(rows) > limit else None
    return {"items": [dropped_json(row) for row in shown], "next_cursor": following}


@api.post("/tickets/routing/dropped/{occurrence_id}/ticket", needs=SIMULATE, status_code=202)
async def want_ticket(work: Writes, occurrence_id: UUID) -> dict[str, Any]:
    """Make a ticket of it after all."""
    await take_back(work, occurrence_id, KEPT)
    return {"status": "queued", "occurrence_id": occurrence_id}
