"""How a call becomes a proven callback of one organisation, and what happens when it is refused all the same."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from starlette.requests import Request

from waypost.platform.access import MACHINE
from waypost.platform.errors import Refusal
from waypost.platform.identity import lookups
from waypost.platform.identity.inbound_runs.lookups import organisation_of_run
from waypost.platform.observe.logs import line
from waypost.platform.web.doors import works_of
from waypost.platform.work import Work
from waypost.sourcing.callbacks.actions import held, note_rejection
from waypost.sourcing.callbacks.callback import Callback
from waypost.sourcing.callbacks.gate import Gate
from waypost.sourcing.callbacks.knock import Knock, collected
from waypost.sourcing.callbacks.metrics import CONFLICTS, RECEIVED
from waypost.sourcing.callbacks.refusals import ConflictingPayload
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.queries import NoSuchRun
from waypost.sourcing.wire.revision import SPOKEN, is_newer
from waypost.sourcing.wire.signing import REPLAYED
from waypost.sourcing.wire.words import Kind

Receive = Callable[[Work, Callback, Run], Awaitable[dict[str, Any]]]
PERMANENT = (400, 409)
"""Refusals that are kept: the sender gives up after them."""

log = line("waypost.sourcing.callbacks")


async def received(request: Request, kind: Kind, receive: Receive) -> dict[str, Any]:
    """Prove the call, find its organisation, put it into effect in one work. Refuses 401, 404, 400, 409, 429, 503."""
    gate: Gate = request.app.state.parts.of(Gate)
    knock = await _knock(request, kind)
    callback = _callback(request, knock, await gate.admitted(knock))
    org = await _organisation(request, callback)
    try:
        async with works_of(request).open(org, MACHINE) as work:
            run = await held(work, callback)
            gate.count(f"{org}:{run.source_slug}")
            answer = await receive(work, callback, run)
    except Refusal as refusal:
        await _refused(request, org, callback, refusal)
        raise
    _count(callback, answer)
    return answer


async def _knock(request: Request, kind: Kind) -> Knock:
    headers, twice = collected(request.headers.raw)
    run_id = None if kind is Kind.COMPLETE else str(request.path_params["run_id"])
    address = request.client.host if request.client else "unknown"
    return Knock(kind, headers, await request.body(), run_id, address, twice)


def _callback(request: Request, knock: Knock, document: dict[str, Any]) -> Callback:
    """Refuses an id that is none with `NoSuchRun`."""
    try:
        run_id = UUID(knock.signed(document).run_id)
    except ValueError:
        raise NoSuchRun from None
    return Callback(
        kind=knock.kind,
        run_id=run_id,
        document=document,
        request_id=knock.request_id,
        address=knock.address,
        replayed=request.headers.get(REPLAYED) == "1",
        scores=request.app.state.parts.of(NotebookTerms).score_on_ingest,
        newer=is_newer(request.headers.get(SPOKEN, "")),
    )


async def _organisation(request: Request, callback: Callback) -> UUID:
    async with lookups.catalogue(works_of(request).shards) as db:
        org = await organisation_of_run(db, callback.run_id)
    if org is None:
        raise NoSuchRun
    request.state.org = org
    return org


async def _refused(request: Request, org: UUID, callback: Callback, refusal: Refusal) -> None:
    """What is refused for good leaves a line, although all it tried was undone."""
    code = refusal.code or refusal.kind()
    RECEIVED.labels(callback.kind.value, code.lower()).inc()
    log.warning("callback.rejected", kind=callback.kind.value, code=code, address=callback.address, **callback.ids)
    if isinstance(refusal, ConflictingPayload):
        CONFLICTS.inc()
    if refusal.status in PERMANENT:
        async with works_of(request).open(org, MACHINE) as work:
            await note_rejection(work, callback, code)


def _count(callback: Callback, answer: dict[str, Any]) -> None:
    outcome = "ignored" if answer.get("ignored") else "repeated" if answer.get("idempotent") else "applied"
    RECEIVED.labels(callback.kind.value, outcome).inc()
    log.info(
        "callback.received",
        kind=callback.kind.value,
        outcome=outcome,
        reason=answer.get("reasonCode"),
        lease_lost=bool(answer.get("leaseLost")),
        **callback.ids,
    )
