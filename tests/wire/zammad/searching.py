"""Pages and searches: as much of the index's language as operators and we use."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from tests.wire.zammad import shapes
from tests.wire.zammad.world import Ticket, World

One = TypeVar("One")
TERM = re.compile(r'(\w+):(>=|>|<)?(?:"([^"]*)"|\(([^)]*)\)|(\S+))')


def cut(world: World, found: Sequence[One], query: dict[str, str]) -> list[One]:
    """A page, never larger than this server allows."""
    size = min(int(query.get("per_page") or query.get("limit") or 50), world.page_cap)
    start = (max(1, int(query.get("page") or 1)) - 1) * size
    return list(found[start : start + size])


def page(world: World, found: list[Ticket], query: dict[str, str]) -> Any:
    """In the form that is asked for: objects with names, records with assets, or ids."""
    shown = cut(world, found, query)
    if query.get("expand") == "true":
        return [shapes.expanded(world, each) for each in shown]
    ids, assets = [each.id for each in shown], shapes.assets(world, shown)
    if query.get("full") == "true":
        return {"record_ids": ids, "assets": assets, "total_count": len(found)}
    return {"tickets": ids, "tickets_count": len(shown), "assets": assets}


def search(world: World, query: dict[str, str]) -> Any:
    """What fits, in the order that is asked for."""
    asked = query.get("query", "")
    fits = [each for each in world.tickets.values() if _fits(world, each, asked)]
    key = query.get("sort_by", "updated_at")
    backwards = query.get("order_by", "desc") == "desc"
    fits.sort(key=lambda each: (str(each.values.get(key)), each.id), reverse=backwards)
    return page(world, fits, query)


def _fits(world: World, ticket: Ticket, asked: str) -> bool:
    terms = TERM.findall(asked) if world.searches else []
    if not terms:
        return asked.lower() in f"{ticket.values['title']} {ticket.values['number']}".lower()
    return all(_term(ticket, *term) for term in terms)


def _term(ticket: Ticket, name: str, compare: str, quoted: str, group: str, word: str) -> bool:
    if name == "tags":
        return (quoted or word) in ticket.tags
    value = str(ticket.values.get(name))
    if group:
        return value in group.split(" OR ")
    wanted = quoted or word
    if compare:
        return value[:19] >= wanted[:19] if compare.startswith(">") else value[:19] < wanted[:19]
    return value == wanted
