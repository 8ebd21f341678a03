"""What programs read about sources; secrets are never among it, but for the one that was made this moment."""

from dataclasses import dataclass
from typing import Any, Literal

from waypost.archive.sources.models import Source
from waypost.archive.sources.testing import Looked
from waypost.archive.sources.typed import standing_values

Condition = Literal["connected", "troubled", "paused", "untried"]


@dataclass(frozen=True, slots=True)
class Doorstep:
    """A part of the process: where this installation is reached from outside."""

    base: str

    def webhook(self, source: Source) -> str:
        """The address that a source's webhook is sent to."""
        within = "" if source.from_environment else f"/sources/{source.key}"
        return f"{self.base.rstrip('/')}{within}/ingest"


def condition(source: Source) -> Condition:
    """Derived, never stored."""
    if source.paused_at is not None:
        return "paused"
    if source.trouble:
        return "troubled"
    return "connected" if source.last_ok_at or source.own_id else "untried"


def shaped(source: Source, doorstep: Doorstep, secret: str | None = None) -> dict[str, Any]:
    """One source; `webhook_secret` only where it was made just now."""
    fresh = {"webhook_secret": secret} if secret else {}
    return {
        "id": source.id,
        "key": source.key,
        **standing_values(source),
        "from_environment": source.from_environment,
        "webhook_url": doorstep.webhook(source),
        "has_secret": source.sealed_secret is not None,
        "has_former_secret": source.sealed_secret_before is not None,
        "secret_rotated_at": source.secret_rotated_at,
        "condition": condition(source),
        "paused_at": source.paused_at,
        "last_ok_at": source.last_ok_at,
        "last_error": source.last_error,
        "compared_until": source.closed_cursor,
        "created_at": source.created_at,
        "updated_at": source.updated_at,
        **fresh,
    }


def tested(looked: Looked) -> dict[str, Any]:
    """A look in stages."""
    stages = [{"stage": each.name, "ok": each.ok, "detail": each.detail} for each in looked.stages]
    return {"ready": looked.is_ready, "stages": stages}
