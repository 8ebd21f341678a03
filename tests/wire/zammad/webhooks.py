"""Webhooks as Zammad sends them: signed with SHA-1, the same delivery id on every try, at most five tries."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.wire.zammad import shapes
from tests.wire.zammad.world import Article, Ticket, World

TRIES = 5


@dataclass(frozen=True, slots=True)
class Trigger:
    """Fires when a ticket that carries `tag` gets an article; changing tags alone fires nothing."""

    tag: str = "pdf:sign"

    def fires(self, ticket: Ticket) -> bool:
        """Whether it looks like that now."""
        return self.tag in ticket.tags


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook, ready to be sent as often as it takes."""

    id: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where webhooks go, and their secret."""

    url: str
    secret: str | None

    def delivery(self, world: World, ticket: Ticket, article: Article | None) -> Delivery:
        """The default body: ticket and article with people as objects; there is no `user`."""
        body = json.dumps({"ticket": _ticket(world, ticket), "article": _article(world, article)}).encode()
        key = str(uuid4())
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Zammad User Agent",
            "x-zammad-trigger": "Archive",
            "x-zammad-delivery": key,
        }
        if self.secret:
            digest = hmac.new(self.secret.encode(), body, hashlib.sha1).hexdigest()
            headers["x-hub-signature"] = f"sha1={digest}"
        return Delivery(key, body, headers)

    def send(self, delivery: Delivery, wait: Callable[[int], None] = lambda _tried: None) -> list[int]:
        """Post it until an answer is good; the status of each try, 0 for no answer. `wait(n)` pauses after try n."""
        answers: list[int] = []
        for tried in range(1, TRIES + 1):
            answers.append(_post(self.url, delivery))
            if 200 <= answers[-1] < 300:
                break
            wait(tried)
        return answers


def fired(world: World, triggers: list[Trigger]) -> list[tuple[Ticket, Article | None]]:
    """What happened since the last look that some trigger listens to."""
    with world.lock:
        told, world.told = world.told, []
    return [(ticket, article) for ticket, article, _ in told if any(one.fires(ticket) for one in triggers)]


def _post(url: str, delivery: Delivery) -> int:
    request = urllib.request.Request(url, delivery.body, delivery.headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _ticket(world: World, one: Ticket) -> dict[str, Any]:
    said = shapes.expanded(world, one)
    return said | {role: world.people[said[f"{role}_id"]] for role in ("owner", "customer", "created_by", "updated_by")}


def _article(world: World, one: Article | None) -> dict[str, Any]:
    if one is None:
        return {}
    said = shapes.article(world, one)
    return said | {"created_by": world.people[one.values["created_by_id"]]}
