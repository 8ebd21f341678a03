"""The product in a process of its own with the sample company: `python -m tests.browser.serving APP WORKER DATA`.

Prints its address when it answers; serves until SIGTERM.
"""

import asyncio
import sys
from pathlib import Path

from tests.browser.matters import INBOX, MATTERS, write
from tests.database import Logins
from tests.fixtures import LOOPBACK, house_on
from tests.wire.dovecot import free_port
from waypost.cli.importing import Asked, bring
from waypost.cli.sample import fill
from waypost.cli.sample_sign_in import COMPANY
from waypost.main.house import House
from waypost.main.web import web_app
from waypost.main.worker import working
from waypost.platform.observe.logs import configure
from waypost.platform.web.server import server


async def main(logins: Logins, data: Path) -> None:
    """Fill, work and serve in one event loop."""
    port = free_port()
    house = house_on(logins, data, API_BASE_URL=f"http://localhost:{port}", **LOOPBACK)
    await fill(house)
    write(data / "matters", *MATTERS)
    await bring(Asked((data / "matters",), COMPANY, inbox=INBOX, wait=True))(house)
    async with working(house, watch=False):
        await _serve(house, port)


async def _serve(house: House, port: int) -> None:
    serving = server(web_app(house, loopback=True), port=port, drain=1)
    task = asyncio.create_task(serving.serve())
    while not serving.started:
        await asyncio.sleep(0.02)
    sys.stdout.write(f"http://localhost:{port}\n")
    sys.stdout.flush()
    await task


if __name__ == "__main__":
    configure("warning", "json")
    asyncio.run(main(Logins(sys.argv[1], sys.argv[2], ""), Path(sys.argv[3])))
