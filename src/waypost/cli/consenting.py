"""Consent at Google from a terminal: the browser comes back to a listener on this machine (RFC 8252, 7.3)."""

import asyncio
import hmac
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from waypost.platform.errors import Conflict, Unavailable
from waypost.platform.ids import new_secret
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.actions import NewGmail
from waypost.ticketing.mailboxes.google.connecting import checked
from waypost.ticketing.mailboxes.google.words import CodeMissing, ConsentRefused

PATIENCE = 600.0
"""Seconds that a person may take at Google."""
THANKS = b"You may close this page and go back to the terminal.\n"
Said = dict[str, str]


class NobodyCameBack(Unavailable):
    """Nobody came back from Google in time."""


class AnotherAccount(Conflict):
    """Another account agreed than the one that was asked for."""


async def consent(google: Google, port: int, show: Callable[[str], None], address: str | None = None) -> NewGmail:
    """Show where to go, wait for the answer, check it; refuses like the web does, and any account but `address`."""
    state, verifier, redirect = new_secret(), new_secret(), f"http://127.0.0.1:{port}/"
    where = google.consent.address(state, verifier, redirect=redirect, hint=address)
    said = await _answer(port, state, lambda: show(where))
    if "error" in said:
        raise ConsentRefused
    if "code" not in said:
        raise CodeMissing
    new = await checked(google, said["code"], verifier, redirect=redirect)
    if address and new.address != address.lower():
        raise AnotherAccount
    return new


async def _answer(port: int, state: str, ready: Callable[[], None]) -> Said:
    """The first request that carries our state; browsers ask for icons too, and others may guess."""
    heard: asyncio.Future[Said] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readline()).decode("latin-1").split(" ")
        query = parse_qs(urlsplit(asked[1]).query) if len(asked) > 1 else {}
        said = {name: values[0] for name, values in query.items()}
        ours = hmac.compare_digest(said.get("state", "").encode(), state.encode())
        head = b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        body = THANKS if ours else b""
        writer.write(head % (b"200 OK" if ours else b"404 Not Found", len(body)) + body)
        await writer.drain()
        writer.close()
        if ours and not heard.done():
            heard.set_result(said)

    async with await asyncio.start_server(serve, "127.0.0.1", port):
        ready()
        try:
            async with asyncio.timeout(PATIENCE):
                return await heard
        except TimeoutError:
            raise NobodyCameBack from None
