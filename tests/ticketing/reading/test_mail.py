"""The reader as a whole: against the standard library's own, against the torture set, against anything."""

import email
import pickle
from collections.abc import Iterator
from datetime import UTC
from email import policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ticketing.reading.letters import letter, multipart, part
from tests.wire.ordinary import ordinary_mails
from tests.wire.torture import Case, cases
from waypost.ticketing.intake.mime import Mail, Unreadable, read_mail

_ORDINARY = list(ordinary_mails(40, 7))
_SEEDS = [*_ORDINARY[:6], multipart("mixed", [part("text/html", b"<p>x</p>"), part("image/png", b"y")]), letter()]
_SMALL = 200_000


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _strings(pair)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _strings(item)
    else:
        for name in getattr(value, "__slots__", ()):
            yield from _strings(getattr(value, name))


def _read(raw: bytes) -> Mail | None:
    try:
        return read_mail(raw)
    except Unreadable as refused:
        assert str(refused)
        return None


def _check(raw: bytes) -> Mail | None:
    """Whatever comes: a mail or `Unreadable`, the same each time, in strings that can be stored."""
    mail = _read(raw)
    for text in _strings(mail):
        assert "\0" not in text
        text.encode()
    assert mail == _read(raw)
    if mail is not None:
        assert pickle.loads(pickle.dumps(mail)) == mail
        assert mail.quote_start is None or 0 < mail.quote_start < len(mail.body_text or "")
        assert len(mail.search_text.encode()) <= 200_000
    return mail


@pytest.mark.parametrize("raw", _ORDINARY, ids=[f"mail {n}" for n in range(len(_ORDINARY))])
def test_ordinary_mail_reads_as_the_standard_library_reads_it(raw: bytes) -> None:
    ours, theirs = read_mail(raw), email.message_from_bytes(raw, policy=policy.default)
    body = theirs.get_body(("plain",))
    assert body is not None
    assert ours.subject == theirs["Subject"]
    assert ours.from_email == theirs["From"].addresses[0].addr_spec.lower()
    assert (ours.from_name or "") == theirs["From"].addresses[0].display_name
    written = theirs["Date"].datetime
    assert ours.date_header == (written if written.tzinfo else written.replace(tzinfo=UTC))
    assert (ours.body_text or "").split() == body.get_content().split()
    files = [(p.get_filename(), p.get_content()) for p in theirs.iter_attachments()]
    assert [(p.filename, p.data) for p in ours.attachments if not p.is_inline] == files


def _small_cases() -> list[Case]:
    return [c for c in cases() if not callable(c.mails) and all(len(m) < _SMALL for m in c.mails)][::4]


@pytest.mark.parametrize("case", _small_cases(), ids=lambda case: case.name)
def test_fearful_mail_ends_as_it_must(case: Case) -> None:
    assert isinstance(case.mails, list)
    for raw in case.mails:
        mail = _check(raw)
        assert mail is not None or "quarantine" in case.expect
        assert case.expect != "quarantine" or mail is None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail_or_are_refused(raw: bytes) -> None:
    _check(raw)
    _check(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n" + raw)


_PIECES = st.sampled_from(
    [b"\0", b"\r\n", b"\r\n\r\n", b"--", b"=?", b"?=", b"=?utf-7?Q?+2AA-?=", b'"', b";", b"<", b">", b"\xff", b"\xe4",
     b"\x1b$B", b"boundary=", b"Content-Type: multipart/mixed", b"charset=idna", b"filename*0*=a'b'%", b"base64",
     b"\xed\xa0\x80", b" "]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(_SEEDS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), _PIECES), max_size=6))
def test_damaged_mail_is_still_read(seed: bytes, damages: list[tuple[float, int, bytes]]) -> None:
    raw = seed[:6_000]
    for place, removed, piece in damages:
        at = int(place * len(raw))
        raw = raw[:at] + piece + raw[at + removed :]
    _check(raw)


def test_search_text_is_bounded_and_has_the_rest_before_the_text() -> None:
    body = part("text/plain; charset=utf-8", ("Wärme " * 60_000).encode())
    mail = read_mail(multipart("mixed", [body, part("application/pdf; name=plan.pdf", b"%PDF")]))
    assert mail.search_text.startswith("Cold radiator\nAnn Lee\nann@lee.example\nplan.pdf\nWärme")
    assert 199_990 < len(mail.search_text.encode()) <= 200_000


def test_refusals_travel_between_processes() -> None:
    refused = pickle.loads(pickle.dumps(Unreadable("Too deep.", "depth")))
    assert (str(refused), refused.reason, refused.limit) == ("Too deep.", "Too deep.", "depth")
