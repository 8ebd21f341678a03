"""The way out against a real server on loopback: limits of size and time, no redirects, pinned addresses."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest

from waypost.platform.http import AnswerTooLarge, BadAddress, NoAnswer, Patience, PrivateAddress, Trust, WayOut

pytestmark = pytest.mark.anyio
LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]


class Answers(BaseHTTPRequestHandler):
    """A few addresses that behave in a few ways."""

    release = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.release.wait(5)
            return
        body = b"x" * 5000 if self.path == "/large" else str(self.headers["Host"]).encode()
        if self.path == "/cookie":
            body = str(self.headers["Cookie"]).encode()
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Set-Cookie", "reader=1; Path=/")
        if self.path == "/moved":
            self.send_header("Location", "/host")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests are silent."""


@pytest.fixture
def port() -> Iterator[int]:
    Answers.release.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_address[1]
    Answers.release.set()
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_tenants_call_is_pinned_and_keeps_its_name(port: int) -> None:
    async with WayOut(Trust.TENANT, allowed=LOOPBACK) as out:
        answer = await out.send("GET", f"http://localhost:{port}/host")
    assert answer.text == f"localhost:{port}"


async def test_a_tenants_call_into_the_house_is_refused(port: int) -> None:
    async with WayOut(Trust.TENANT) as out:
        with pytest.raises(PrivateAddress):
            await out.send("GET", f"http://localhost:{port}/host")


async def test_redirects_are_answers(port: int) -> None:
    async with WayOut(Trust.OPERATOR) as out:
        answer = await out.send("GET", f"http://127.0.0.1:{port}/moved")
    assert answer.status_code == 302 and answer.headers["location"] == "/host"


async def test_reading_stops_at_the_limit(port: int) -> None:
    async with WayOut(Trust.OPERATOR, patience=Patience(max_bytes=4999)) as out:
        with pytest.raises(AnswerTooLarge):
            await out.send("GET", f"http://127.0.0.1:{port}/large")
    async with WayOut(Trust.OPERATOR, patience=Patience(max_bytes=5000)) as out:
        assert len((await out.send("GET", f"http://127.0.0.1:{port}/large")).content) == 5000


async def test_silence_ends_and_may_be_tried_again(port: int) -> None:
    async with WayOut(Trust.OPERATOR, patience=Patience(total=0.2)) as out:
        with pytest.raises(NoAnswer) as refused:
            await out.send("GET", f"http://127.0.0.1:{port}/slow")
    assert refused.value.again


async def test_nobody_listening() -> None:
    async with WayOut(Trust.OPERATOR) as out:
        with pytest.raises(NoAnswer):
            await out.send("GET", "http://127.0.0.1:1/")


async def test_no_cookie_comes_back(port: int) -> None:
    async with WayOut(Trust.OPERATOR) as way:
        for _ in range(2):
            answer = await way.send("GET", f"http://127.0.0.1:{port}/cookie")
            assert answer.text == "None"


async def test_what_is_no_address_is_refused() -> None:
    async with WayOut(Trust.OPERATOR) as way:
        with pytest.raises(BadAddress):
            await way.send("GET", "http://[::1")
