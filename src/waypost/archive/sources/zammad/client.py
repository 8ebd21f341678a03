"""Zammad's REST interface as we use it. It knows neither our database nor our jobs."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from waypost.archive.sealing.snapshot import Party
from waypost.archive.sources.zammad import reading
from waypost.archive.sources.zammad.calls import Calls
from waypost.archive.sources.zammad.reading import Json, Names, Ticket, text
from waypost.archive.sources.zammad.words import (
    NoTagRoute,
    NotInZammad,
    TokenRefused,
    ZammadRefuses,
    ZammadUnclear,
)

Removing = Literal["DELETE", "GET", "POST"]
WAYS: tuple[Removing, ...] = ("DELETE", "GET", "POST")
"""How a tag is removed: as documented, as old releases did it, as older stand-ins do."""
PAGE = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket as a search lists it."""

    id: str
    number: str
    updated_at: datetime | None
    closed_at: datetime | None
    state_id: str


@dataclass(slots=True)
class Zammad:
    """One installation, signed in. Remembers, for as long as it lives, who is who and how a tag is removed."""

    calls: Calls
    names: Names = field(default_factory=Names)
    removing: Removing | None = None

    async def me(self) -> Party:
        """The account behind the token."""
        found = reading.person(await self.calls.json("GET", "/users/me"))
        if found.id is None:
            raise ZammadUnclear("Zammad does not say whose token this is")
        return found

    async def ticket(self, ref: str) -> Ticket:
        """A ticket with everybody and everything that it names, in at most a few calls."""
        answer = await self.calls.json("GET", f"/tickets/{int(ref)}", params={"full": "true"})
        found = reading.ticket(answer, self.names, str(int(ref)))
        await self.know(found.record, ("customer", "owner", "updated_by"))
        for role, kind, route in (
            ("state", "TicketState", "ticket_states"),
            ("priority", "TicketPriority", "ticket_priorities"),
            ("group", "Group", "groups"),
            ("organization", "Organization", "organizations"),
        ):
            await self._label(found.record, role, kind, route)
        return found

    async def know(self, record: Json, roles: Sequence[str]) -> None:
        """Ask for users that nobody has named yet, each once. Who cannot be asked for stays an id."""
        for key in self.names.unknown(record, roles):
            self.names.users[key] = await self._user(key)

    async def _user(self, key: str) -> Party:
        try:
            return reading.person({"id": key, **reading.mapping(await self.calls.json("GET", f"/users/{int(key)}"))})
        except (NotInZammad, TokenRefused, ZammadRefuses, ValueError):
            return Party(id=key)

    async def _label(self, record: Json, role: str, kind: str, route: str) -> None:
        key = text(record.get(f"{role}_id"))
        if not key.isdigit() or record.get(role) or (kind, key) in self.names.labels:
            return
        try:
            said = reading.mapping(await self.calls.json("GET", f"/{route}/{int(key)}"))
        except (NotInZammad, TokenRefused, ZammadRefuses):
            said = {}
        self.names.labels[kind, key] = text(said.get("name"))

    async def tags(self, ref: str) -> list[str]:
        """A ticket's tags."""
        params = {"object": "Ticket", "o_id": str(int(ref))}
        return reading.tags(await self.calls.json("GET", "/tags", params=params))

    async def add_tag(self, ref: str, tag: str) -> None:
        """Put a tag on; one that is there stays."""
        await self.calls.send("POST", "/tags/add", json=_tag(ref, tag))

    async def remove_tag(self, ref: str, tag: str) -> None:
        """Take a tag off, in whatever way this Zammad knows; the way that worked is remembered."""
        for way in (self.removing,) if self.removing else WAYS:
            try:
                sent: dict[str, Any] = {"params" if way == "GET" else "json": _tag(ref, tag)}
                await self.calls.send(way, "/tags/remove", **sent)
            except (NotInZammad, ZammadRefuses):
                continue
            self.removing = way
            return
        raise NoTagRoute

    async def articles(self, ref: str, count: int | None) -> AsyncIterator[list[Json]]:
        """A ticket's articles in pages; `count` is how many Zammad says there are.

        Some releases answer with all of them whatever page is asked for, others cap a page below what is asked for:
        it ends when all are here, or when a page brings nothing new.
        """
        seen: set[str] = set()
        page = 0
        while count is None or len(seen) < count or page == 0:
            page += 1
            params = {"page": str(page), "per_page": str(PAGE)}
            answer = await self.calls.json("GET", f"/ticket_articles/by_ticket/{int(ref)}", params=params)
            if isinstance(answer, dict):
                self.names.learn(answer.get("assets"))
            found = reading.records(answer, "TicketArticle", "articles")
            fresh = [each for each in found if (key := text(each.get("id"))) and key not in seen]
            if not fresh:
                return
            seen.update(text(each.get("id")) for each in fresh)
            yield fresh

    async def file(self, ref: str, article: str, attachment: str) -> bytes:
        """The bytes of an attachment."""
        path = f"/ticket_attachment/{int(ref)}/{int(article)}/{int(attachment)}"
        return await self.calls.send("GET", path, is_file=True)

    async def raw(self, article: str) -> bytes:
        """The mail that an article was made of; refuses with `NotInZammad` where none is kept."""
        return await self.calls.send("GET", f"/ticket_article_plain/{int(article)}", is_file=True)

    async def history(self, ref: str) -> list[Json]:
        """What happened to a ticket, oldest first."""
        said = reading.mapping(await self.calls.json("GET", f"/ticket_history/{int(ref)}"))
        self.names.learn(said.get("assets"))
        return [each for each in said.get("history") or [] if isinstance(each, dict)]

    async def note(self, ref: str, subject: str, body: str) -> str:
        """Write an internal note and give its id. Never repeated here: the first try may have worked."""
        said = {"ticket_id": int(ref), "subject": subject, "body": body, "content_type": "text/html", "internal": True}
        answer = await self.calls.json("POST", "/ticket_articles", tries=1, json=said)
        return reading.required(reading.mapping(answer).get("id"), "article id")

    async def search(self, query: str, page: int, size: int) -> list[Found]:
        """A page of tickets that fit Zammad's own search language, those that changed first coming first."""
        params = {
            "query": query,
            "page": str(page),
            "per_page": str(size),
            "limit": str(size),
            "sort_by": "updated_at",
            "order_by": "asc",
            "expand": "true",
        }
        answer = await self.calls.json("GET", "/tickets/search", params=params)
        return [_found(each) for each in reading.records(answer, "Ticket", "tickets") if text(each.get("id"))]

    async def listed(self, page: int, size: int) -> list[Found]:
        """A page of all tickets that the token may see, in the order of their ids; no index is asked for them."""
        params = {"page": str(page), "per_page": str(size)}
        answer = await self.calls.json("GET", "/tickets", params=params)
        return [_found(each) for each in reading.records(answer, "Ticket", "tickets") if text(each.get("id"))]

    async def closed_states(self) -> frozenset[str]:
        """Ids of the states in which a ticket is closed."""
        answer = await self.calls.json("GET", "/ticket_states", params={"expand": "true"})
        states = reading.records(answer, "TicketState", "ticket_states")
        closed = [each for each in states if "closed" in (_kind(each), text(each.get("name")).lower())]
        return frozenset(text(each.get("id")) for each in closed)

    async def any_ticket(self) -> Json | None:
        """A ticket that the token may see; None where there is none."""
        answer = await self.calls.json("GET", "/tickets", params={"page": "1", "per_page": "1", "expand": "true"})
        return next(iter(reading.records(answer, "Ticket", "tickets")), None)

    async def version(self) -> str | None:
        """Zammad's version; None where the token may not ask."""
        try:
            return text(reading.mapping(await self.calls.json("GET", "/version")).get("version")) or None
        except (TokenRefused, NotInZammad, ZammadRefuses):
            return None

    async def ticket_attributes(self) -> frozenset[str] | None:
        """Names of the attributes that tickets have here; None where the token may not ask."""
        try:
            answer = await self.calls.json("GET", "/object_manager_attributes")
        except (TokenRefused, NotInZammad, ZammadRefuses):
            return None
        records = reading.records(answer, "ObjectManagerAttribute", "object_manager_attributes")
        return frozenset(text(each.get("name")) for each in records if text(each.get("object")) in ("Ticket", ""))


def _tag(ref: str, tag: str) -> dict[str, Any]:
    return {"object": "Ticket", "o_id": int(ref), "item": tag}


def _kind(state: Json) -> str:
    """The type of a state, by name or as an object."""
    said = state.get("state_type")
    return text(said.get("name") if isinstance(said, dict) else said).lower()


def _found(record: Json) -> Found:
    return Found(
        id=text(record.get("id")),
        number=text(record.get("number")) or text(record.get("id")),
        updated_at=reading.moment(record.get("updated_at")),
        closed_at=reading.closed_at(record),
        state_id=text(record.get("state_id")),
    )
