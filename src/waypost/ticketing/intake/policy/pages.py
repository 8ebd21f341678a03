"""The page of the threading policy."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Form

from waypost.platform.errors import Refusal
from waypost.platform.web.doors import Reads, SignedIn, Staged
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.intake.policy.actions import READ, STEER, decide, shown
from waypost.ticketing.messages.models import SameSender
from waypost.ticketing.messages.queries import Policy, threading_policy

pages = Pages()
HERE, TEMPLATE = "/threading", "ticketing/intake/policy/threading.html"


@pages.get("/threading", needs=READ)
async def threading_page(work: Reads, caller: SignedIn, saved: bool = False) -> Page:
    """What is decided, and for admins the form that decides it."""
    policy = shown(await threading_policy(work.db))
    return _shown(policy, may_steer=STEER in caller.keys, saved=saved)


@pages.post("/threading", needs=STEER)
async def save(
    stages: Staged,
    same_sender: Annotated[str, Form(max_length=40)] = "",
    window_hours: Annotated[str, Form(max_length=10)] = "",
    inboxes_apart: Annotated[str, Form(max_length=10)] = "",
    automatic_per_hour: Annotated[str, Form(max_length=10)] = "",
) -> Page:
    """All four at once; what is wrong stands beside what was typed."""
    typed = {"same_sender": same_sender, "window_hours": window_hours, "automatic_per_hour": automatic_per_hour}
    typed["inboxes_apart"] = inboxes_apart
    try:
        async with stages.open() as work:
            await decide(work, _typed(typed))
    except Refusal as refusal:
        return _shown(typed, may_steer=True, refusal=refusal)
    return Page(TEMPLATE, goto=f"{HERE}?saved=1")


def _typed(typed: dict[str, str]) -> Policy:
    """What is no number is out of bounds, and refused as such."""
    known = set(SameSender)
    same = SameSender(typed["same_sender"]) if typed["same_sender"] in known else SameSender.APART
    policy = Policy(same, inboxes_apart=bool(typed["inboxes_apart"]))
    hours, bound = (_number(typed[name]) for name in ("window_hours", "automatic_per_hour"))
    return replace(policy, window=timedelta(hours=hours), automatic_per_hour=bound)


def _number(text: str) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdigit() else 0


def _shown(policy: dict[str, Any], *, may_steer: bool, saved: bool = False, refusal: Refusal | None = None) -> Page:
    wrong = {each["field"]: refusal.detail for each in refusal.errors} if refusal else {}
    status = refusal.status if refusal else 200
    return Page(TEMPLATE, status=status, policy=policy, may_steer=may_steer, saved=saved, wrong=wrong)
