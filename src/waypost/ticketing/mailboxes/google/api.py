"""Connecting Gmail, for programs as documented, and the door that Google's pushes knock at."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from waypost.platform.parts import Parts
from waypost.platform.web.doors import Doors, Staged, Writes, works_of
from waypost.ticketing.mailboxes.access import STEER
from waypost.ticketing.mailboxes.google import actions
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.connecting import Callback, finish
from waypost.ticketing.mailboxes.google.push import Pushes, heard

api = Doors()
PUSH_BYTES = 65_536


@api.post("/mailboxes/gmail/journal/oauth/start", needs=STEER)
async def start(request: Request, work: Writes, response: Response) -> dict[str, str]:
    """Where the person has to go."""
    response.headers["cache-control"] = "no-store"
    google = request.app.state.parts.of(Google)
    google.terms.check()
    secrets = await actions.ask_consent(work, google.vault)
    return {"authorization_url": google.consent.address(secrets.state, secrets.verifier)}


@api.get("/mailboxes/gmail/oauth/callback", needs=STEER)
async def callback(
    request: Request, response: Response, stages: Staged, state: str, code: str | None = None, error: str | None = None
) -> dict[str, Any]:
    """Google's answer, brought by the person's browser."""
    response.headers["cache-control"] = "no-store"
    google: Google = request.app.state.parts.of(Google)
    mailbox_id = await finish(stages.open, google, Callback(state, code, error))
    return {"status": "connected", "mailbox_id": mailbox_id}


@api.post("/mailboxes/{mailbox_id}/disconnection", needs=STEER)
async def disconnect(mailbox_id: UUID, work: Writes) -> dict[str, Any]:
    """Stop reading and give our access back."""
    mailbox = await actions.disconnect(work, mailbox_id)
    return {"mailbox_id": mailbox.id, "disconnected": True}


@api.post("/mailboxes/gmail/push", public=True, foreign=True, status_code=204, body_limit=PUSH_BYTES)
async def push(request: Request) -> Response:
    """New mail in a mailbox of the organisation that is set up by the environment."""
    await _take(request, None)
    return Response(status_code=204)


@api.post("/mailboxes/gmail/push/{org_id}", public=True, foreign=True, status_code=204, body_limit=PUSH_BYTES)
async def push_for(org_id: UUID, request: Request) -> Response:
    """New mail in a mailbox of the named organisation; the token, not the id, is what opens this door."""
    await _take(request, org_id)
    return Response(status_code=204)


async def _take(request: Request, org_id: UUID | None) -> None:
    parts: Parts = request.app.state.parts
    told = await parts.of(Pushes).read(request.headers.get("authorization", ""), await request.body())
    await heard(works_of(request), told, org_id, parts.of(Google).terms.default_org)
