"""How tickets and articles look on the wire: real Zammad's forms, and the older one with nested people."""

from typing import Any

from tests.wire.zammad.world import (
    GROUPS,
    ORGANISATIONS,
    PRIORITIES,
    SENDERS,
    STATES,
    TYPES,
    Article,
    Attachment,
    Ticket,
    World,
)

ATTRIBUTES = ("archive_path", "archive_user_mode", "archive_user")


def ticket(world: World, one: Ticket, query: dict[str, str]) -> Any:
    """`GET /tickets/ID`."""
    if world.shape == "peer":
        return peer_ticket(world, one)
    if query.get("full") == "true":
        return {"id": one.id, "assets": assets(world, [one])}
    if query.get("all") == "true":
        found = assets(world, [one])
        found["TicketArticle"] = {str(each.id): article(world, each) for each in one.articles}
        ids = [each.id for each in one.articles]
        return {"ticket_id": one.id, "ticket_article_ids": ids, "assets": found, "tags": one.tags, "links": []}
    return expanded(world, one) if query.get("expand") == "true" else flat(one)


def flat(one: Ticket) -> dict[str, Any]:
    """As it lies in the table."""
    return {**one.values, "article_count": len(one.articles)}


def expanded(world: World, one: Ticket) -> dict[str, Any]:
    """With names beside the ids."""
    said = flat(one)
    named = {role: login(world, said[f"{role}_id"]) for role in ("owner", "customer", "created_by", "updated_by")}
    return (
        said
        | named
        | {
            "group": GROUPS.get(said["group_id"]),
            "state": STATES[said["state_id"]][0],
            "priority": PRIORITIES.get(said["priority_id"]),
            "organization": ORGANISATIONS.get(said["organization_id"]),
            "article_ids": [each.id for each in one.articles],
        }
    )


def assets(world: World, tickets: list[Ticket]) -> dict[str, dict[str, Any]]:
    """Records by kind and id."""
    found: dict[str, dict[str, Any]] = {"Ticket": {}, "User": {}, "Group": {}, "Organization": {}}
    for one in tickets:
        said = one.values
        found["Ticket"][str(one.id)] = flat(one)
        for role in ("owner_id", "customer_id", "created_by_id", "updated_by_id"):
            found["User"][str(said[role])] = world.people[said[role]]
        found["Group"][str(said["group_id"])] = {"id": said["group_id"], "name": GROUPS[said["group_id"]]}
        key = said["organization_id"]
        found["Organization"][str(key)] = {"id": key, "name": ORGANISATIONS.get(key)}
    return found


def peer_ticket(world: World, one: Ticket) -> dict[str, Any]:
    """With people as objects, and own attributes below the preferences."""
    said = one.values
    own = {name: said[name] for name in ATTRIBUTES if said.get(name) is not None}
    plain = {name: said[name] for name in ("id", "number", "title", "created_at", "updated_at")}
    people = {role: world.people[said[f"{role}_id"]] for role in ("owner", "customer", "updated_by")}
    return {**plain, **people, "preferences": {"custom_fields": own}}


def login(world: World, key: int) -> str:
    """A user by name."""
    return str(world.people[key]["login"])


def article(world: World, one: Article) -> dict[str, Any]:
    """With the names of what it points to; inline files are not listed."""
    listed = [each for each in one.attachments if not each.inline]
    if world.shape == "peer":
        named = ("id", "created_at", "internal", "subject", "body", "content_type", "from", "to")
        files = [_peer_file(each) for each in listed]
        return {**{name: one.values[name] for name in named}, "attachments": files}
    said = one.values
    return {
        **said,
        "type": TYPES[said["type_id"]],
        "sender": SENDERS[said["sender_id"]],
        "created_by": login(world, said["created_by_id"]),
        "updated_by": login(world, said["updated_by_id"]),
        "attachments": [_file(each) for each in listed],
        "preferences": {},
    }


def _peer_file(one: Attachment) -> dict[str, Any]:
    return {"id": one.id, "filename": one.filename, "size": len(one.data), "content_type": one.content_type}


def _file(one: Attachment) -> dict[str, Any]:
    told = {one.type_key: one.content_type, "Content-ID": one.content_id}
    told["Content-Disposition"] = "inline" if one.content_id else "attachment"
    size = str(len(one.data)) if one.declared_size is None else one.declared_size
    preferences = {name: value for name, value in told.items() if value}
    return {"id": one.id, "store_file_id": one.id, "filename": one.filename, "size": size, "preferences": preferences}
