"""Looks at the signing key when a worker starts and daily: nobody should learn of its end by a record that fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from structlog import get_logger

from waypost.archive.signing.signer import Signer
from waypost.platform.errors import Refusal


@asynccontextmanager
async def watched(signer: Signer, every: timedelta = timedelta(days=1)) -> AsyncIterator[None]:
    """For as long as the block lasts; sets the figures of the key's end, and writes a line where it cannot be used."""
    if not signer.enabled:
        yield
        return
    looking = asyncio.create_task(_look(signer, every))
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def _look(signer: Signer, every: timedelta) -> None:
    log = get_logger("waypost.archive")
    while True:
        try:
            log.info("archive.signing_key", state=await signer.check())
        except Refusal as refused:
            log.error("archive.signing_key", state="unusable", detail=refused.detail)
        await asyncio.sleep(every.total_seconds())
