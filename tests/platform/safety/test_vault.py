"""Encryption at rest: bound to its place, rotated without loss, closed to everything else."""

import os

import pytest

from waypost.platform.ids import new_id
from waypost.platform.safety.vault import HEAD_BYTES, CannotOpen, Vault, place

OLD, NEW = os.urandom(32), os.urandom(32)
HERE = place("mailboxes", "password", new_id(), new_id())


@pytest.mark.parametrize("data", [b"", b"s3cret", bytes(1 << 16)])
def test_what_was_sealed_opens(data: bytes) -> None:
    sealed = Vault((NEW,)).seal(data, HERE)
    assert Vault((NEW,)).open(sealed, HERE) == data
    assert sealed != Vault((NEW,)).seal(data, HERE) and len(sealed) == HEAD_BYTES + len(data) + 16


def test_a_rotated_key_still_opens_and_asks_for_rewrapping() -> None:
    sealed = Vault((OLD,)).seal(b"s3cret", HERE)
    ring = Vault((NEW, OLD))
    assert ring.open(sealed, HERE) == b"s3cret" and ring.needs_rewrap(sealed)
    rewrapped = ring.seal(ring.open(sealed, HERE), HERE)
    assert not ring.needs_rewrap(rewrapped) and Vault((NEW,)).open(rewrapped, HERE) == b"s3cret"


def test_a_dropped_key_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        Vault((NEW,)).open(Vault((OLD,)).seal(b"s3cret", HERE), HERE)


def test_a_value_copied_elsewhere_does_not_open() -> None:
    sealed = Vault((NEW,)).seal(b"s3cret", HERE)
    table, column, org, row = HERE.split(":")
    for other in ((column, table, org, row), (table, column, str(new_id()), row), (table, column, org, str(new_id()))):
        with pytest.raises(CannotOpen):
            Vault((NEW,)).open(sealed, ":".join(other))


def test_no_altered_or_cut_byte_opens() -> None:
    vault = Vault((NEW,))
    sealed = vault.seal(b"s3cret", HERE)
    altered = [sealed[:n] + bytes([sealed[n] ^ 1]) + sealed[n + 1 :] for n in range(len(sealed))]
    for bad in [*altered, *(sealed[:n] for n in range(len(sealed))), sealed + b"\0"]:
        with pytest.raises(CannotOpen):
            vault.open(bad, HERE)


def test_keys_are_never_printed() -> None:
    assert NEW.hex() not in repr(Vault((NEW,))) and repr(NEW) not in repr(Vault((NEW,)))
