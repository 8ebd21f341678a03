"""Dead letters of callbacks for programs: list, replay, discard; and the documented replay of all."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request

from waypost.platform.web.answers import request_id_of
from waypost.platform.web.doors import Doors, Reads, Staged
from waypost.sourcing.access import OPERATE, REPAIR
from waypost.sourcing.shape import shape
from waypost.sourcing.watching.letters import queries, replaying
from waypost.sourcing.watching.letters.line import ScraperLine
from waypost.sourcing.watching.letters.models import CallbackDeadLetter
from waypost.sourcing.watching.letters.replaying import Choice

api = Doors(shape=shape, tags=["sourcing operations"])

State = Annotated[Literal["pending", "sent", "discarded"] | None, Query(alias="state")]
RunId = Annotated[UUID | None, Query(alias="sourceRunId")]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=queries.MOST)]


class Wanted(BaseModel):
    """What to replay; all of it is optional, and nothing means everything: a misspelt filter is refused (400)."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

    source_run_id: UUID | None = None
    kind: Literal["transient", "permanent"] | None = Field(None, alias="class")
    older_than_minutes: int | None = Field(None, ge=0, le=100_000)
    limit: int | None = Field(None, ge=1, le=500)
    """Of all runs together."""
    dry_run: bool = False

    def choice(self) -> Choice:
        """As the verbs take it."""
        older = self.older_than_minutes
        return Choice(run_id=self.source_run_id, kind=self.kind, older=older, limit=self.limit, dry=self.dry_run)


@api.get("/api/ops/dead-letters", needs=OPERATE)
async def dead_letters(
    work: Reads, state: State = None, run_id: RunId = None, limit: Limit = 50, offset: Offset = 0
) -> dict[str, Any]:
    """`{items, limit, offset, total, scraper}`: copies without bodies, newest first; they stay when it is away."""
    found = await queries.listed(work.db, state=state, run_id=run_id, limit=limit, offset=offset)
    seen = await queries.last_look(work.db)
    scraper = {"reachable": seen.reachable, "lookedAt": seen.at, "trouble": seen.trouble} if seen else None
    return {
        "items": [told(each) for each in found.items],
        "limit": limit,
        "offset": offset,
        "total": found.total,
        "scraper": scraper,
    }


@api.post("/api/ops/scrape/callbacks/replay", needs=REPAIR)
async def replay(stages: Staged, request: Request, wanted: Wanted | None = None) -> dict[str, Any]:
    """What the scraper said: `{ok, total, sent, failed, entries}`. Refuses: no scraper, silent, or refusing (503)."""
    line: ScraperLine = request.app.state.parts.of(ScraperLine)
    return await replaying.replay(stages, line, (wanted or Wanted()).choice(), request_id_of(request))


@api.post("/api/ops/dead-letters/{letter_id}/replay", needs=REPAIR)
async def replay_one(stages: Staged, request: Request, letter_id: UUID) -> dict[str, Any]:
    """All that waits of its run, in order. Refuses: not here (404), no scraper or a silent one (503)."""
    line: ScraperLine = request.app.state.parts.of(ScraperLine)
    return await replaying.replay_one(stages, line, letter_id, request_id_of(request))


@api.post("/api/ops/dead-letters/{letter_id}/discard", needs=REPAIR)
async def discard(stages: Staged, request: Request, letter_id: UUID) -> dict[str, Any]:
    """`{ok, state}`. Refuses: not here (404), settled already (409), no scraper or a silent one (503)."""
    await replaying.discard(stages, request.app.state.parts.of(ScraperLine), letter_id)
    return {"ok": True, "state": "discarded"}


def told(letter: CallbackDeadLetter) -> dict[str, Any]:
    """As programs read it; `class` as documented."""
    return {
        "id": letter.id,
        "sourceRunId": letter.source_run_id,
        "kind": letter.kind,
        "eventId": letter.event_id,
        "requestId": letter.request_id,
        "reason": letter.reason,
        "lastStatus": letter.last_status,
        "class": letter.permanence,
        "attempts": letter.attempts,
        "state": letter.state,
        "createdAt": letter.created_at,
        "seenAt": letter.seen_at,
        "resolvedAt": letter.resolved_at,
    }
