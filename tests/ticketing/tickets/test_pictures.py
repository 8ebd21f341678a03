"""Pictures from elsewhere, fetched by us: only pictures, only from public hosts, only what we signed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import httpx2
import pytest

from tests.make.letters import PNG
from tests.ticketing.tickets.conftest import Office
from waypost.platform.http.addresses import PrivateAddress, Trust
from waypost.platform.http.client import AnswerTooLarge, NoAnswer, Patience, WayOut
from waypost.platform.ids import new_id
from waypost.platform.safety.links import LinkExpired, LinkRefused, Links
from waypost.ticketing.tickets.pictures import TTL, NoPicture, PictureLinks, RemotePictures, fetch_picture

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
GIF = b"GIF89a" + b"\0" * 20


@dataclass(slots=True)
class Elsewhere:
    """The far side's wire: what it is asked, and what it answers."""

    asked: list[httpx2.Request] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer by path."""
        self.asked.append(request)
        path = request.url.path
        if path.startswith("/to/"):
            return httpx2.Response(302, headers={"location": request.url.query.decode()})
        if path == "/round":
            return httpx2.Response(301, headers={"location": "/round"})
        bodies = {"/a.png": PNG, "/a.gif": GIF, "/svg": b"<svg/>", "/html": b"<html>", "/large": PNG + b"x" * 2_000}
        headers = {"content-type": "image/png", "set-cookie": "who=bob"}
        return httpx2.Response(200 if path in bodies else 404, headers=headers, content=bodies.get(path, PNG))


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


@pytest.fixture
async def way_out(elsewhere: Elsewhere) -> AsyncIterator[WayOut]:
    """A way out on that wire."""
    wire = httpx2.MockTransport(elsewhere)
    async with WayOut(Trust.TENANT, patience=Patience(max_bytes=1_000), wire=wire) as out:
        yield out


async def test_a_picture_is_known_by_its_bytes(way_out: WayOut) -> None:
    assert await fetch_picture(way_out, "https://x.example/a.png") == (PNG, "image/png")
    assert await fetch_picture(way_out, "http://x.example/a.gif") == (GIF, "image/gif")


async def test_redirects_are_followed_a_few_times(way_out: WayOut, elsewhere: Elsewhere) -> None:
    for to in ("/a.png", "https://y.example/a.png", "//y.example/a.png"):
        assert (await fetch_picture(way_out, f"https://x.example/to/?{to}"))[1] == "image/png"
    elsewhere.asked.clear()
    with pytest.raises(NoPicture):
        await fetch_picture(way_out, "https://x.example/round")
    assert len(elsewhere.asked) == 4


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/svg",
        "https://x.example/html",
        "https://x.example/missing",
        "https://x.example/to/?ftp://x.example/a.png",
        "https://x.example/to/?file:///etc/passwd",
        "https://x.example/to/?http://[::1",
        "ftp://x.example/a.png",
        "http://[::1",
        "http://x.example:99999/a.png",
        "https://",
        "https:a.png",
        "http://localhost/a.png",
        "http://1-2-3-4/a.png",
        "http://1.2.3.999/a.png",
        "http://[zz]/a.png",
        "http://a b.example/a.png",
        "http://ü..example/a.png",
        "javascript:x",
        "a.png",
        "",
        "http://\x00",
    ],
)
async def test_what_is_no_picture_at_a_web_address(way_out: WayOut, url: str) -> None:
    with pytest.raises(NoPicture):
        await fetch_picture(way_out, url)


async def test_large_ones_and_silence(way_out: WayOut) -> None:
    with pytest.raises(AnswerTooLarge):
        await fetch_picture(way_out, "https://x.example/large")
    async with WayOut(Trust.TENANT, allowed=[ip_network("127.0.0.0/8")]) as out:
        with pytest.raises(NoAnswer):
            await fetch_picture(out, "http://127.0.0.1:1/a.png")


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]"])
async def test_private_addresses_are_refused(host: str) -> None:
    async with WayOut(Trust.TENANT) as out:
        with pytest.raises(PrivateAddress):
            await fetch_picture(out, f"http://{host}/a.png")


async def test_names_go_out_in_ascii_and_without_passwords(way_out: WayOut, elsewhere: Elsewhere) -> None:
    await fetch_picture(way_out, "https://me:secret@bücher.example:8443/a.png?q=ä#x")
    (asked,) = elsewhere.asked
    assert str(asked.url) == "https://xn--bcher-kva.example:8443/a.png?q=%C3%A4"
    assert "authorization" not in asked.headers


async def test_the_far_side_learns_nothing_about_who_looks(way_out: WayOut, elsewhere: Elsewhere) -> None:
    for _ in range(2):
        await fetch_picture(way_out, "https://x.example/a.png")
    assert not {"referer", "authorization"} & set(elsewhere.asked[1].headers)


def test_tokens_hold_a_short_time_and_nobody_else_can_make_them() -> None:
    links, ours = PictureLinks(Links((b"k" * 32,))), new_id()
    token = links.path(ours, "https://x.example/ü.png", NOW).removeprefix("/remote-pictures/")
    assert links.read(token, NOW + TTL - timedelta(seconds=1)) == "https://x.example/ü.png"
    with pytest.raises(LinkExpired):
        links.read(token, NOW + TTL)
    for forged in (token[:-2], "x" + token, "x", PictureLinks(Links((b"j" * 32,))).path(ours, "x", NOW)[17:]):
        with pytest.raises(LinkRefused):
            links.read(forged, NOW)


async def test_the_door(office: Office, way_out: WayOut) -> None:
    house, cast = office.product.house, office.product.cast
    there = house.parts.of(PictureLinks).path(cast.bob.org_id, "https://x.example/a.png", house.works.clock())
    inside = house.parts.of(PictureLinks).path(cast.bob.org_id, "http://127.0.0.1:5432/", house.works.clock())
    assert (await office.bob.get(inside)).status_code == 422
    own = house.parts.of(RemotePictures)
    house.parts.add(RemotePictures(way_out))
    try:
        async with office.visit(None) as frame:
            got = await frame.get(there)
    finally:
        house.parts.add(own)
    assert (got.status_code, got.content, got.headers["content-type"]) == (200, PNG, "image/png")
    assert got.headers["x-content-type-options"] == "nosniff" and "sandbox" in got.headers["content-security-policy"]
    assert got.headers["cross-origin-resource-policy"] == "cross-origin"
    assert (await office.bob.get("/remote-pictures/forged")).status_code == 404
