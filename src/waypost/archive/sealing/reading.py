"""A snapshot out of its JSON, by the schema's own types: what the schema does not name is refused by its path."""

import json
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from waypost.archive.sealing.snapshot import SCHEMA, Snapshot
from waypost.platform.errors import Invalid

_SURELY_EXACT = 16
Reader = Callable[[Any, str], Any]


class NotASnapshot(Invalid):
    """These bytes are not a snapshot that we can read."""


def snapshot_of(content: bytes) -> Snapshot:
    """Strictly: a member that the schema does not name, or one of another type, refuses the whole."""
    try:
        found = json.loads(content, object_pairs_hook=_once, parse_int=number, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotASnapshot(f"This is no JSON: {error}.") from None
    _known(found)
    snapshot: Snapshot = _reader(Snapshot)(found, "snapshot")
    return snapshot


def _known(found: Any) -> None:
    schema = found.get("schema") if isinstance(found, dict) else None
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise NotASnapshot("A snapshot says its schema as a number of 1 or more.")
    if schema > SCHEMA:
        raise NotASnapshot(f"This snapshot has schema {schema}; this version of Waypost reads up to {SCHEMA}.")


def number(digits: str) -> int | float:
    """Digits as RFC 8785 means them: an integer beyond 53 bits was written by a double."""
    return int(digits) if len(digits) < _SURELY_EXACT or abs(int(digits)) < 2**53 else float(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member stands there twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


@cache
def _reader(kind: Any) -> Reader:
    """How values of a type are read; members are read by the readers of their types."""
    if kind is Any:
        return lambda value, path: value
    if kind is datetime:
        return _moment
    return _object(kind) if is_dataclass(kind) else _composed(kind)


def _composed(kind: Any) -> Reader:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _array(_reader(parts[0]))
    if origin in (Union, types.UnionType):
        return _either(parts)
    if origin is Literal:
        return _word(parts)
    return _exactly(origin or kind)


def _object(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    needed = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]

    def read(value: Any, path: str) -> Any:
        _expect(value, dict, path)
        strange = sorted(value.keys() - readers.keys())
        if strange:
            raise NotASnapshot(f"{path}.{strange[0]} is no member of schema {SCHEMA}.")
        absent = [name for name in needed if name not in value]
        if absent:
            raise NotASnapshot(f"{path}.{absent[0]} is missing.")
        return kind(**{name: readers[name](member, f"{path}.{name}") for name, member in value.items()})

    return read


def _array(one: Reader) -> Reader:
    def read(value: Any, path: str) -> tuple[Any, ...]:
        _expect(value, list, path)
        return tuple(one(member, f"{path}[{place}]") for place, member in enumerate(value))

    return read


def _either(kinds: tuple[Any, ...]) -> Reader:
    """A type or nothing: the schema knows no other choice."""
    other = _reader(next(kind for kind in kinds if kind is not type(None)))
    return lambda value, path: None if value is None else other(value, path)


def _word(words: tuple[str, ...]) -> Reader:
    def read(value: Any, path: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise NotASnapshot(f"{path} is one of {', '.join(words)}.")
        return value

    return read


def _exactly(kind: type) -> Reader:
    def read(value: Any, path: str) -> Any:
        _expect(value, kind, path)
        return value

    return read


def _moment(value: Any, path: str) -> datetime:
    _expect(value, str, path)
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise NotASnapshot(f"{path} is no time.") from None
    if at.tzinfo is None:
        raise NotASnapshot(f"{path} names no zone.")
    return at


def _expect(value: Any, kind: type, path: str) -> None:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise NotASnapshot(f"{path} is a {type(value).__name__}, not a {kind.__name__}.")
