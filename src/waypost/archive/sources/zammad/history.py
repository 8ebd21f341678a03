"""The lines of a ticket's history that are worth printing."""

from collections.abc import Iterable, Iterator

from waypost.archive.sealing.snapshot import Event, Party
from waypost.archive.sources.zammad.reading import Json, Names, moment, text

SHOWN = frozenset({"state", "owner", "group", "priority", "title", "customer", "organization", "tag"})


def events(entries: Iterable[Json], names: Names) -> tuple[Event, ...]:
    """Changes of the ticket itself, oldest first."""
    found = sorted(_events(entries, names), key=lambda each: each.at)
    return tuple(found)


def _events(entries: Iterable[Json], names: Names) -> Iterator[Event]:
    for entry in entries:
        at, kind, attribute = moment(entry.get("created_at")), text(entry.get("type")), text(entry.get("attribute"))
        if at is None or text(entry.get("object")) != "Ticket":
            continue
        if kind == "created" and not attribute:
            yield Event(at, "created", _who(names.party(entry, "created_by")))
        elif attribute in SHOWN:
            yield Event(at, _change(attribute, entry), _who(names.party(entry, "created_by")))


def _change(attribute: str, entry: Json) -> str:
    before, after = text(entry.get("value_from")), text(entry.get("value_to"))
    if not before:
        return f"{attribute}: {after}"
    return f"{attribute}: {before} → {after}" if after else f"{attribute}: {before} → –"


def _who(party: Party) -> str:
    return party.name or party.login or party.email or party.id or ""
