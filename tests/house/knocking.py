"""How the tests of all doors knock: as the right kind of reader, with words that every form and body accepts."""

from typing import Any

import httpx2

from tests.fixtures import Product
from tests.house.belongings import Belongings
from waypost.platform.web.csrf import SAFE_METHODS
from waypost.platform.web.route_map import Door, doors

WORDS: dict[str, Any] = {
    "status": "closed",
    "priority": "high",
    "assignee_user_id": "",
    "body_markdown": "A word.",
    "minutes": 30,
    "on": True,
    "is_enabled": True,
    "count": 1,
    "host": "mail.client.example",
    "port": 993,
    "tls": "ssl",
    "username": "anna",
    "password": "not a word of it",
    "folder": "INBOX",
    "into": "00000000-0000-7000-8000-000000000001",
    "other_id": "00000000-0000-7000-8000-000000000001",
    "message_ids": ["00000000-0000-7000-8000-000000000001"],
    "act": {"status": "closed"},
    "payload": {"occurrence_id": "00000000-0000-7000-8000-000000000001"},
    "typed": '{"occurrence_id": "00000000-0000-7000-8000-000000000001"}',
    "reason": "A typing error.",
    "queue": "mail",
    "role": "viewer",
    "send_identity_id": "00000000-0000-7000-8000-000000000001",
    "to_emails": ["anna@client.example"],
    "subject": "Re: Zeppelins",
    "body_text": "It flies again.",
    "from_email": "hangar@acme.example",
    "from_name": "Hangar",
    "signature": "The hangar",
    "name": "Northern hangars",
    "keeps": "on_close",
    "path": "hangars/{year}",
    "way": "up",
    "verdict": "same",
    "user_id": "00000000-0000-7000-8000-000000000000",
    "tag_id": "00000000-0000-7000-8000-000000000001",
    "color": "teal",
    "years": 1,
    "note": "Their terms allow it.",
    "record_ids": ["00000000-0000-7000-8000-000000000001"],
}
"""A value for every field that a door with a thing in its address asks for; a new field needs a line here."""


def name_of(door: Door) -> str:
    """As a failing test names it."""
    return f"{door.method} {door.path} ({'page' if door.page else 'api'})"


def all_doors(product: Product) -> list[Door]:
    """The whole map, without the assets of the pages."""
    return [door for door in doors(product.app) if not door.path.startswith("/-/assets/")]


def accept(door: Door) -> dict[str, str]:
    """What the door's own reader sends."""
    return {"accept": "text/html" if door.page else "application/json"}


async def knock(client: httpx2.AsyncClient, door: Door, things: Belongings, **headers: str) -> httpx2.Response:
    """Ask the door for Acme's thing."""
    sent: dict[str, Any] = {} if door.method in SAFE_METHODS else {"data" if door.page else "json": sendable(door)}
    return await client.request(door.method, things.path(door.path), headers={**accept(door), **headers}, **sent)


def sendable(door: Door) -> dict[str, Any]:
    """Programs leave out what must be an id."""
    return WORDS if door.page else {name: value for name, value in WORDS.items() if value != ""}
