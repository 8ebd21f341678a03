"""The rail: the rooms that a person may enter, and which one they are in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from waypost.platform.access import Key
from waypost.platform.web.caller import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One item of the rail as a part declares it; `label` is English, `covers` are further addresses inside it."""

    key: str
    href: str
    label: str
    icon: str
    key_hint: str | None = None
    needs: Key | None = None
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RailItem:
    """The same for one person on one page."""

    key: str
    href: str
    label: str
    icon: str
    key_hint: str | None
    active: bool
    count: int | None = None


def rail(rooms: Iterable[Room], caller: Caller | None, path: str, translate: Callable[[str], str]) -> list[RailItem]:
    """The rooms that this caller may enter; strangers see none."""
    if caller is None:
        return []
    return [
        RailItem(room.key, room.href, translate(room.label), room.icon, room.key_hint, _within(path, room))
        for room in rooms
        if room.needs is None or room.needs in caller.keys
    ]


def _within(path: str, room: Room) -> bool:
    places = [each.rstrip("/") for each in (room.href, *room.covers) if each != "/"]
    return any(path == place or path.startswith(f"{place}/") for place in places)
