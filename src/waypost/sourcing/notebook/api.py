"""A person's offers for programs, as documented (sourcing.md 1.1); a POST answers 201, as all of that interface."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from waypost.platform.web.doors import Doors, Reads, SignedIn, Writes
from waypost.sourcing.access import READ, RUN
from waypost.sourcing.notebook import actions, counting, keeping, listing, queries
from waypost.sourcing.notebook.filters import Filters, FollowUp, Mode, Reader
from waypost.sourcing.notebook.keeping import Meta
from waypost.sourcing.notebook.models import Status, UserJobOffer
from waypost.sourcing.notebook.refusals import NoProfile
from waypost.sourcing.notebook.wire import entry, item, match, workflow
from waypost.sourcing.shape import shape

api = Doors(shape=shape, tags=["job offers"])
MOST, FURTHEST = 100, 10_000
_encode = msgspec.json.Encoder().encode


def json_answer(content: Any, status: int = 200) -> Response:
    """JSON by msgspec."""
    return Response(_encode(content), status, media_type="application/json")


class Asked(BaseModel):
    """The documented filters; an unknown one is refused (400)."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    mode: Mode = Mode.EXPLORE
    status: Status | None = None
    source: Annotated[str, Field(max_length=64)] = ""
    min_score: Annotated[int | None, Field(ge=0, le=100)] = None
    tag: Annotated[list[str], Field(max_length=20)] = []
    tags: Annotated[list[str], Field(max_length=20)] = []
    search: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""
    has_score: bool | None = None
    follow_up: FollowUp | None = None
    include_expired: bool = False
    work_mode: Annotated[str, Field(max_length=40)] = ""
    contract_type: Annotated[str, Field(max_length=40)] = ""
    salary_min: Annotated[int | None, Field(ge=1, le=10_000_000)] = None
    salary_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "PLN"
    source_run_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 20
    offset: Annotated[int, Field(ge=0, le=FURTHEST)] = 0

    def filters(self) -> Filters:
        """The same as the list takes it; tags come repeated or with commas."""
        tags = tuple(part.strip() for one in (*self.tag, *self.tags) for part in one.split(",") if part.strip())
        return Filters(
            mode=self.mode,
            statuses=(self.status,) if self.status else (),
            source=self.source,
            least_score=self.min_score,
            has_score=self.has_score,
            tags=tags,
            search=self.search,
            follow_up=self.follow_up,
            expired=self.include_expired,
            work_mode=self.work_mode,
            contract=self.contract_type,
            salary=self.salary_min,
            currency=self.salary_currency,
            run_id=self.source_run_id,
        )


@api.get("/api/job-offers", needs=READ)
async def list_offers(work: Reads, caller: SignedIn, asked: Annotated[Asked, Query()]) -> Response:
    """`{items, total, limit, offset}`; `total` is counted up to 10,001. `mode`: `strict` (scored, nothing broken, the
    best first), `approx` (the nearest first), `explore` (the newest first), `catalog` (also what others found)."""
    reader, filters = Reader(caller.person_id, work.now), asked.filters()
    rows = await listing.page(work.db, reader, filters, limit=asked.limit, offset=asked.offset)
    total = await listing.total(work.db, reader, filters)
    items = [item(row) for row in rows[: asked.limit]]
    return json_answer({"items": items, "total": total, "limit": asked.limit, "offset": asked.offset})


@api.get("/api/job-offers/summary", needs=READ)
async def summary(work: Reads, caller: SignedIn) -> Response:
    """How many offers stand where."""
    return json_answer(await counting.summary(work.db, Reader(caller.person_id, work.now)))


async def _mine(work: Writes, caller: SignedIn, link_id: UUID) -> UserJobOffer:
    return await queries.by_id(work.db, link_id, caller.person_id, for_update=True)


Mine = Annotated[UserJobOffer, Depends(_mine)]
"""The link that the address names, held; what is not the caller's is refused (404) before a body is looked at."""


class StatusBody(BaseModel):
    """A new status."""

    model_config = ConfigDict(extra="forbid")

    status: Status
    note: Annotated[str, Field(max_length=keeping.LONGEST_LINE)] = ""


@api.patch("/api/job-offers/{link_id}/status", needs=RUN)
async def set_status(work: Writes, mine: Mine, body: StatusBody) -> Response:
    """`{id, status, lastStatusAt, …}`; the same status again changes nothing."""
    await keeping.set_status(work, mine, body.status, body.note)
    return json_answer({"id": mine.id, "jobOfferId": mine.job_offer_id, **workflow(mine, mine.tags)})


class MetaBody(BaseModel):
    """Notes, tags and follow-up; what is left out stays, `followUpAt: null` takes the follow-up back."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    notes: Annotated[str | None, Field(max_length=keeping.LONGEST_NOTES)] = None
    tags: Annotated[list[str] | None, Field(max_length=100)] = None
    follow_up_at: AwareDatetime | None = None
    follow_up_note: Annotated[str | None, Field(max_length=keeping.LONGEST_LINE)] = None

    def meta(self) -> Meta:
        """The same as the notebook takes it."""
        tags = tuple(self.tags) if self.tags is not None else None
        plans, at = "follow_up_at" in self.model_fields_set, self.follow_up_at
        return Meta(self.notes, tags, plans, at, self.follow_up_note)


@api.patch("/api/job-offers/{link_id}/meta", needs=RUN)
async def set_meta(work: Writes, mine: Mine, body: MetaBody) -> Response:
    """Write beside an offer; answers like a change of status."""
    await keeping.set_meta(work, mine, body.meta())
    return json_answer({"id": mine.id, "jobOfferId": mine.job_offer_id, **workflow(mine, mine.tags)})


@api.get("/api/job-offers/{link_id}/history", needs=READ)
async def history(work: Reads, caller: SignedIn, link_id: UUID) -> Response:
    """`{items, total}`: status, notes, tags, follow-ups and scores, the newest first, at most 200."""
    mine = await queries.by_id(work.db, link_id, caller.person_id)
    items = [entry(one) for one in await queries.history(work.db, mine.id)]
    return json_answer({"items": items, "total": len(items)})


class ScoreBody(BaseModel):
    """Against which profile; the active one unless said."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    career_profile_id: UUID | None = None


@api.post("/api/job-offers/{link_id}/score", needs=RUN, status_code=201)
async def score(work: Writes, caller: SignedIn, mine: Mine, body: ScoreBody | None = None) -> Response:
    """Score it now: `{id, matchScore, matchMeta, …}`. Refuses without a ready profile (404
    `CAREER_PROFILE_NOT_READY`)."""
    wanted = body.career_profile_id if body else None
    profile = await queries.profile_ready(work.db, caller.person_id, wanted)
    if profile is None:
        raise NoProfile
    await actions.score_now(work, mine, profile)
    return json_answer({"id": mine.id, "jobOfferId": mine.job_offer_id, **match(mine)}, 201)


class PickBody(BaseModel):
    """Which one."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    job_offer_id: UUID


@api.post("/api/job-offers/picks", needs=RUN, status_code=201)
async def pick(work: Writes, body: PickBody) -> Response:
    """An offer of the catalogue into one's own notebook: `{id, status, matchScore, …}`; there already: as it is."""
    mine = await keeping.pick(work, body.job_offer_id)
    return json_answer(
        {"id": mine.id, "jobOfferId": mine.job_offer_id, **workflow(mine, mine.tags), **match(mine)}, 201
    )
