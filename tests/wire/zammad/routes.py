"""The routes of the interface. Each takes the world and a request, and gives a status with a JSON value or bytes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.wire.zammad import searching, shapes
from tests.wire.zammad.world import GROUPS, ORGANISATIONS, PRIORITIES, STATES, Ticket, World

Answer = tuple[int, Any]
MISSING: Answer = (404, {"error": "No such object", "error_human": "No such object"})
NO_ROUTE: Answer = (404, {"error": "No route matches"})
FORBIDDEN: Answer = (403, {"error": "Not authorized", "error_human": "Not authorized"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that has been let in."""

    world: World
    who: int
    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)

    def ticket(self, key: object) -> Ticket | None:
        """A ticket by its id."""
        return self.world.tickets.get(int(str(key))) if str(key).isdigit() else None


def answered(asked: Asked) -> Answer:
    """What Zammad would say."""
    for pattern, method, act in ROUTES:
        found = re.fullmatch(pattern, asked.path)
        if found and method in (asked.method, "*"):
            return act(asked, *found.groups())
    return NO_ROUTE


def me(asked: Asked) -> Answer:
    """Whose token it is."""
    return 200, asked.world.people[asked.who]


def user(asked: Asked, key: str) -> Answer:
    """One user."""
    found = asked.world.people.get(int(key))
    return (200, found) if found else MISSING


def one_ticket(asked: Asked, key: str) -> Answer:
    """One ticket in the form that is asked for."""
    found = asked.ticket(key)
    return (200, shapes.ticket(asked.world, found, asked.query)) if found else MISSING


def change_ticket(asked: Asked, key: str) -> Answer:
    """Other values; a change without an article fires no trigger of ours."""
    found = asked.ticket(key)
    if found is None:
        return MISSING
    found.values |= {name: value for name, value in asked.body.items() if name != "article"}
    found.values |= {"updated_at": asked.world.moment(), "updated_by_id": asked.who}
    return 200, shapes.ticket(asked.world, found, asked.query)


def tickets(asked: Asked) -> Answer:
    """A page of all."""
    return 200, searching.page(asked.world, list(asked.world.tickets.values()), asked.query)


def search(asked: Asked) -> Answer:
    """A page of what fits."""
    return 200, searching.search(asked.world, asked.query)


def tags(asked: Asked) -> Answer:
    """A ticket's tags: an array with the older double, an object in reality."""
    found = asked.ticket(asked.query.get("o_id"))
    if found is None:
        return MISSING
    return 200, list(found.tags) if asked.world.shape == "peer" else {"tags": list(found.tags)}


def add_tag(asked: Asked) -> Answer:
    """Changing tags fires no trigger."""
    found = asked.ticket(asked.body.get("o_id"))
    if found is None or asked.who not in asked.world.agents:
        return MISSING if found is None else FORBIDDEN
    tag = asked.body["item"]
    if tag not in found.tags:
        found.tags.append(tag)
        asked.world.log(found, "added", asked.who, attribute="tag", value_to=tag)
    return 201, True


def remove_tag(asked: Asked) -> Answer:
    """By the one method that this release knows."""
    if asked.method != asked.world.removing:
        return NO_ROUTE
    said = asked.query if asked.method == "GET" else asked.body
    found = asked.ticket(said.get("o_id"))
    if found is None or asked.who not in asked.world.agents:
        return MISSING if found is None else FORBIDDEN
    if said["item"] in found.tags:
        found.tags.remove(said["item"])
        asked.world.log(found, "removed", asked.who, attribute="tag", value_from=said["item"])
    return 200, True


def articles(asked: Asked, key: str) -> Answer:
    """All articles of a ticket; in pages where this release does that."""
    found = asked.ticket(key)
    if found is None:
        return MISSING
    listed = found.articles
    if asked.world.pages_articles:
        listed = searching.cut(asked.world, listed, asked.query)
    return 200, [shapes.article(asked.world, each) for each in listed]


def one_article(asked: Asked, key: str) -> Answer:
    """One article."""
    found = [each for one in asked.world.tickets.values() for each in one.articles if str(each.id) == key]
    return (200, shapes.article(asked.world, found[0])) if found else MISSING


def new_article(asked: Asked) -> Answer:
    """A note, which fires triggers that look at the ticket."""
    found = asked.ticket(asked.body.get("ticket_id"))
    if found is None:
        return MISSING
    values = {name: asked.body[name] for name in ("subject", "content_type", "internal") if name in asked.body}
    made = asked.world.article(
        found, str(asked.body["body"]), by=asked.who, **values, **{"type_id": 10, "from": "Archive Robot", "to": None}
    )
    return 201, shapes.article(asked.world, made)


def attachment(asked: Asked, ticket: str, article: str, key: str) -> Answer:
    """The bytes of a file, inline ones too."""
    found = asked.ticket(ticket)
    within = [each for each in found.articles if str(each.id) == article] if found else []
    files = [each for one in within for each in one.attachments if str(each.id) == key]
    return (200, files[0].data) if files else MISSING


def plain(asked: Asked, key: str) -> Answer:
    """The mail that an article was made of."""
    found = [each for one in asked.world.tickets.values() for each in one.articles if str(each.id) == key]
    return (200, found[0].plain) if found and found[0].plain is not None else MISSING


def history(asked: Asked, key: str) -> Answer:
    """What happened."""
    found = asked.ticket(key)
    if found is None:
        return MISSING
    people = {str(key): person for key, person in asked.world.people.items()}
    return 200, {"history": found.history, "assets": {"User": people}}


def links(asked: Asked) -> Answer:
    """Tickets that one is linked with."""
    query = asked.query
    found = asked.ticket(query.get("link_object_value")) if query.get("link_object") == "Ticket" else None
    if found is None:
        return MISSING
    others = [(kind, asked.world.tickets[key]) for kind, key in found.links]
    told = [{"link_type": kind, "link_object": "Ticket", "link_object_value": one.id} for kind, one in others]
    return 200, {"links": told, "assets": shapes.assets(asked.world, [one for _, one in others])}


def times(asked: Asked, key: str) -> Answer:
    """Time that was spent on a ticket."""
    found = asked.ticket(key)
    return (200, found.times) if found else MISSING


def checklist(asked: Asked, key: str) -> Answer:
    """A ticket's checklist with its items."""
    found = next((one for one in asked.world.tickets.values() if str(one.values.get("checklist_id")) == key), None)
    if found is None:
        return MISSING
    items = {str(at): {"id": at, "text": said, "checked": done} for at, (said, done) in enumerate(found.checklist, 1)}
    whole = {"id": int(key), "name": "", "sorted_item_ids": list(items)}
    return 200, {"id": int(key), "assets": {"Checklist": {key: whole}, "ChecklistItem": items}}


def states(asked: Asked) -> Answer:
    """All states with their types."""
    return 200, [{"id": key, "name": name, "state_type": kind} for key, (name, kind) in STATES.items()]


def state(asked: Asked, key: str) -> Answer:
    """One state."""
    found = STATES.get(int(key))
    return (200, {"id": int(key), "name": found[0]}) if found else MISSING


def named(names: dict[int, str]) -> Callable[..., Answer]:
    """A route for one of a few named things."""

    def act(_asked: Asked, key: str) -> Answer:
        name = names.get(int(key))
        return (200, {"id": int(key), "name": name}) if name else MISSING

    return act


def all_named(names: dict[int, str]) -> Callable[..., Answer]:
    """A route for all of them."""
    return lambda _asked: (200, [{"id": key, "name": name} for key, name in names.items()])


def version(asked: Asked) -> Answer:
    """For administrators only."""
    return FORBIDDEN if asked.who != 1 else (200, {"version": "6.5.0"})


def attributes(asked: Asked) -> Answer:
    """Fields of tickets."""
    return 200, [{"name": name, "object": "Ticket"} for name in ("title", *shapes.ATTRIBUTES)]


ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    (r"/users/me", "GET", me),
    (r"/users/(\d+)", "GET", user),
    (r"/tickets", "GET", tickets),
    (r"/tickets/search", "GET", search),
    (r"/tickets/(\d+)", "GET", one_ticket),
    (r"/tickets/(\d+)", "PUT", change_ticket),
    (r"/tags", "GET", tags),
    (r"/tags/add", "POST", add_tag),
    (r"/tags/remove", "*", remove_tag),
    (r"/ticket_articles/by_ticket/(\d+)", "GET", articles),
    (r"/ticket_articles/(\d+)", "GET", one_article),
    (r"/ticket_articles", "POST", new_article),
    (r"/ticket_attachment/(\d+)/(\d+)/(\d+)", "GET", attachment),
    (r"/ticket_article_plain/(\d+)", "GET", plain),
    (r"/ticket_history/(\d+)", "GET", history),
    (r"/links", "GET", links),
    (r"/tickets/(\d+)/time_accountings", "GET", times),
    (r"/checklists/(\d+)", "GET", checklist),
    (r"/ticket_states", "GET", states),
    (r"/ticket_states/(\d+)", "GET", state),
    (r"/ticket_priorities", "GET", all_named(PRIORITIES)),
    (r"/ticket_priorities/(\d+)", "GET", named(PRIORITIES)),
    (r"/groups", "GET", all_named(GROUPS)),
    (r"/groups/(\d+)", "GET", named(GROUPS)),
    (r"/organizations/(\d+)", "GET", named(ORGANISATIONS)),
    (r"/object_manager_attributes", "GET", attributes),
    (r"/version", "GET", version),
)
