"""The page of the policy, in the settings."""

from typing import Annotated, Any

from fastapi import Form

from waypost.archive.access import READ, STEER
from waypost.archive.requests.policy.actions import decide
from waypost.archive.requests.policy.models import Keeps
from waypost.archive.requests.policy.queries import Policy, policy_for, shown
from waypost.platform.errors import Refusal
from waypost.platform.web.doors import Reads, SignedIn, Staged
from waypost.platform.web.pages import Page, Pages

pages = Pages()
HERE, TEMPLATE = "/archive-policy", "archive/requests/policy/policy.html"


@pages.get("/archive-policy", needs=READ)
async def policy_page(work: Reads, caller: SignedIn, saved: bool = False) -> Page:
    """What is decided, and for admins the form that decides it."""
    return _shown(shown(await policy_for(work.db)), may_steer=STEER in caller.keys, saved=saved)


@pages.post("/archive-policy", needs=STEER)
async def save(
    stages: Staged,
    keeps: Annotated[str, Form(max_length=40)] = "",
    path: Annotated[str, Form(max_length=700)] = "",
    with_notes: Annotated[str, Form(max_length=10)] = "",
) -> Page:
    """All at once; what is wrong stands beside what was typed."""
    typed = {"keeps": keeps, "path": path, "with_notes": bool(with_notes)}
    try:
        async with stages.open() as work:
            wanted = Keeps(keeps) if keeps in set(Keeps) else Keeps.ON_DEMAND
            await decide(work, Policy(wanted, path, bool(with_notes)))
    except Refusal as refusal:
        return _shown(typed, may_steer=True, refusal=refusal)
    return Page(TEMPLATE, goto=f"{HERE}?saved=1")


def _shown(policy: dict[str, Any], *, may_steer: bool, saved: bool = False, refusal: Refusal | None = None) -> Page:
    wrong = {each["field"]: refusal.detail for each in refusal.errors} if refusal else {}
    status = refusal.status if refusal else 200
    return Page(TEMPLATE, status=status, policy=policy, may_steer=may_steer, saved=saved, wrong=wrong)
