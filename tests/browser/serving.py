"""The product in a process of its own with the sample company: `python -m tests.browser.serving APP WORKER DATA`.

Prints its address when it is filled; serves until SIGTERM.
"""

import asyncio
import socket
import sys
from pathlib import Path

from tests.browser.matters import INBOX, MATTERS, write
from tests.database import Logins
from tests.fixtures import LOOPBACK, house_on
from waypost.cli.importing import Asked, bring
from waypost.cli.sample import fill
from waypost.cli.sample_sign_in import COMPANY
from waypost.main.web import web_app
from waypost.main.worker import working
from waypost.platform.observe.logs import configure
from waypost.platform.web.server import server


async def main(logins: Logins, data: Path) -> None:
    """Fill, work and serve in one event loop."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://localhost:{listener.getsockname()[1]}"
    house = house_on(logins, data, API_BASE_URL=address, **LOOPBACK)
    await fill(house)
    write(data / "matters", *MATTERS)
    await bring(Asked((data / "matters",), COMPANY, inbox=INBOX, wait=True))(house)
    async with working(house, watch=False):
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        await server(web_app(house, loopback=True), drain=1).serve(sockets=[listener])


if __name__ == "__main__":
    configure("warning", "json")
    asyncio.run(main(Logins(sys.argv[1], sys.argv[2], ""), Path(sys.argv[3])))
