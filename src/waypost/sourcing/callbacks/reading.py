"""From the bytes of a callback to the JSON object they stand for: bounded, and never with two readings. Pure."""

import json
import zlib
from typing import Any, NoReturn

from waypost.sourcing.callbacks.refusals import TooLargeUnpacked, UnknownEncoding, Unreadable
from waypost.sourcing.wire.report import LARGEST_UNPACKED

DEEPEST = 60
"""Nested arrays and objects."""
PLAIN = frozenset({"", "identity"})
GZIP = 16 + zlib.MAX_WBITS


def document(raw: bytes, encoding: str = "") -> dict[str, Any]:
    """The object in a body; refuses (400, 413, 415) what is no JSON object or could be read in two ways.

    A key that stands twice, NaN and infinities, bytes that are no UTF-8, and anything after the first gzip member.
    """
    try:
        text = unpacked(raw, encoding).decode("utf-8")
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_strange, parse_float=_finite)
        _measure(found, DEEPEST)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(found, dict):
        raise Unreadable
    return found


def unpacked(raw: bytes, encoding: str) -> bytes:
    """The body without its `Content-Encoding`; a small one that unfolds into a huge one is stopped on the way."""
    kind = encoding.strip().lower()
    if kind in PLAIN:
        return raw
    if kind != "gzip":
        raise UnknownEncoding
    packer = zlib.decompressobj(GZIP)
    try:
        whole = packer.decompress(raw, LARGEST_UNPACKED + 1)
    except zlib.error:
        raise Unreadable from None
    if len(whole) > LARGEST_UNPACKED:
        raise TooLargeUnpacked
    if not packer.eof or packer.unused_data:
        raise Unreadable
    return whole


def storable(value: Any) -> Any:
    """The same without what no text of the database can hold: U+0000, and halves of surrogate pairs."""
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {storable(name): storable(each) for name, each in value.items()}
    return [storable(each) for each in value] if isinstance(value, list) else value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _strange(_name: str) -> NoReturn:
    raise ValueError("no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("no number that a computer holds")
    return number


def _measure(value: Any, left: int) -> None:
    if left < 0:
        raise ValueError("nested too deeply")
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            if isinstance(each, dict | list):
                _measure(each, left - 1)
