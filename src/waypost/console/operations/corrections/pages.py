"""Replay corrected, for people: type other values, see the difference, approve it."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form

from waypost.console.operations.access import REPLAY
from waypost.console.operations.corrections import actions
from waypost.platform.errors import Invalid
from waypost.platform.web.doors import Writes
from waypost.platform.web.pages import Page, Pages

pages = Pages()


class NotAnObject(Invalid):
    """The values must be written as one JSON object."""


@pages.post("/ops/jobs/{job_id}/correction", needs=REPLAY)
async def correct(
    work: Writes,
    job_id: UUID,
    typed: Annotated[str, Form(max_length=20_000)],
    reason: Annotated[str, Form(min_length=1, max_length=500)],
    approve: Annotated[bool, Form()] = False,
) -> Page:
    """First what would change, then, approved, on to the new job."""
    values = _read(typed)
    template = "console/operations/corrections/correction.html"
    if approve:
        made = await actions.correct(work, job_id, values, reason)
        return Page(template, goto=f"/ops/jobs/{made.new_job_id}")
    proposal = await actions.propose(work, job_id, values)
    return Page(template, proposal=proposal, typed=json.dumps(values), reason=reason)


def _read(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAnObject from None
    if not isinstance(values, dict):
        raise NotAnObject
    return values
