"""What never reaches a log, and what must, to be of use."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.platform.ids import new_secret
from waypost.platform.observe.masking import HIDDEN, mask, masked, masked_text

LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789.+_-", min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("mail from carol@acme.example today", "mail from [mail] today"),
        ("<Carol.O+x@sub.acme.co.uk>", "<[mail]>"),
        ("peer 203.0.113.9:4711 left", "peer [address]:4711 left"),
        ("listening at 127.0.0.1:8000", "listening at 127.0.0.1:8000"),
        ("peer 2001:db8:0:1::17 left", "peer [address] left"),
        ("peer 2001:db8:1:2:3:4:5:6 left", "peer [address] left"),
        ("at 12:30:45 and 2026-11-22T01:25:44Z", "at 12:30:45 and 2026-11-22T01:25:44Z"),
        ("version 18.1.2 of 3 parts", "version 18.1.2 of 3 parts"),
        ("postgresql://waypost:s3cret@db/waypost", f"postgresql://{HIDDEN}@db/waypost"),
        ("Authorization: Bearer abcdef.ghijk", f"Authorization: Bearer {HIDDEN}"),
        ("?code=1&client_secret=abc&x=1", f"?code=1&client_secret={HIDDEN}&x=1"),
        ("GET /blobs/9f3b0Ap-QyTq2p7VdJ8kYw1rZc5mXn4sLb6uEh0tGvI", f"GET /blobs/{HIDDEN}"),
    ],
)
def test_a_sentence_loses_only_what_is_nobodys_business(said: str, kept: str) -> None:
    assert masked_text(said) == kept


def test_ids_and_long_words_stay_readable() -> None:
    sentence = f"ticket {uuid4()} in test_a_function_with_a_very_long_but_honest_name_of_its_own"
    assert masked_text(sentence) == sentence


@pytest.mark.parametrize("key", ["password", "client_secret", "csrf_token", "Authorization", "api_key", "set-cookie"])
def test_a_value_that_is_named_like_a_secret_is_hidden_whatever_it_is(key: str) -> None:
    assert masked({key: "x"}) == {key: HIDDEN}
    assert masked({"deep": [{key: {"a": 1}}]}) == {"deep": [{key: HIDDEN}]}
    assert masked({key: None, f"{key}_count": 3}) == {key: None, f"{key}_count": 3}


def test_a_line_keeps_its_frame_and_loses_the_rest() -> None:
    event: dict[str, Any] = {
        "event": "intake.refused",
        "request_id": "a" * 20 + "1" * 30,
        "sha256": "0f" * 32,
        "sender": "carol@acme.example",
        "attempt": 2,
        "parts": {"b"},
        "_record": object(),
    }
    frame = {key: event[key] for key in ("event", "request_id", "sha256", "attempt", "_record")}
    assert mask(None, "info", dict(event)) == {**frame, "sender": "[mail]", "parts": ["b"]}


def test_a_value_without_end_is_cut() -> None:
    assert len(masked_text("word " * 100_000)) <= 2000


@given(local=LOCAL, host=st.sampled_from(["acme.example", "xn--bcher-kva.example", "mail.acme.co"]), words=st.text())
def test_no_mail_address_survives(local: str, host: str, words: str) -> None:
    assert f"{local}@{host}" not in masked_text(f"to {local}@{host}, {words}")


def test_a_secret_without_a_digit_is_hidden_too() -> None:
    secret = "cpSW_GNLBaNPREmxNFVpqng_GlUemZTDXFwPPrZ_lZE"
    assert secret not in masked_text(f"link {secret} sent")


@given(st.builds(new_secret), st.sampled_from([" ", "/", "=", '"', "'", ",", "\n"]))
def test_no_secret_of_ours_survives(secret: str, edge: str) -> None:
    assert secret not in masked_text(f"link{edge}{secret}{edge}sent")
