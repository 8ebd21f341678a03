"""Signatures: the documented text, what each version covers, and what both sides make of one secret."""

from dataclasses import replace

import pytest

from waypost.sourcing.wire.signing import (
    REQUEST_ID,
    SIGNATURE,
    SIGNATURE_V2,
    TIMESTAMP,
    Judge,
    Mismatch,
    Signed,
    headers,
    sign_v1,
    sign_v2,
)

SECRET = b"secret"
SIGNED = Signed(
    run_id="source-run-1",
    status_word="COMPLETED",
    task_run_id="run-1",
    request_id="req-1",
    event_id="event-1",
    body=b'{"a": 1}',
)
NOW = 1_700_000_000
TEXT = "1700000000.source-run-1.COMPLETED.run-1.req-1.event-1"


def hmac_of(text: bytes) -> str:
    """By the library's own hand."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.hmac import HMAC

    made = HMAC(SECRET, SHA256())
    made.update(text)
    return made.finalize().hex()


def test_the_documented_text_is_what_is_signed() -> None:
    assert sign_v1(SECRET, str(NOW), SIGNED) == hmac_of(TEXT.encode())
    assert sign_v2(SECRET, str(NOW), SIGNED) == hmac_of(b'v2\n1700000000\nevent-1\nreq-1\n{"a": 1}')


def test_what_one_side_signs_the_other_takes() -> None:
    sent = headers(SECRET, NOW, SIGNED)
    assert set(sent) == {TIMESTAMP, SIGNATURE, SIGNATURE_V2, REQUEST_ID}
    assert Judge((SECRET,)).fault(sent, SIGNED, NOW + 12.7) is None
    assert Judge((b"new", SECRET)).fault(sent, SIGNED, NOW) is None
    assert Judge((b"new",)).fault(sent, SIGNED, NOW) is Mismatch.SIGNATURE
    assert Judge(()).fault(sent, SIGNED, NOW) is Mismatch.SIGNATURE


@pytest.mark.parametrize(
    "changed",
    [
        {"run_id": "source-run-2"},
        {"status_word": "FAILED"},
        {"task_run_id": "run-2"},
        {"event_id": "event-2"},
        {"body": b'{"a":1}'},
        {"body": b""},
    ],
)
def test_nothing_signed_may_change(changed: dict[str, str]) -> None:
    sent = headers(SECRET, NOW, SIGNED)
    assert Judge((SECRET,)).fault(sent, replace(SIGNED, **changed), NOW) is Mismatch.SIGNATURE  # type: ignore[arg-type]


def test_the_first_version_covers_no_body() -> None:
    sent = {name: value for name, value in headers(SECRET, NOW, SIGNED).items() if name != SIGNATURE_V2}
    other = replace(SIGNED, body=b"anything")
    assert Judge((SECRET,), least_version=1).fault(sent, other, NOW) is None
    assert Judge((SECRET,)).fault(sent, SIGNED, NOW) is Mismatch.VERSION


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        (TIMESTAMP, "", Mismatch.MISSING),
        (TIMESTAMP, "1700000000.0", Mismatch.TIMESTAMP),
        (TIMESTAMP, "-1700000000", Mismatch.TIMESTAMP),
        (TIMESTAMP, "١٧٠٠٠٠٠٠٠٠", Mismatch.TIMESTAMP),
        (TIMESTAMP, "999999999999", Mismatch.TIMESTAMP),
        (TIMESTAMP, str(NOW - 301), Mismatch.EXPIRED),
        (TIMESTAMP, str(NOW + 301), Mismatch.EXPIRED),
        (REQUEST_ID, "", Mismatch.MISSING),
        (SIGNATURE, "é", Mismatch.SIGNATURE),
        (SIGNATURE_V2, "", Mismatch.SIGNATURE),
    ],
)
def test_headers_that_cannot_be(name: str, value: str, fault: Mismatch) -> None:
    sent = headers(SECRET, NOW, SIGNED) | {name: value}
    assert Judge((SECRET,)).fault(sent, SIGNED, NOW) is fault


def test_an_event_without_a_name_and_half_a_letter() -> None:
    blank, half = replace(SIGNED, event_id=" "), replace(SIGNED, event_id="\ud800")
    assert Judge((SECRET,)).fault(headers(SECRET, NOW, blank), blank, NOW) is Mismatch.EVENT
    assert Judge((SECRET,)).fault(headers(SECRET, NOW, half), half, NOW) is None
