"""Addresses: a tenant's word never leads into a private network, whatever the address looks like."""

import socket
from ipaddress import ip_address, ip_network

import pytest

from waypost.platform.http.addresses import PrivateAddress, Trust, UnknownHost, checked_address, is_public, networks

pytestmark = pytest.mark.anyio

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "192.0.0.8",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_private_in_every_disguise(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "193.0.6.139", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "::1"])
async def test_a_tenants_host_is_refused_when_private(host: str) -> None:
    with pytest.raises(PrivateAddress):
        await checked_address(host, 143, Trust.TENANT)


async def test_an_operators_host_may_be_anywhere() -> None:
    pinned = await checked_address("localhost", 143, Trust.OPERATOR)
    assert "127.0.0.1" in pinned.ips and pinned.host == "localhost"


async def test_allowed_networks_are_let_through() -> None:
    pinned = await checked_address("127.0.0.1", 143, Trust.TENANT, allowed=[ip_network("127.0.0.0/8")])
    assert pinned.ips == ("127.0.0.1",)


async def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(0, 0, 0, "", ("8.8.8.8", 25)), (0, 0, 0, "", ("10.0.0.1", 25))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: both)
    with pytest.raises(PrivateAddress):
        await checked_address("rebinding.example", 25, Trust.TENANT)


async def test_unknown_names_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(UnknownHost) as refused:
        await checked_address("nowhere.invalid", 993, Trust.TENANT)
    assert refused.value.again


def test_networks_are_read_from_text() -> None:
    assert networks("10.0.0.0/8, fd00::/8") == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    with pytest.raises(ValueError, match="nonsense"):
        networks("nonsense")
