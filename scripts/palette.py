"""Makes pictures smaller, in place: `palette.py PNG…` leaves 256 colours, one byte a point (PNG, third edition)."""

import struct
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {2: 3, 6: 4}
COLOURS = 256

Colour = tuple[int, int, int]


def indexed(png: bytes) -> bytes:
    """The same picture in its 256 commonest colours, each other one as the nearest of them; for 8-bit RGB and RGBA."""
    chunks = list(_chunks(png))
    width, height, _, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    data = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    points = [_colours(row, CHANNELS[kind]) for row in _rows(data, width * CHANNELS[kind], height, CHANNELS[kind])]
    palette = [colour for colour, _ in Counter(point for row in points for point in row).most_common(COLOURS)]
    number = {colour: index for index, colour in enumerate(palette)}
    for colour in {point for row in points for point in row} - number.keys():
        number[colour] = number[min(palette, key=lambda one: _distance(one, colour))]
    body = b"".join(b"\0" + bytes(number[point] for point in row) for row in points)
    return SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(part for colour in palette for part in colour)),
            _chunk(b"IDAT", zlib.compress(body, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _rows(data: bytes, width: int, height: int, step: int) -> Iterator[bytearray]:
    """Each line of bytes with its filter undone; `step` is the distance to the point on the left."""
    above = bytearray(width)
    for start in range(0, height * (width + 1), width + 1):
        row = bytearray(data[start + 1 : start + 1 + width])
        _undo(data[start], row, above, step)
        yield row
        above = row


def _undo(kind: int, row: bytearray, above: bytearray, step: int) -> None:
    for at in range(len(row) if kind else 0):
        left, corner = (row[at - step], above[at - step]) if at >= step else (0, 0)
        guess = (0, left, above[at], (left + above[at]) // 2, 0)[kind] if kind < 4 else _paeth(left, above[at], corner)
        row[at] = (row[at] + guess) & 255


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))


def _colours(row: bytearray, channels: int) -> list[Colour]:
    return list(zip(row[::channels], row[1::channels], row[2::channels], strict=True))


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


if __name__ == "__main__":
    for picture in map(Path, sys.argv[1:]):
        picture.write_bytes(indexed(picture.read_bytes()))
