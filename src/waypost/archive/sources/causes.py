"""What a webhook's body tells about its cause: the few members that a request keeps of it, and nothing else.

The default body names people as objects with a login; an operator may send another one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from waypost.archive.sealing.snapshot import Party
from waypost.archive.sources.zammad.notes import is_ours
from waypost.archive.sources.zammad.reading import mapping, person

LONGEST = 200


def hints_of(payload: Mapping[str, Any], own_id: str | None = None) -> dict[str, Any]:
    """`agents`: who may have caused it, the best guess first; `ours`: it was our own note (never a reason to run).

    JSON values of bounded length. `own_id` is the source's account, where it is known.
    """
    agents = [agent for agent in _agents(payload) if agent["login"]]
    found: dict[str, Any] = {"agents": agents} if agents else {}
    article = mapping(payload.get("article"))
    return {**found, "ours": True} if article and is_ours(article, own_id) else found


def agents_of(hints: Mapping[str, Any]) -> tuple[Party, ...]:
    """The same people as a request has kept them."""
    said = hints.get("agents")
    known = [person(each) for each in said if isinstance(each, dict)] if isinstance(said, list) else []
    login = hints.get("user_login")
    return (*([Party(login=login)] if isinstance(login, str) and login else []), *known)


def _agents(payload: Mapping[str, Any]) -> Iterator[dict[str, str | None]]:
    for record in (
        payload.get("user"),
        mapping(payload.get("ticket")).get("updated_by"),
        mapping(payload.get("article")).get("created_by"),
    ):
        one = person(record)
        yield {"login": (one.login or "")[:LONGEST], "id": (one.id or "")[:LONGEST] or None}
