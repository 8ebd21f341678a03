"""Webhooks in, as documented: durable before the answer, and nothing but what is needed is kept of them."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from waypost.archive.intake.knocking import Knock, ordered, refuse_when_closing, signed
from waypost.archive.intake.reading import Faulty, Item, decoded, item_of, ticket_number, truth
from waypost.archive.intake.refusals import BatchTooLarge, Unfit
from waypost.archive.intake.shape import shape
from waypost.archive.requests.actions import Wish, ask
from waypost.archive.requests.delivering import Taken, deliver
from waypost.archive.requests.models import ArchiveRequest
from waypost.archive.sources.models import KIND
from waypost.platform.web.doors import Doors

api = Doors(shape=shape, tags=["archive intake"])
OPEN: dict[str, Any] = {"public": True, "foreign": True, "status_code": 202}
Answer = dict[str, Any]


@api.post("/ingest", **OPEN)
@api.post("/sources/{source_key}/ingest", **OPEN)
async def ingest(request: Request) -> Answer:
    """One webhook of Zammad."""
    async with signed(request) as knock:
        item = _fit(_item(knock, request))
        dry = _dry(request)
        refuse_when_closing(knock.desk)
        if dry:
            return {"status": "dry_run_accepted", "ticket_id": item.ticket_id}
        wish = _wish(knock, item, knock.delivery_id)
        await deliver(knock.work, wish, knock.body_sha256, knock.desk.terms.remember)
    return {"status": "accepted", "ticket_id": item.ticket_id}


@api.post("/ingest/batch", **OPEN)
@api.post("/sources/{source_key}/ingest/batch", **OPEN)
async def ingest_batch(request: Request) -> Answer:
    """Many at once: all that can be read are written in one transaction, each of the others is named with its fault."""
    async with signed(request) as knock:
        items = _items(knock, request)
        dry = _dry(request)
        refuse_when_closing(knock.desk)
        results = [await _result(knock, at, item, dry=dry) for at, item in enumerate(items)]
    status = "dry_run_accepted" if dry else "accepted"
    return {"status": status, "count": sum(isinstance(item, Item) for item in items), "results": results}


@api.post("/retry/{ticket_id}", **OPEN)
@api.post("/sources/{source_key}/retry/{ticket_id}", **OPEN)
async def retry(ticket_id: str, request: Request) -> Answer:
    """Ask for a ticket once more; with `?force=true&reason=…` in spite of the gate."""
    async with ordered(request) as knock:
        made = await again(knock, ticket_id, request)
    return retried(made)


async def again(knock: Knock, ticket_id: str, request: Request) -> ArchiveRequest:
    """The request of an operator's order; refuses what is no ticket's id."""
    number = ticket_number(ticket_id)
    if number is None:
        raise _unfit("int_type", ["path", "ticket_id"], "Input should be a whole number above 0, of 64 bits at most")
    forced, reason = _flag(request, "force"), request.query_params.get("reason")
    wish = Wish(KIND, knock.source.key, str(number), forced=forced, reason=reason, wire_request_id=knock.request_id)
    return await ask(knock.work, wish)


def retried(request: ArchiveRequest) -> Answer:
    """The documented answer, and what will come of it."""
    told = {"state": str(request.state), "forced": request.forced, "request_id": str(request.id)}
    return {"status": "accepted", "ticket_id": int(request.ref), **told}


async def _result(knock: Knock, at: int, item: Item | Faulty, *, dry: bool) -> Answer:
    if isinstance(item, Faulty):
        return {"index": at, "status": "rejected", "errors": list(item.faults)}
    if dry:
        return {"index": at, "ticket_id": item.ticket_id, "status": "dry_run_accepted"}
    taken = await deliver(knock.work, _wish(knock, item, None), knock.body_sha256, knock.desk.terms.remember)
    return {"index": at, "ticket_id": item.ticket_id, "status": taken.fate.value, "request_id": _id_of(taken)}


def _id_of(taken: Taken) -> str | None:
    return str(taken.request.id) if taken.request else None


def _wish(knock: Knock, item: Item, delivery_id: str | None) -> Wish:
    return Wish(
        KIND,
        knock.source.key,
        str(item.ticket_id),
        delivery_id=delivery_id,
        hints=item.hints,
        wire_request_id=knock.request_id,
    )


def _item(knock: Knock, request: Request) -> Item | Faulty:
    value = decoded(knock.body, request.headers.get("content-type"))
    return value if isinstance(value, Faulty) else item_of(value, own_id=knock.source.own_id)


def _items(knock: Knock, request: Request) -> Sequence[Item | Faulty]:
    """Refuses what is no array, one that is too long, and one of which nothing can be read."""
    value = decoded(knock.body, request.headers.get("content-type"))
    if not isinstance(value, list):
        raise _unfit("list_type", ["body"], "Input should be a valid list")
    if len(value) > knock.desk.terms.batch:
        raise BatchTooLarge(f"A batch may hold {knock.desk.terms.batch} items (INGEST_BATCH_MAX_ITEMS).")
    items = [item_of(each, (at,), own_id=knock.source.own_id) for at, each in enumerate(value)]
    if items and all(isinstance(each, Faulty) for each in items):
        raise Unfit(errors=[dict(fault) for each in items if isinstance(each, Faulty) for fault in each.faults])
    return items


def _fit(item: Item | Faulty) -> Item:
    if isinstance(item, Faulty):
        raise Unfit(errors=[dict(fault) for fault in item.faults])
    return item


def _dry(request: Request) -> bool:
    return _flag(request, "dry_run")


def _flag(request: Request, name: str) -> bool:
    said = truth(request.query_params.get(name))
    if said is None:
        raise _unfit("bool_parsing", ["query", name], "Input should be a valid boolean")
    return said


def _unfit(kind: str, at: list[str], message: str) -> Unfit:
    return Unfit(errors=[{"type": kind, "loc": at, "msg": message}])
