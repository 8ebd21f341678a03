"""Pieces of pages that are wanted again and again: the frame, rows of lists."""

from collections.abc import Callable, Hashable

from markupsafe import Markup

ROOM = 6 * 1024 * 1024
"""Characters. A row of a list is about a thousand, a rail twenty times that and one for each session and place."""


class Drawn:
    """Keeps what was drawn under everything it shows, so that nobody is ever handed another's; the least lately wanted
    go first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._taken = room, 0
        self._kept: dict[tuple[Hashable, ...], Markup] = {}

    def get(self, key: tuple[Hashable, ...], draw: Callable[[], str]) -> Markup:
        """What was drawn under `key`, or what `draw` gives now."""
        found = self._kept.pop(key, None)
        if found is None:
            found = Markup(draw())
            self._taken += len(found)
            self._make_room()
        self._kept[key] = found
        return found

    def _make_room(self) -> None:
        while self._taken > self._room and self._kept:
            self._taken -= len(self._kept.pop(next(iter(self._kept))))
