"""The rail: the rooms that a person may enter, and which one they are in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from waypost.platform.access import Key
from waypost.platform.web.caller import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One item of the rail as a part declares it; `label` and `says` are English, `covers` are further addresses of it.

    A room that is `part_of` another does not stand in the rail itself: the other one's page leads there, with a line
    that `says` what it is for, under the heading `group`.
    """

    key: str
    href: str
    label: str
    icon: str
    key_hint: str | None = None
    needs: Key | None = None
    covers: tuple[str, ...] = ()
    part_of: str | None = None
    group: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class RailItem:
    """The same for one person on one page."""

    key: str
    href: str
    label: str
    icon: str
    key_hint: str | None
    active: bool
    part_of: str | None = None
    group: str = ""
    says: str = ""


def rail(rooms: Iterable[Room], caller: Caller | None, path: str, translate: Callable[[str], str]) -> list[RailItem]:
    """The rooms that this caller may enter; strangers see none. Within a part of a room one is in that room too."""
    if caller is None:
        return []
    mine = [room for room in rooms if room.needs is None or room.needs in caller.keys]
    here = {key for room in mine if _within(path, room) for key in (room.key, room.part_of)}
    return [_item(room, translate, active=room.key in here) for room in mine]


def _item(room: Room, translate: Callable[[str], str], *, active: bool) -> RailItem:
    label, group, says = (translate(text) if text else "" for text in (room.label, room.group, room.says))
    return RailItem(room.key, room.href, label, room.icon, room.key_hint, active, room.part_of, group, says)


def _within(path: str, room: Room) -> bool:
    places = [each.rstrip("/") for each in (room.href, *room.covers) if each != "/"]
    return any(path == place or path.startswith(f"{place}/") for place in places)
