"""Which characters a font file has glyphs for (OpenType's `cmap` table, formats 4 and 12)."""

import struct
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from waypost.archive.sealing.fonts import files

_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))
"""Platform and encoding of the tables that map Unicode, the widest first."""


_KNOWN: list[frozenset[int]] = []


def covered() -> frozenset[int]:
    """Code points with a glyph in any of the files; read once per process."""
    if not _KNOWN:
        take_over(frozenset(chain.from_iterable(code_points(path) for path in files())))
    return _KNOWN[0]


def take_over(codes: frozenset[int]) -> None:
    """What another process has read already."""
    _KNOWN[:] = [codes]


def code_points(path: Path) -> Iterator[int]:
    """All code points of a font."""
    content = path.read_bytes()
    table = memoryview(content)[_table(content, b"cmap") :]
    start = _subtable(table)
    form = struct.unpack_from(">H", table, start)[0]
    yield from _long(table[start:]) if form == 12 else _short(table[start:])


def _table(content: bytes, name: bytes) -> int:
    count = struct.unpack_from(">H", content, 4)[0]
    for place in range(12, 12 + 16 * count, 16):
        if content[place : place + 4] == name:
            return int(struct.unpack_from(">I", content, place + 8)[0])
    raise ValueError(f"no table {name!r}")


def _subtable(table: memoryview) -> int:
    count = struct.unpack_from(">H", table, 2)[0]
    records = [struct.unpack_from(">HHI", table, 4 + 8 * place) for place in range(count)]
    offsets = {(platform, encoding): offset for platform, encoding, offset in records}
    return int(next(offsets[kind] for kind in _UNICODE if kind in offsets))


def _long(table: memoryview) -> Iterator[int]:
    """Format 12: groups of first, last, first glyph."""
    for place in range(struct.unpack_from(">I", table, 12)[0]):
        first, last, glyph = struct.unpack_from(">III", table, 16 + 12 * place)
        yield from range(first + (glyph == 0), last + 1)


def _short(table: memoryview) -> Iterator[int]:
    """Format 4: segments whose glyphs follow by difference or stand in an array."""
    count = struct.unpack_from(">H", table, 6)[0] // 2
    arrays = f">{count}H"
    lasts = struct.unpack_from(arrays, table, 14)
    firsts = struct.unpack_from(arrays, table, 16 + 2 * count)
    deltas = struct.unpack_from(arrays, table, 16 + 4 * count)
    at = 16 + 6 * count
    offsets = struct.unpack_from(arrays, table, at)
    for place, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            if offsets[place]:
                where = at + 2 * place + offsets[place] + 2 * (code - first)
                glyph = struct.unpack_from(">H", table, where)[0]
            else:
                glyph = code + deltas[place] & 0xFFFF
            if glyph:
                yield code
