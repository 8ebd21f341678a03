"""Thousands of ways in which a callback is no longer what its sender signed."""

import base64
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from tests.sourcing.callbacks.forger import RUN, SECRET, TOKEN, Forger
from waypost.sourcing.callbacks.knock import Knock
from waypost.sourcing.wire.signing import REQUEST_ID, SIGNATURE, SIGNATURE_V2, TIMESTAMP, sign_v1
from waypost.sourcing.wire.words import Kind

OTHER, STRANGE = "0199a1b2-0000-7000-8000-00000000abce", b"somebody else's secret"
LOOKALIKES = str.maketrans({"a": "а", "e": "е", "o": "о", "c": "с", "1": "１", "0": "０", "-": "‐"})
Change = Callable[[Forger, Knock], Knock | None]


def forged(forger: Forger, number: int) -> Iterator[tuple[str, Knock]]:
    """So many of them, each with the name of its change; what came out unchanged is left out."""
    names, kinds, made = list(CHANGES), list(Kind), 0
    while made < number:
        name, true = forger.random.choice(names), forger.true(forger.random.choice(kinds))
        changed = CHANGES[name](forger, true)
        if changed is not None and changed != true:
            made += 1
            yield f"{name} ({true.kind})", changed


def _with(knock: Knock, **changed: str | None) -> Knock:
    """Other headers; None takes one away."""
    sent = dict(knock.headers) | {name.replace("_", "-"): value for name, value in changed.items()}
    return replace(knock, headers={name: value for name, value in sent.items() if value is not None})


def flip(forger: Forger, knock: Knock) -> Knock:
    """One bit of the body."""
    raw = bytearray(knock.raw)
    raw[forger.at(len(raw))] ^= 1 << forger.at(8)
    return replace(knock, raw=bytes(raw))


def cut(forger: Forger, knock: Knock) -> Knock:
    """The end of the body is missing."""
    return replace(knock, raw=knock.raw[: forger.at(len(knock.raw))])


def grown(forger: Forger, knock: Knock) -> Knock:
    """Something stands before or after the body."""
    more = forger.random.choice([b" ", b"\n", b"\0", b"{}", b"\xef\xbb\xbf", b"[]", b"\r\n"])
    return replace(knock, raw=more + knock.raw if forger.at(2) else knock.raw + more)


def _plain(knock: Knock) -> tuple[bytes, dict[str, Any]]:
    raw = gzip.decompress(knock.raw) if "content-encoding" in knock.headers else knock.raw
    return raw, json.loads(raw)


def rewritten(forger: Forger, knock: Knock) -> Knock | None:
    """The same value in another spelling: spaces, order of keys, escapes."""
    _, body = _plain(knock)
    ways: Sequence[dict[str, Any]] = (
        {"indent": 1},
        {"separators": (",", ":")},
        {"sort_keys": True},
        {"ensure_ascii": False},
    )
    again = json.dumps(body, **forger.random.choice(ways)).encode()
    return None if again == knock.raw else replace(knock, raw=again, headers=_bare(knock))


def _bare(knock: Knock) -> dict[str, str]:
    return {name: value for name, value in knock.headers.items() if name != "content-encoding"}


def another_value(forger: Forger, knock: Knock) -> Knock:
    """One field says something else."""
    _, body = _plain(knock)
    name = forger.random.choice(list(body))
    body[name] = forger.random.choice([None, 7, "x", "", OTHER, [], {}, "COMPLETED", "FAILED"])
    return replace(knock, raw=json.dumps(body).encode(), headers=_bare(knock))


def twice(forger: Forger, knock: Knock) -> Knock:
    """A key stands twice; the first or the last of them is the true one."""
    raw, body = _plain(knock)
    name = forger.random.choice(list(body))
    pair = f"{json.dumps(name)}: {json.dumps(forger.random.choice([OTHER, 'x', 1, body[name]]))}".encode()
    made = b"{" + pair + b", " + raw[1:] if forger.at(2) else raw[:-1] + b", " + pair + b"}"
    return replace(knock, raw=made, headers=_bare(knock))


def lookalike(forger: Forger, knock: Knock) -> Knock | None:
    """Letters and digits of another script that look the same."""
    _, body = _plain(knock)
    name = forger.random.choice([each for each in body if isinstance(body[each], str)])
    changed = body | {name: str(body[name]).translate(LOOKALIKES)}
    return None if changed == body else replace(knock, raw=json.dumps(changed).encode(), headers=_bare(knock))


def recoded(forger: Forger, knock: Knock) -> Knock:
    """The same text in another encoding, or said to be."""
    raw, _ = _plain(knock)
    ways = [raw.decode().encode("utf-16"), b"\xef\xbb\xbf" + raw, base64.b64encode(raw), gzip.compress(raw, mtime=1)]
    sent = _bare(knock) | forger.random.choice(
        [{}, {"content-encoding": forger.random.choice(["gzip", "br", "x-gzip"])}]
    )
    return replace(knock, raw=forger.random.choice(ways), headers=sent)


def packed_twice(forger: Forger, knock: Knock) -> Knock:
    """A second member after the first."""
    raw, _ = _plain(knock)
    made = gzip.compress(raw, mtime=0) + gzip.compress(forger.random.choice([b"", b"{}", raw]), mtime=0)
    return replace(knock, raw=made, headers=dict(knock.headers) | {"content-encoding": "gzip"})


def no_header(forger: Forger, knock: Knock) -> Knock:
    """A header is missing."""
    name = forger.random.choice([SIGNATURE, SIGNATURE_V2, TIMESTAMP, REQUEST_ID, "authorization"])
    return _with(knock, **{name: None})


def wrong_header(forger: Forger, knock: Knock) -> Knock:
    """A header says something else."""
    name = forger.random.choice([SIGNATURE, SIGNATURE_V2])
    value = knock.headers[name]
    place = forger.at(len(value))
    changed = value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]
    others = [
        changed,
        value.upper(),
        value[:-1],
        value + "0",
        f" {value}",
        f"0x{value}",
        "",
        "é" * 64,
        value.translate(LOOKALIKES),
    ]
    chosen = forger.random.choice([each for each in others if each != value])
    return _with(knock, **{name: chosen})


def swapped(_forger: Forger, knock: Knock) -> Knock:
    """The two signatures in each other's place."""
    return _with(knock, **{SIGNATURE: knock.headers[SIGNATURE_V2], SIGNATURE_V2: knock.headers[SIGNATURE]})


def another_time(forger: Forger, knock: Knock) -> Knock:
    """The time is another one, or no time."""
    stamp = knock.headers[TIMESTAMP]
    odd = [
        "",
        "now",
        f"{stamp}.0",
        f"+{stamp}",
        f"-{stamp}",
        f"{stamp}e0",
        "1e9",
        "nan",
        "inf",
        stamp.translate(LOOKALIKES),
    ]
    moved = str(int(stamp) + forger.random.choice([-400, -1, 1, 400, 10**9]))
    return _with(knock, **{TIMESTAMP: forger.random.choice([*odd, moved, f"0{stamp}", "9" * 30])})


def another_request(forger: Forger, knock: Knock) -> Knock:
    """Another request id: also one that only moves the dots of the first signature."""
    given = knock.headers[REQUEST_ID]
    return _with(
        knock, **{REQUEST_ID: forger.random.choice(["", given + "x", given.upper(), given[:-1], f"{given}.event"])}
    )


def another_token(forger: Forger, knock: Knock) -> Knock:
    """Another bearer token."""
    odd = [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN.upper()}",
        "Bearer null",
    ]
    return _with(knock, authorization=forger.random.choice(odd))


def doubled(_forger: Forger, knock: Knock) -> Knock:
    """A header stood twice."""
    return replace(knock, twice=True)


def other_run(forger: Forger, knock: Knock) -> Knock | None:
    """The same call for another run."""
    if knock.kind is Kind.COMPLETE:
        return (
            replace(knock, raw=knock.raw.replace(RUN.encode(), OTHER.encode())) if RUN.encode() in knock.raw else None
        )
    return replace(knock, run_id=forger.random.choice([OTHER, RUN.upper(), RUN.replace("-", ""), f"{{{RUN}}}", ""]))


def other_route(forger: Forger, knock: Knock) -> Knock:
    """The same call at another door."""
    kind = forger.random.choice([each for each in Kind if each is not knock.kind])
    return replace(knock, kind=kind, run_id=None if kind is Kind.COMPLETE else RUN)


def strange_secret(forger: Forger, knock: Knock) -> Knock:
    """Signed by somebody else."""
    return forger.true(
        knock.kind, secret=forger.random.choice([STRANGE, SECRET[:-1], SECRET + b"\n", b"", SECRET.upper()])
    )


def only_the_old(forger: Forger, knock: Knock) -> Knock:
    """The first signature alone, which covers no body."""
    _, body = _plain(knock)
    changed = json.dumps(body | {"leaseToken": 10**6 + forger.at(9)}).encode()
    return replace(
        _with(knock, **{SIGNATURE_V2: None}), raw=changed, headers=_bare(_with(knock, **{SIGNATURE_V2: None}))
    )


def old_for_new(_forger: Forger, knock: Knock) -> Knock:
    """The first signature stands for both."""
    return _with(knock, **{SIGNATURE_V2: knock.headers[SIGNATURE]})


def mixed_secrets(forger: Forger, knock: Knock) -> Knock:
    """A signature of another secret beside a true one."""
    _, body = _plain(knock)
    signed = knock.signed(body)
    return _with(knock, **{SIGNATURE: sign_v1(STRANGE, knock.headers[TIMESTAMP], signed)})


CHANGES: dict[str, Change] = {
    each.__name__: each
    for each in (
        flip,
        cut,
        grown,
        rewritten,
        another_value,
        twice,
        lookalike,
        recoded,
        packed_twice,
        no_header,
        wrong_header,
        swapped,
        another_time,
        another_request,
        another_token,
        doubled,
        other_run,
        other_route,
        strange_secret,
        only_the_old,
        old_for_new,
        mixed_secrets,
    )
}
