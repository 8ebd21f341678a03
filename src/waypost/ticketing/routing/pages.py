"""The page of routing: who may open tickets, which rule decides, and what would become of a mail."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from waypost.platform.access import STAFF
from waypost.platform.errors import Refusal
from waypost.platform.identity.queries import members, names
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.messages.cursors import cursor, parse_cursor
from waypost.ticketing.messages.listing import leaf
from waypost.ticketing.messages.models import Direction
from waypost.ticketing.queues import queries as queues
from waypost.ticketing.routing import actions, queries, rules
from waypost.ticketing.routing.actions import SIMULATE, STEER
from waypost.ticketing.routing.applying import KEPT
from waypost.ticketing.routing.deciding import Asked
from waypost.ticketing.routing.dropping import take_back
from waypost.ticketing.routing.rerunning import ask_rerun
from waypost.ticketing.routing.rules import Way
from waypost.ticketing.routing.typed import FIELDS, TypedRule, fields_of, typed_rule
from waypost.ticketing.tags import queries as tags

pages = Pages()
HERE, DROPPED_HERE = "/routing", "/routing/dropped"
TEMPLATE, RULE, DROPPED = (f"ticketing/routing/{name}.html" for name in ("routing", "rule", "dropped"))
Line = Annotated[str, Form(max_length=1_000)]
TAGS = "action_add_tag_ids"
Asking = Annotated[str, Query(max_length=320)]


@pages.get("/routing", needs=SIMULATE)
async def routing_page(
    work: Reads,
    caller: SignedIn,
    recipient: Asking = "",
    sender_email: Asking = "",
    direction: str = "inbound",
    entry: UUID | None = None,
    rule: UUID | None = None,
) -> Page:
    """Everything on one page; the simulator's question stands in the address, and which leaves of its lists."""
    asked = Asked(recipient.strip().lower() or None, sender_email.strip().lower() or None, _direction(direction))
    return await _shown(work.db, may_steer=STEER in caller.keys, asked=asked, entry=entry, rule=rule)


def _direction(text: str) -> Direction:
    return Direction(text) if text in set(Direction) else Direction.INBOUND


async def _shown(
    db: AsyncSession,
    *,
    may_steer: bool,
    asked: Asked = Asked(None, None),
    refusal: Refusal | None = None,
    typed: str = "",
    entry: UUID | None = None,
    rule: UUID | None = None,
) -> Page:
    listed, patterns = await queries.rules(db), await queries.entries(db)
    verdict = (await queries.ruleset(db)).decide(asked) if asked.recipient or asked.sender else None
    users = {one for rule in listed if (one := rule.action_assign_user_id)}
    places = {one for rule in listed if (one := rule.action_assign_queue_id)}
    added = {one for rule in listed for one in rule.action_add_tag_ids}
    return Page(
        TEMPLATE,
        status=refusal.status if refusal else 200,
        everybody=not any(one.is_enabled for one in patterns),
        entries=leaf(patterns, entry),
        rules=leaf(listed, rule),
        people=await names(db, users),
        queues=await queues.names(db, places),
        tags=await tags.names(db, added),
        rerun=await queries.last_rerun(db),
        may_steer=may_steer,
        asked=asked,
        verdict=verdict,
        refusal=refusal,
        typed=typed,
    )


@pages.post("/routing/allowlist", needs=STEER)
async def allow(stages: Staged, pattern: Line = "") -> Page:
    """One more pattern; what is wrong stands beside what was typed."""
    try:
        async with stages.open() as work:
            entry = await actions.allow(work, pattern)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _shown(work.db, may_steer=True, refusal=refusal, typed=pattern)
    return Page(TEMPLATE, goto=f"{HERE}?entry={entry.id}#allowlist")


@pages.post("/routing/allowlist/{entry_id}/switch", needs=STEER)
async def switch_entry(work: Writes, entry_id: UUID, on: Annotated[bool, Form()] = False) -> Page:
    """On or off."""
    await actions.change_entry(work, await queries.entry(work.db, entry_id), is_enabled=on)
    return Page(TEMPLATE, goto=f"{HERE}?entry={entry_id}#allowlist")


@pages.post("/routing/allowlist/{entry_id}/removal", needs=STEER)
async def remove_entry(work: Writes, entry_id: UUID) -> Page:
    """Off the list."""
    await actions.remove_entry(work, await queries.entry(work.db, entry_id))
    return Page(TEMPLATE, goto=HERE)


@pages.get("/routing/rules/new", needs=STEER)
async def new_rule(work: Reads) -> Page:
    """The empty form."""
    blank = {name: field.default for name, field in TypedRule.model_fields.items()} | {"name": ""}
    return await _form(work.db, blank, None)


@pages.get("/routing/rules/{rule_id}", needs=STEER)
async def rule_page(work: Reads, rule_id: UUID) -> Page:
    """The form of one rule."""
    rule = await queries.rule(work.db, rule_id, for_update=False)
    return await _form(work.db, fields_of(rule), rule_id)


@pages.post("/routing/rules", needs=STEER)
async def create_rule(request: Request, stages: Staged) -> Page:
    """Write it; what is wrong stands above what was typed."""
    given = await _given(request)
    try:
        async with stages.open() as work:
            rule = await rules.write_rule(work, typed_rule(given))
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _form(work.db, given, None, refusal)
    return Page(RULE, goto=_at(rule.id))


def _at(rule_id: UUID) -> str:
    return f"{HERE}?rule={rule_id}#rules"


@pages.post("/routing/rules/{rule_id}", needs=STEER)
async def change_rule(request: Request, stages: Staged, rule_id: UUID) -> Page:
    """Change it; what is wrong stands above what was typed."""
    given = await _given(request)
    async with stages.open(reads=True) as work:
        await queries.rule(work.db, rule_id, for_update=False)
    try:
        async with stages.open() as work:
            await rules.change_rule(work, await queries.rule(work.db, rule_id), typed_rule(given))
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _form(work.db, given, rule_id, refusal)
    return Page(RULE, goto=_at(rule_id))


async def _given(request: Request) -> dict[str, Any]:
    """What the form says; a box that is not ticked is not sent."""
    form = await request.form()
    sent = {name: value for name, value in form.items() if name in FIELDS and isinstance(value, str)}
    said = {name: sent.get(name, "") in ("1", "true") if _is_box(name) else sent.get(name, "") for name in FIELDS}
    return said | {TAGS: [one for one in form.getlist(TAGS) if isinstance(one, str)]}


def _is_box(name: str) -> bool:
    return TypedRule.model_fields[name].annotation is bool


async def _form(db: AsyncSession, given: dict[str, Any], rule_id: UUID | None, refusal: Refusal | None = None) -> Page:
    people = [(str(one.id), one.name) for one in await members(db, acting=STAFF)]
    places = [(str(one.id), one.name) for one in await queues.every(db)]
    return Page(
        RULE,
        status=refusal.status if refusal else 200,
        given={name: "" if value is None else value for name, value in given.items()},
        rule_id=rule_id,
        colleagues=people,
        places=places,
        all_tags=[(str(one.id), one.name) for one in await tags.every(db)],
        chosen_tags=[str(one) for one in given[TAGS]],
        refusal=refusal,
        errors={one.get("field", ""): one["msg"] for one in refusal.errors} if refusal else {},
    )


@pages.post("/routing/rules/{rule_id}/move", needs=STEER)
async def move_rule(work: Writes, rule_id: UUID, way: Annotated[Way, Form()]) -> Page:
    """One place up or down."""
    await rules.move(work, rule_id, way)
    return Page(TEMPLATE, goto=_at(rule_id))


@pages.post("/routing/rules/{rule_id}/switch", needs=STEER)
async def switch_rule(work: Writes, rule_id: UUID, on: Annotated[bool, Form()] = False) -> Page:
    """On or off."""
    rule = await queries.rule(work.db, rule_id)
    await rules.change_rule(work, rule, typed_rule(fields_of(rule) | {"is_enabled": on}))
    return Page(TEMPLATE, goto=_at(rule_id))


@pages.post("/routing/rules/{rule_id}/removal", needs=STEER)
async def remove_rule(work: Writes, rule_id: UUID) -> Page:
    """Away with it."""
    await rules.remove_rule(work, await queries.rule(work.db, rule_id))
    return Page(TEMPLATE, goto=f"{HERE}#rules")


@pages.post("/routing/reruns", needs=STEER)
async def route_again(work: Writes) -> Page:
    """Route machine-made spam again."""
    await ask_rerun(work)
    return Page(TEMPLATE, goto=HERE)


@pages.get("/routing/dropped", needs=SIMULATE)
async def dropped_page(work: Reads, cursor_: Annotated[str, Query(alias="cursor")] = "") -> Page:
    """Mail that rules made no ticket of."""
    rows = await queries.dropped(work.db, before=parse_cursor(cursor_))
    shown = rows[: queries.PAGE]
    more = cursor(shown[-1].received_at, shown[-1].id) if len(rows) > queries.PAGE else None
    return Page(DROPPED, rows=shown, older=more, at_start=not cursor_)


@pages.post("/routing/dropped/{occurrence_id}/ticket", needs=SIMULATE)
async def want_ticket(work: Writes, occurrence_id: UUID) -> Page:
    """Make a ticket of it after all."""
    await take_back(work, occurrence_id, KEPT)
    return Page(DROPPED, goto=DROPPED_HERE)
