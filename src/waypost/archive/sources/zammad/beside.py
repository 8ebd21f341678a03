"""What a Zammad ticket has beside its articles: checklist, time entries, links to other tickets.

Each is a line among the ticket's own attributes, its parts joined by semicolons. Routes as documented:
`/checklists/{id}`, `/tickets/{id}/time_accountings`, `/links`. What the ticket does not have is not asked for; what
cannot be had is named.
"""

from collections.abc import Awaitable, Callable, Mapping

from waypost.archive.sources.zammad.client import Zammad
from waypost.archive.sources.zammad.reading import Json, Ticket, mapping, moment, text
from waypost.archive.sources.zammad.words import NotInZammad, TokenRefused, ZammadRefuses, ZammadUnclear


async def beside(zammad: Zammad, ticket: Ticket) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Lines by the name of the attribute, empty ones left out; and a sentence for each that could not be read."""
    found: dict[str, list[str]] = {}
    omitted: list[str] = []
    for name, what, read in PARTS:
        try:
            found[name] = await read(zammad, ticket)
        except (NotInZammad, TokenRefused, ZammadRefuses, ZammadUnclear) as refusal:
            omitted.append(f"The ticket's {what} could not be read: {refusal.detail}.")
    return {name: "; ".join(parts) for name, parts in found.items() if parts}, tuple(omitted)


async def _checklist(zammad: Zammad, ticket: Ticket) -> list[str]:
    """`[x] Call Anna`, in the order of the list."""
    key = text(ticket.record.get("checklist_id"))
    if not key.isdigit():
        return []
    said = mapping(await zammad.calls.json("GET", f"/checklists/{int(key)}", params={"full": "true"}))
    assets = mapping(said.get("assets"))
    items = mapping(assets.get("ChecklistItem"))
    whole = mapping(mapping(assets.get("Checklist")).get(key)) or said
    order = [text(one) for one in whole.get("sorted_item_ids") or whole.get("item_ids") or list(items)]
    named = [mapping(items.get(one)) for one in order]
    return [_checked(one) for one in named if text(one.get("text"))]


def _checked(item: Json) -> str:
    return f"[{'x' if item.get('checked') is True else ' '}] {text(item.get('text'))}"


async def _times(zammad: Zammad, ticket: Ticket) -> list[str]:
    """`15.0 · 2026-11-22T08:11:49+00:00 · Ines Agent`: units are what this Zammad means by them."""
    if ticket.record.get("time_unit") in (None, "", 0):
        return []
    answer = await zammad.calls.json("GET", f"/tickets/{int(ticket.id)}/time_accountings")
    entries = [one for one in answer if isinstance(one, dict)] if isinstance(answer, list) else []
    for one in entries:
        await zammad.know(one, ("created_by",))
    return [_spent(one, ticket) for one in entries]


def _spent(entry: Json, ticket: Ticket) -> str:
    who, at = ticket.names.party(entry, "created_by"), moment(entry.get("created_at"))
    said = (text(entry.get("time_unit")), at.isoformat() if at else "", who.name or who.login or who.email or "")
    return " · ".join(filter(None, said))


async def _links(zammad: Zammad, ticket: Ticket) -> list[str]:
    """`normal · 22107 · Hangar door`."""
    params = {"link_object": "Ticket", "link_object_value": ticket.id}
    said = mapping(await zammad.calls.json("GET", "/links", params=params))
    tickets = mapping(mapping(said.get("assets")).get("Ticket"))
    links = [one for one in said.get("links") or [] if isinstance(one, dict)]
    return [_link(one, tickets) for one in links if text(one.get("link_object")) == "Ticket"]


def _link(link: Json, tickets: Json) -> str:
    key = text(link.get("link_object_value"))
    other = mapping(tickets.get(key))
    said = (text(link.get("link_type")), text(other.get("number")) or f"#{key}", text(other.get("title")))
    return " · ".join(filter(None, said))


PARTS: tuple[tuple[str, str, Callable[[Zammad, Ticket], Awaitable[list[str]]]], ...] = (
    ("checklist", "checklist", _checklist),
    ("time_accounting", "time entries", _times),
    ("links", "links", _links),
)
