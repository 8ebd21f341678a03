"""Addresses that people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.ticketing.outbound.addresses import BadAddress, address, addresses

PLAIN = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z0-9+_-]{1,10}){0,2}@[a-z0-9]{1,10}\.[a-z]{2,6}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        (" Anna@Client.Example ", "anna@client.example"),
        ("o'neill+x@client.example", "o'neill+x@client.example"),
        ("info@müller.example", "info@xn--mller-kva.example"),
    ],
)
def test_what_is_an_address(typed: str, known: str) -> None:
    assert address(typed) == known


@pytest.mark.parametrize(
    "typed",
    [
        *("", "@", "anna", "anna@", "@client.example", "anna@client", "a b@client.example", "anna@client..example"),
        *("anna@-client.example", ".anna@client.example", "anna.@client.example", "änna@client.example"),
        *("anna@client.example\r\nBcc: x@y.example", "anna@client.example,eve@evil.example", "<anna@client.example>"),
        *("anna@client.example\0", "a" * 65 + "@client.example", "anna@" + "c" * 64 + ".example", "anna@[127.0.0.1]"),
        "anna@" + "c." * 200 + "example",
    ],
)
def test_what_is_none(typed: str) -> None:
    with pytest.raises(BadAddress):
        address(typed)


@given(st.lists(PLAIN, max_size=20))
def test_each_is_kept_once_in_order(typed: list[str]) -> None:
    assert addresses([*typed, *(one.upper() for one in typed)], "to_emails") == list(dict.fromkeys(typed))


@given(st.text(max_size=100))
def test_a_refusal_never_repeats_what_was_typed(text: str) -> None:
    try:
        assert "\n" not in address(text) and "\r" not in address(text)
    except BadAddress as refusal:
        assert refusal.detail == "This is not an e-mail address"


def test_the_refusal_names_field_and_place() -> None:
    with pytest.raises(BadAddress) as refused:
        addresses(["anna@client.example", "secret words"], "cc_emails")
    assert refused.value.detail == "Number 2 in cc_emails is not an e-mail address"
    assert refused.value.errors == [{"field": "cc_emails", "msg": "number 2 is not an e-mail address"}]
