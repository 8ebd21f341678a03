"""Bodies are read to a limit; one beyond it gets a real 413, not a broken connection."""

import asyncio
from typing import ClassVar

from starlette.requests import ClientDisconnect, Request

from waypost.platform.errors import Invalid

SWALLOWED = 20_000_000
"""Bytes of a refused body that are still read, so that its sender comes to reading our answer."""
PATIENCE = 30.0


class TooLargeBody(Invalid):
    """The request body is too large."""

    status: ClassVar[int] = 413


class SlowBody(Invalid):
    """The request body did not come in time."""

    status: ClassVar[int] = 408


async def read(request: Request, most: int) -> bytes:
    """The whole body. Refuses with `TooLargeBody` or `SlowBody`."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await _read(request, most)
    except TimeoutError:
        raise SlowBody from None


async def _read(request: Request, most: int) -> bytes:
    content, seen = bytearray(), 0
    try:
        async for piece in request.stream():
            seen += len(piece)
            if seen <= most:
                content += piece
            elif seen > SWALLOWED:
                break
    except ClientDisconnect:
        raise SlowBody from None
    if seen > most:
        raise TooLargeBody
    return bytes(content)
