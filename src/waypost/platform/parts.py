"""The parts a process was put together from, found by their type: no global state, no settings handed around."""

from typing import TypeVar

Part = TypeVar("Part")


class MissingPart(RuntimeError):
    """The composition root forgot something: a fault of ours."""


class Parts:
    """Given to doors (`app.state.parts`) and to jobs (`run.of`) by the composition root."""

    def __init__(self, *parts: object) -> None:
        self._parts: dict[type, object] = {}
        for part in parts:
            self.add(part)

    def add(self, part: object, known_as: type | None = None) -> None:
        """Keep a part under its own type, or under the one it stands in for."""
        self._parts[known_as or type(part)] = part

    def of(self, kind: type[Part]) -> Part:
        """The part of this type; raises when there is none."""
        part = self._parts.get(kind)
        if part is None:
            part = next((one for one in self._parts.values() if isinstance(one, kind)), None)
        if not isinstance(part, kind):
            raise MissingPart(kind.__name__)
        return part
