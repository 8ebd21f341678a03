"""What the page of members shows."""

from uuid import UUID

from waypost.platform.access import Role
from waypost.platform.errors import Refusal
from waypost.platform.identity.invitations.lookups import invitations
from waypost.platform.identity.invitations.sending import Passed
from waypost.platform.identity.lookups import second_factor_for
from waypost.platform.identity.members.access import MANAGE
from waypost.platform.identity.members.queries import PAGE, belonging
from waypost.platform.identity.members.ranks import may_manage
from waypost.platform.identity.second_factor.lookups import people_with_factor
from waypost.platform.identity.views import guarded
from waypost.platform.web.caller import Caller
from waypost.platform.web.pages import Page
from waypost.platform.work import Work

MEMBERS = "platform/identity/members/members.html"


async def members_page(
    work: Work,
    caller: Caller,
    *,
    after: UUID | None = None,
    passed: Passed | None = None,
    occasion: str = "",
    email: str = "",
    refusal: Refusal | None = None,
    saved: str = "",
) -> Page:
    """Everybody who belongs here; to those who manage them also what they may do, and open invitations."""
    manages = MANAGE in caller.keys
    found = await belonging(work.db, after=after)
    page = Page(
        MEMBERS,
        status=refusal.status if refusal else 200,
        who=caller,
        members=[(each, manages and may_manage(caller.role, each.role)) for each in found[:PAGE]],
        next=found[PAGE - 1].id if len(found) > PAGE else None,
        manages=manages,
        roles=[role.value for role in Role if may_manage(caller.role, role)],
        secured=await people_with_factor(work.db, work.org) if manages else set(),
        asked_of=await second_factor_for(work.db, work.org) or "",
        invitations=await invitations(work.db, work.org) if manages else [],
        now=work.now,
        passed=passed,
        occasion=occasion,
        email=email,
        refused=refusal.kind() if refusal else None,
        saved=saved,
    )
    return guarded(page, refusal)
