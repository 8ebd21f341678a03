"""What a source makes of filters: which values it knows, and which address they lead to."""

from dataclasses import dataclass, field
from typing import Any

from waypost.sourcing.sources.models import Source


@dataclass(frozen=True, slots=True)
class Words:
    """Filters as a source takes them, and what it does not know (`droppedFilters`: field → values)."""

    accepted: dict[str, Any] = field(default_factory=dict)
    dropped: dict[str, list[Any]] = field(default_factory=dict)


def accept(source: Source, filters: dict[str, Any]) -> Words:
    """Keep what the source's dictionaries know."""
    return Words({name: value for name, value in filters.items() if value not in (None, [], "")})


def address_for(source: Source, filters: dict[str, Any]) -> str | None:
    """The listing that these filters lead to; the source's own where it knows no filters."""
    return source.listing_url
