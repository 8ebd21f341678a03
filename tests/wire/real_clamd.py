"""A real clamd on a socket of its own, which knows one signature: the file that all scanners find (EICAR)."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.needs import needs

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "44d88612fea8a8f36de82e1278abb02f:68:Waypost.Test\n"
"""MD5, size and name, as a `.hdb` database holds them."""
TRIES = 1_000


@asynccontextmanager
async def real_clamd() -> AsyncIterator[str]:
    """The path of its socket, which may not be long, until the block ends. Skips by name where clamd is missing."""
    program, folder = needs("clamd"), Path(tempfile.mkdtemp(prefix="wp-", dir="/tmp"))
    database, listens = folder / "signatures", folder / "clamd.sock"
    database.mkdir()
    (database / "one.hdb").write_text(SIGNATURE)
    settings = folder / "clamd.conf"
    settings.write_text(f"DatabaseDirectory {database}\nLocalSocket {listens}\nForeground yes\nStreamMaxLength 1M\n")
    out = asyncio.subprocess.DEVNULL
    running = await asyncio.create_subprocess_exec(program, "-c", str(settings), stdout=out, stderr=out)
    try:
        for _ in range(TRIES):
            if listens.exists():
                break
            await asyncio.sleep(0.02)
        yield str(listens)
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()
        shutil.rmtree(folder)
