"""One way to write a value down, and a strict way back."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.archive.sealing.cases import AT, article, case, kept
from waypost.archive.sealing.canonical import NotCanonical, canonical, digest, read_snapshot, snapshot_bytes
from waypost.archive.sealing.reading import NotASnapshot, number
from waypost.archive.sealing.snapshot import Event, Snapshot, Subject

TEXTS = some.text(some.characters(exclude_categories=["Cs"]), max_size=20)


@dataclass(frozen=True)
class Thing:
    """Something with a member of each kind."""

    b: int
    a: tuple[str, ...]
    at: datetime


def test_members_stand_in_the_order_of_utf_16_and_numbers_as_in_the_specification() -> None:
    """RFC 8785 §3.2.3 and appendix B."""
    assert canonical({"\u20ac": 1, "\r": 2, "\U0001f600": 3, "\ufb33": 4, "1": 5, "ö": 6}) == (
        '{"\\r":2,"1":5,"ö":6,"€":1,"😀":3,"\ufb33":4}'.encode()
    )
    assert (
        canonical([333333333.33333329, 1e30, 4.50, 2e-3, 1e-27, -0.0, 56.0])
        == b"[333333333.3333333,1e+30,4.5,0.002,1e-27,0,56]"
    )


def test_dataclasses_times_and_tuples_have_one_form() -> None:
    east = datetime(2026, 1, 5, 10, 30, tzinfo=timezone(timedelta(hours=2)))
    assert canonical(Thing(1, ("x",), east)) == canonical(Thing(1, ("x",), AT))
    assert canonical(Thing(1, (), AT.replace(tzinfo=None))) == b'{"a":[],"at":"2026-01-05T08:30:00Z","b":1}'
    assert canonical(AT.replace(microsecond=5000)) == b'"2026-01-05T08:30:00.005000Z"'


def test_what_json_cannot_carry_is_said_or_refused() -> None:
    assert canonical([2**53 - 1, 2**53, -(2**60)]) == b'[9007199254740991,"9007199254740992","-1152921504606846976"]'
    assert canonical({"\ud800": "a\udfff"}) == '{"\ufffd":"a\ufffd"}'.encode()
    for value in (float("nan"), [float("inf")], {1: 2}, {"a": b"x"}, object()):
        with pytest.raises(NotCanonical):
            canonical(value)


@given(
    some.recursive(
        some.none()
        | some.booleans()
        | some.integers(-(2**53) + 1, 2**53 - 1)
        | some.floats(allow_nan=False, allow_infinity=False)
        | TEXTS,
        lambda inner: some.lists(inner, max_size=4) | some.dictionaries(TEXTS, inner, max_size=4),
    )
)
def test_any_json_keeps_its_meaning_and_its_form(value: Any) -> None:
    written = canonical(value)
    assert json.loads(written, parse_int=number) == value
    assert canonical(json.loads(written, parse_int=number)) == written


def test_a_snapshot_comes_back_as_it_was() -> None:
    whole = case(
        article("<p>ä</p>", files=(kept(b"x", "a b.pdf"),)), events=(Event(AT, "closed", "Bob"),), omissions=("x",)
    )
    written = snapshot_bytes(whole)
    assert read_snapshot(written) == whole
    assert snapshot_bytes(read_snapshot(written)) == written
    assert digest(written) == digest(snapshot_bytes(whole))


def test_what_an_earlier_version_did_not_know_has_its_usual_value() -> None:
    told = _told(case(article("x")))
    del told["events"], told["omissions"], told["articles"][0]["cc"]
    assert read_snapshot(json.dumps(told).encode()) == case(article("x"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda told: told.update(colour="red"), "snapshot.colour is no member"),
        (lambda told: told["articles"][0].update(x=1), r"snapshot.articles\[0\].x is no member"),
        (lambda told: told.update(schema=2), "has schema 2; this version of Waypost reads up to 1"),
        (lambda told: told.update(schema=True), "says its schema"),
        (lambda told: told.pop("schema"), "says its schema"),
        (lambda told: told["subject"].pop("number"), "snapshot.subject.number is missing"),
        (lambda told: told["subject"].update(number=5), "snapshot.subject.number is a int, not a str"),
        (lambda told: told["articles"][0].update(internal=0), "internal is a int, not a bool"),
        (lambda told: told["articles"][0].update(author="robot"), "author is one of customer, agent"),
        (lambda told: told.update(taken_at="yesterday"), "taken_at is no time"),
        (lambda told: told.update(taken_at="2026-01-01T00:00:00"), "taken_at names no zone"),
    ],
)
def test_what_the_schema_does_not_say_is_refused_by_name(change: Any, sentence: str) -> None:
    told = _told(case(article("x")))
    change(told)
    with pytest.raises(NotASnapshot, match=sentence):
        read_snapshot(json.dumps(told).encode())


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"schema":1,"schema":1}', b'{"schema":NaN}', b"[" * 100_000]
)
def test_other_bytes_are_no_snapshot(content: bytes) -> None:
    with pytest.raises(NotASnapshot):
        read_snapshot(content)


@given(TEXTS, TEXTS, some.dictionaries(TEXTS, TEXTS | some.integers() | some.none() | some.lists(TEXTS), max_size=3))
def test_any_case_is_read_back_to_the_same_bytes(title: str, body: str, own: dict[str, Any]) -> None:
    subject = Subject("1", "2", title, None, datetime(2026, 1, 1, tzinfo=UTC), custom_fields=own)
    written = snapshot_bytes(case(article("", body), subject=subject))
    assert snapshot_bytes(read_snapshot(written)) == written


def _told(snapshot: Snapshot) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(snapshot_bytes(snapshot))
    return told
