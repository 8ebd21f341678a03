"""Marks on our replies: only what we signed, for that organisation, is ever believed."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from waypost.ticketing.messages.markers import Proven, Stamps

OLD, NEW = b"o" * 32, b"n" * 32
STAMPS = Stamps((NEW, OLD))
ORG = uuid4()
CODE = "tkt-abcdefghijklmnop"
Claim = tuple[list[str], list[str], list[str]]


def shown(stamps: Stamps, proven: Proven, org: UUID = ORG) -> Claim:
    """As a mail would show them."""
    ticket, message, signature = stamps.headers(org, proven).values()
    return [ticket], [message], [signature]


@given(st.uuids(), st.uuids())
def test_what_we_signed_is_proven_also_with_an_older_key(ticket: UUID, message: UUID) -> None:
    proven = Proven(ticket, message)
    assert STAMPS.proven(ORG, *shown(STAMPS, proven)) == proven
    assert STAMPS.proven(ORG, *shown(Stamps((OLD,)), proven)) == proven
    tickets, messages, signatures = shown(STAMPS, proven)
    assert (
        STAMPS.proven(ORG, [str(uuid4()), tickets[0].upper()], [f" {messages[0]} "], ["v1=00", *signatures]) == proven
    )


@given(st.uuids(), st.uuids(), st.uuids())
def test_a_signature_holds_for_its_ids_and_its_organisation_only(ticket: UUID, message: UUID, other: UUID) -> None:
    tickets, messages, signatures = shown(STAMPS, Proven(ticket, message))
    assert STAMPS.proven(uuid4(), tickets, messages, signatures) is None
    if other not in (ticket, message):
        assert STAMPS.proven(ORG, [str(other)], messages, signatures) is None
        assert STAMPS.proven(ORG, tickets, [str(other)], signatures) is None
    assert Stamps((b"x" * 32,)).proven(ORG, tickets, messages, signatures) is None


@given(st.lists(st.text(max_size=80), max_size=8))
def test_whatever_a_stranger_writes_is_no_signature(texts: list[str]) -> None:
    tickets, messages, _ = shown(STAMPS, Proven(uuid4(), uuid4()))
    assert STAMPS.proven(ORG, tickets, messages, texts) is None
    assert STAMPS.proven(ORG, texts, texts, texts) is None
    assert [one for one in texts if STAMPS.code_in(ORG, one)] == []


def test_a_reply_address_fits_and_finds_its_ticket_in_any_letter_case() -> None:
    address = STAMPS.address(ORG, CODE.upper(), "in.acme.example")
    assert len(address.partition("@")[0]) <= 64
    assert address == address.lower()
    assert STAMPS.code_in(ORG, address.upper()) == CODE
    assert STAMPS.code_in(ORG, Stamps((OLD,)).address(ORG, CODE, "elsewhere.example")) == CODE


def test_a_code_without_its_token_opens_nothing() -> None:
    good = STAMPS.address(ORG, CODE, "in.acme.example")
    other = STAMPS.address(ORG, "tkt-ponmlkjihgfedcba", "in.acme.example")
    swapped = good.replace(CODE, "tkt-ponmlkjihgfedcba")
    for made_up in (f"ticket+{CODE}@in.acme.example", swapped, good.replace("ticket+", "x+"), good[:-30], f"x{good}"):
        assert STAMPS.code_in(ORG, made_up) is None, made_up
    assert STAMPS.code_in(uuid4(), other) is None


def test_a_header_repeated_without_end_costs_nothing() -> None:
    many = [str(uuid4()) for _ in range(2_000)]
    assert STAMPS.proven(ORG, many, many, ["v1=" + "0" * 64] * 2_000) is None
