"""What the page of API keys shows."""

from waypost.platform.access import Role
from waypost.platform.errors import Refusal
from waypost.platform.identity.api_keys import lookups
from waypost.platform.identity.api_keys.actions import Cut
from waypost.platform.identity.cookies import never_store
from waypost.platform.identity.members.ranks import reaches
from waypost.platform.web.caller import Caller
from waypost.platform.web.pages import Page
from waypost.platform.work import Work

KEYS = "platform/identity/api_keys/keys.html"


async def keys_page(
    work: Work, caller: Caller, *, cut: Cut | None = None, refusal: Refusal | None = None, name: str = ""
) -> Page:
    """One's own keys; a fresh one is shown this once."""
    page = Page(
        KEYS,
        status=refusal.status if refusal else 200,
        keys=await lookups.keys_of(work.db, work.org, caller.person_id, work.now),
        roles=[role.value for role in Role if reaches(caller.role, role)],
        role=caller.role.value,
        cut=cut,
        name=name,
        refused=refusal.kind() if refusal else None,
    )
    never_store(page)
    return page
