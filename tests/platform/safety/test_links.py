"""Signed links: for one purpose, one organisation, until they expire; nothing else is let in."""

import os
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.platform.ids import new_id
from waypost.platform.safety.links import LinkExpired, LinkRefused, Links

KEY, OLDER = os.urandom(32), os.urandom(32)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)
ORG = new_id()
LINKS = Links((KEY, OLDER))
CHARACTERS = string.ascii_letters + string.digits + "-_."


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=4))
def test_what_was_signed_is_read(claims: dict[str, str]) -> None:
    token = LINKS.sign("blob", ORG, claims, SOON)
    link = LINKS.read("blob", token, NOW)
    assert (link.org, link.claims, link.expires_at) == (ORG, claims, SOON)
    assert set(token) <= set(CHARACTERS)


def test_another_purpose_is_refused() -> None:
    with pytest.raises(LinkRefused):
        LINKS.read("invoice", LINKS.sign("blob", ORG, {}, SOON), NOW)


def test_a_link_expires_at_its_second() -> None:
    token = LINKS.sign("blob", ORG, {}, SOON)
    assert LINKS.read("blob", token, SOON - timedelta(seconds=1)).org == ORG
    with pytest.raises(LinkExpired):
        LINKS.read("blob", token, SOON)


def test_the_previous_key_still_reads_and_an_unknown_one_does_not() -> None:
    assert LINKS.read("blob", Links((OLDER,)).sign("blob", ORG, {}, SOON), NOW).org == ORG
    with pytest.raises(LinkRefused):
        LINKS.read("blob", Links((os.urandom(32),)).sign("blob", ORG, {}, SOON), NOW)


def test_no_altered_character_is_let_in() -> None:
    token = LINKS.sign("blob", ORG, {"id": "1"}, SOON)
    for at, was in enumerate(token):
        other = next(c for c in "Qx." if c != was)
        with pytest.raises(LinkRefused):
            LINKS.read("blob", token[:at] + other + token[at + 1 :], NOW)


@settings(max_examples=40)
@given(st.text() | st.text(CHARACTERS))
def test_garbage_is_refused(token: str) -> None:
    with pytest.raises(LinkRefused):
        LINKS.read("blob", token, NOW)
