"""Technologies that an offer names: required, nice to have, all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from waypost.sourcing.digest.splitting import listed
from waypost.sourcing.digest.text import technology

MOST = 60
"""Of one offer."""


@dataclass(frozen=True, slots=True)
class Technologies:
    """Slugs that tell C from C++."""

    required: tuple[str, ...] = ()
    nice_to_have: tuple[str, ...] = ()
    all: tuple[str, ...] = ()


NONE = Technologies()


def technologies_of(details: dict[str, Any]) -> Technologies:
    """From `details.technologies`: `{required, niceToHave, all}`, or a list."""
    said = details.get("technologies")
    if not said:
        return NONE
    if not isinstance(said, dict):
        return Technologies(all=_slugs(said))
    required, nice = _slugs(said.get("required")), _slugs(said.get("niceToHave"))
    return Technologies(required, nice, tuple(dict.fromkeys((*required, *nice, *_slugs(said.get("all")))))[:MOST])


def _slugs(value: object) -> tuple[str, ...]:
    found: Iterable[str] = (technology(one) for one in listed(value))
    return tuple(dict.fromkeys(one for one in found if one))[:MOST]
