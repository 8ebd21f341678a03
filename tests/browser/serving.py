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
from tests.house.belongings import dead_job
from waypost.cli.importing import Asked, bring
from waypost.cli.organisations import organisation_of
from waypost.cli.sample import fill
from waypost.cli.sample_sign_in import COMPANY
from waypost.main.house import House
from waypost.main.web import web_app
from waypost.main.worker import working
from waypost.platform.access import MACHINE
from waypost.platform.http.addresses import Trust
from waypost.platform.observe.logs import configure
from waypost.platform.web.server import server
from waypost.ticketing.mailboxes.actions import NewImap, add_imap
from waypost.ticketing.mailboxes.imap_words import ImapLogin, Tls


async def main(logins: Logins, data: Path) -> None:
    """Fill, work and serve in one event loop."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://localhost:{listener.getsockname()[1]}"
    house = house_on(logins, data, API_BASE_URL=address, **LOOPBACK)
    await fill(house)
    write(data / "matters", *MATTERS)
    await bring(Asked((data / "matters",), COMPANY, inbox=INBOX, wait=True))(house)
    await trouble(house)
    async with working(house, watch=False):
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        await server(web_app(house, loopback=True), drain=1).serve(sockets=[listener])


async def trouble(house: House) -> None:
    """What goes wrong in every house: a mailbox whose server is away, and a job that gave up."""
    login = ImapLogin("127.0.0.1", 1, Tls.SSL, "it@acme.example", "not a word of it", trust=Trust.OPERATOR)
    async with house.works.open(await organisation_of(house, COMPANY), MACHINE) as work:
        await add_imap(work, house.secrets.vault, NewImap("it@acme.example", login))
        work.db.add(dead_job(work))


if __name__ == "__main__":
    configure("warning", "json")
    asyncio.run(main(Logins(sys.argv[1], sys.argv[2], ""), Path(sys.argv[3])))
