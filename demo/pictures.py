"""Small pictures drawn point by point: what customers photograph and send along."""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from math import atan2, cos, hypot, pi, sin

WIDTH, HEIGHT = 320, 240
MARGIN = 32
OCTETS = bytes(MARGIN) + bytes(range(256)) + b"\xff" * MARGIN  # a value plus MARGIN, cut to what a point can show
Colour = tuple[float, float, float]


def _grain(x: int, y: int) -> float:
    """The noise of a camera in a dark cellar, -6 to 6."""
    return ((x * 374761393 + y * 668265263) * 1274126177 >> 13 & 1023) / 85 - 6


def _mix(a: Colour, b: Colour, share: float) -> Colour:
    share = min(1.0, max(0.0, share))
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


def gauge(x: int, y: int) -> Colour:
    """A pressure gauge whose needle lies in the red: hardly any water in the system."""
    dx, dy = x - 160, y - 122
    far, angle = hypot(dx, dy), atan2(-dy, dx)
    if far > 106:
        return _mix((96, 92, 84), (44, 42, 40), y / HEIGHT + far / 900)
    if far > 96:
        return _mix((210, 214, 218), (92, 98, 104), (dx + dy) / 190 + 0.5)
    needle = pi * 1.12
    along, across = dx * cos(needle) - dy * sin(needle), abs(dx * sin(needle) + dy * cos(needle))
    if far < 9 or (0 < along < 76 and across < 3.4 - along / 36):
        return (26, 26, 30)
    return _dial(far, angle)


def _dial(far: float, angle: float) -> Colour:
    """The face: red below 0.8 bar, green to 2, red above; a tick every quarter bar."""
    turn = (pi * 1.25 - angle) % (2 * pi) / (pi * 1.5)
    if turn <= 1.002 and 74 < far < 92:
        if (turn * 16) % 1 < 0.07 or (turn * 16) % 1 > 0.93:
            return (40, 40, 44)
        if far > 84:
            return (46, 140, 87) if 0.26 < turn < 0.68 else (196, 52, 44)
    return _mix((250, 249, 244), (222, 221, 214), far / 110)


def leak(x: int, y: int) -> Colour:
    """A copper pipe along a cellar wall, a wet stain below the joint, a drop about to fall."""
    wall = _mix((188, 182, 170), (122, 116, 106), y / 300 + abs(x - 150) / 700)
    if hypot((x - 196) / 7, (y - 146) / 10) < 1:
        return _mix((214, 232, 240), (92, 128, 148), (y - 136) / 20)
    if 86 < y < 128 and 172 < x < 222:
        return _mix((246, 200, 150), (96, 50, 26), abs(y - 102) / 30)
    if 92 < y < 122:
        return _mix((240, 168, 112), (112, 58, 32), abs(y - 103) / 22 + x / 2600)
    stain = (hypot((x - 196) / 46, (y - 196) / 78) - 0.7) * 3
    return _mix((98, 92, 82), wall, stain if y > 122 else 1)


def radiator(x: int, y: int) -> Colour:
    """A ribbed radiator under a window sill, lit from the left, with its valve at the bottom right."""
    if y < 34:
        return _mix((236, 234, 228), (206, 203, 196), y / 34)
    if hypot(x - 292, y - 196) < 15:
        return _mix((244, 244, 242), (138, 138, 140), hypot(x - 287, y - 190) / 20)
    if 50 < y < 212 and 24 < x < 276:
        rib = (x - 24) % 28 / 28
        return _mix((248, 247, 243), (170, 172, 176), abs(rib - 0.4) * 1.5 + (0.25 if y < 58 or y > 204 else 0))
    return _mix((214, 208, 196), (158, 152, 142), x / 420 + (0.3 if y > 222 else 0))


def bathroom(x: int, y: int) -> Colour:
    """Old tiles in evening light; one is cracked."""
    column, row = x % 54, y % 54
    if column < 3 or row < 3:
        return _mix((168, 164, 156), (110, 106, 100), y / 300)
    if x // 54 == 3 and y // 54 == 2 and abs(column - row * 0.7 - 8 - 4 * sin(row / 5)) < 1.4:
        return (70, 66, 64)
    light = hypot(x - 70, y - 30) / 330
    return _mix(_mix((232, 240, 238), (126, 152, 152), light), (255, 255, 255), (12 - column - row) / 40)


def carpet(x: int, y: int) -> Colour:
    """A light carpet with a boot print of mud."""
    weave = 5 * sin(x * 1.9) * sin(y * 1.7)
    floor = _mix((206, 194, 172), (164, 150, 128), y / 330)
    sole = hypot((x - 168) / 38, (y - 96) / 52) < 1 or hypot((x - 180) / 28, (y - 186) / 30) < 1
    if sole and (y + x // 3) % 15 < 10:
        return _mix((92, 68, 46), floor, 0.12 + _grain(x // 5, y // 5) / 40)
    return (floor[0] + weave, floor[1] + weave, floor[2] + weave)


DRAWINGS: dict[str, Callable[[int, int], Colour]] = {
    "gauge": gauge,
    "leak": leak,
    "radiator": radiator,
    "bathroom": bathroom,
    "carpet": carpet,
}


@cache
def picture(name: str) -> bytes:
    """The named drawing as PNG (RFC 2083): 320 × 240, 24-bit colour."""
    rows = b"".join(b"\0" + _row(DRAWINGS[name], y) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows, 6)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _row(draw: Callable[[int, int], Colour], y: int) -> bytes:
    points = bytearray()
    for x in range(WIDTH):
        grain = MARGIN + _grain(x, y)
        red, green, blue = draw(x, y)
        points += bytes((OCTETS[int(red + grain)], OCTETS[int(green + grain)], OCTETS[int(blue + grain)]))
    return bytes(points)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
