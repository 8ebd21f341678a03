"""What a signature says, kept between two steps as JSON."""

from dataclasses import asdict, replace
from typing import Any

import msgspec

from waypost.archive.signing.levels import Sealed


def plain(sealed: Sealed) -> dict[str, Any]:
    """Without its file."""
    told: dict[str, Any] = msgspec.to_builtins(asdict(replace(sealed, pdf=b"")))
    return told


def seal_of(said: dict[str, Any]) -> Sealed:
    """The same again; the file is left empty."""
    return msgspec.convert(said, Sealed)
