"""Documents of the wire: one text for one value, identities, what is refused and what is merely set aside."""

import pytest
from pydantic import ValidationError

from waypost.sourcing.wire.canonical import canonical, digest, payload_hash
from waypost.sourcing.wire.diagnostics import KEYS, LARGEST, Diagnostics
from waypost.sourcing.wire.identity import canonical_url, identity_key
from waypost.sourcing.wire.report import Completion, Heartbeat, OfferChunk

RUN = "0199a1b2-0000-7000-8000-00000000abcd"
OFFER = {"url": "https://a.example/1", "title": "t", "description": "d"}


def test_one_text_for_one_value() -> None:
    assert canonical({"b": [2, 1], "a": {"d": "ö", "c": None}}) == '{"a":{"c":null,"d":"ö"},"b":[2,1]}'.encode()
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 1, "b": 2.5})
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


def test_deliveries_of_one_event_have_one_identity() -> None:
    body = {
        "eventId": "e",
        "jobs": [OFFER],
        "attemptNo": 1,
        "callbackAttemptNo": 1,
        "emittedAt": "x",
        "payloadHash": "y",
    }
    again = {"payloadHash": "z", "jobs": [OFFER], "eventId": "e", "callbackAttemptNo": 7}
    assert payload_hash(body) == payload_hash(again)
    assert payload_hash(body) != payload_hash(body | {"jobs": []})


@pytest.mark.parametrize(
    ("source_id", "url", "key"),
    [
        (" AB12 ", "https://a.example/x", "source:ab12"),
        (None, "https://A.example/X?q=1#f", "url:https://a.example/x"),
        ("", " https://a.example/x ", "url:https://a.example/x"),
    ],
)
def test_identity(source_id: str | None, url: str, key: str) -> None:
    assert identity_key(source_id, url) == key


def test_listings_compare_without_tracking() -> None:
    told = "https://IT.pracuj.pl/praca?utm_source=x&b=2&a=&gclid=1&a=1#top"
    assert canonical_url(told) == "https://it.pracuj.pl/praca?a=&a=1&b=2"


def test_strange_diagnostics_are_set_aside() -> None:
    told = Diagnostics.model_validate({"pagesVisited": 1, "new": {"x": 1}, "extra": {"older": 2}})
    assert told.kept() == {"pagesVisited": 1, "extra": {"older": 2, "new": {"x": 1}}}
    assert len(KEYS) == 39


def test_too_many_diagnostics_lose_their_lists() -> None:
    told = Diagnostics.model_validate({"pagesVisited": 1, "blockedUrls": ["x" * 100] * (LARGEST // 100)})
    assert told.kept() == {"pagesVisited": 1, "cut": True}


def test_two_names_of_one_count() -> None:
    assert Completion.model_validate({"sourceRunId": RUN, "jobLinkCount": 3}).total_found == 3
    assert Completion.model_validate({"sourceRunId": RUN, "jobLinkCount": 3, "totalFound": 4}).total_found == 4
    assert Completion.model_validate({"sourceRunId": RUN, "jobCount": 2}).count == 2
    assert Completion.model_validate({"sourceRunId": RUN, "jobs": [OFFER]}).count == 1


def test_null_is_absent_and_strangers_are_refused() -> None:
    body = {"sourceRunId": RUN, "status": None, "error": None, "jobs": [OFFER | {"salary": None}]}
    assert Completion.model_validate(body).status == "COMPLETED"
    for model in (Completion, OfferChunk, Heartbeat):
        with pytest.raises(ValidationError):
            model.model_validate({"sourceRunId": RUN, "source": "x", "surprise": 1})


def test_what_one_side_writes_the_other_reads() -> None:
    beat = Heartbeat(phase="queued", lease_token=2, discovered=("source:1",))
    assert Heartbeat.model_validate(beat.written()) == beat
    assert "meta" in beat.written() and "attempt" not in beat.written()
