"""Places in a schedule's history, as an address carries them."""

from datetime import datetime
from uuid import UUID

from waypost.sourcing.schedules.queries import Place


def cursor(at: datetime, line_id: UUID) -> str:
    """The place after this line."""
    return f"{at.isoformat()}_{line_id}"


def parsed(text: str) -> Place | None:
    """The place that was meant; the newest where it is none."""
    at, _, line_id = text.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(line_id)) if moment.tzinfo else None
    except ValueError:
        return None
