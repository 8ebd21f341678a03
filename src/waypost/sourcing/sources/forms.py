"""The form of a source: what stands in it, what was typed, and what is wrong with it by field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from waypost.sourcing.sources.models import USUAL_MS, USUAL_PAGES, Source
from waypost.sourcing.sources.shapes import clock
from waypost.sourcing.sources.typed import TypedSource

TEXTS = ("name", "adapter", "recipe", "listing_url", "hosts", "window_from", "window_until", "window_zone")
NUMBERS = ("interval_ms", "page_cap")


@dataclass(frozen=True, slots=True)
class Given:
    """The form as it stands; `typed` is None while something does not fit."""

    said: Mapping[str, str]
    typed: TypedSource | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def given(form: FormData) -> Given:
    """Read and judged."""
    said = {name: str(form.get(name, "")).strip() for name in (*TEXTS, *NUMBERS)}
    wish: dict[str, Any] = {**said, "window_zone": said["window_zone"] or "UTC"}
    wish |= {name: said[name] or usual for name, usual in zip(NUMBERS, (USUAL_MS, USUAL_PAGES), strict=True)}
    try:
        return Given(said, TypedSource.model_validate(wish))
    except ValidationError as wrong:
        return Given(said, None, _by_field(wrong))


def standing(source: Source) -> Given:
    """What the source says now."""
    said = {
        "name": source.name,
        "adapter": source.adapter,
        "recipe": json.dumps(source.recipe, indent=2, ensure_ascii=False) if source.has_own_recipe else "",
        "listing_url": source.listing_url or "",
        "hosts": "\n".join(source.hosts),
        "window_from": clock(source.window_from) or "",
        "window_until": clock(source.window_until) or "",
        "window_zone": source.window_zone,
        "interval_ms": str(source.interval_ms),
        "page_cap": str(source.page_cap),
    }
    return Given(said)


def _by_field(wrong: ValidationError) -> dict[str, str]:
    faults = wrong.errors(include_input=False, include_url=False, include_context=False)
    said = [(str(each["loc"][0]) if each["loc"] else "name", str(each["msg"])) for each in faults]
    return {name: text.removeprefix("Value error, ") for name, text in reversed(said)}
