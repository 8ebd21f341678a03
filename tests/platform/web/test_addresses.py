"""Whose word about an address counts."""

from ipaddress import ip_network

import pytest
from starlette.requests import Request

from tests.platform.web.stage import house, visit, web
from waypost.platform.web.addresses import bucket_of, client_address, is_loopback
from waypost.platform.web.doors import Doors

pytestmark = pytest.mark.anyio

PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:ff::/48")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.9.9.9", "10.9.9.9"),
        ("10.0.0.1", "1.1.1.1, junk", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("2001:db8:ff::1", "2001:db8::5", "2001:db8::5"),
        (None, "198.51.100.1", "unknown"),
    ],
)
def test_the_caller_is_the_right_most_untrusted_address(peer: str | None, forwarded: str, client: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == client


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert client_address("10.0.0.1", "198.51.100.1", []) == "10.0.0.1"
    assert web(TRUSTED_PROXY_IPS="10.0.0.1").proxies == ()
    assert (
        len(web(TRUST_PROXY_HEADERS=True, TRUSTED_PROXY_IPS="10.0.0.1", TRUSTED_PROXY_CIDRS="10.1.0.0/16").proxies) == 2
    )


def test_a_proxy_that_is_no_network_stops_the_start() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        web(TRUSTED_PROXY_CIDRS="10.0.0.0/33")


def test_a_whole_ipv6_network_counts_as_one_caller() -> None:
    assert bucket_of("2001:db8::1") == bucket_of("2001:db8::ffff") != bucket_of("2001:db8:0:1::1")
    assert (bucket_of("198.51.100.1"), bucket_of("unknown")) == ("198.51.100.1", "unknown")


def test_loopback_is_this_machine() -> None:
    assert [is_loopback(each) for each in ("127.0.0.1", "::1", "::ffff:127.0.0.1")] == [True] * 3
    assert [is_loopback(each) for each in ("10.0.0.1", "unknown", None)] == [False] * 3


async def test_the_app_sees_address_and_scheme_that_a_trusted_proxy_tells() -> None:
    mirror = Doors()

    @mirror.get("/mirror", public=True)
    async def look(request: Request) -> list[str]:
        assert request.client
        return [request.client.host, request.url.scheme]

    told = {"x-forwarded-for": "1.1.1.1, 198.51.100.1", "x-forwarded-proto": "https"}
    settings = web(TRUST_PROXY_HEADERS=True, TRUSTED_PROXY_CIDRS="10.0.0.0/8")
    app = house(settings=settings, features=[mirror])
    async with visit(app, "10.0.0.1") as proxied, visit(app, "203.0.113.9") as direct:
        assert (await proxied.get("/mirror", headers=told)).json() == ["198.51.100.1", "https"]
        assert (await direct.get("/mirror", headers=told)).json() == ["203.0.113.9", "http"]
