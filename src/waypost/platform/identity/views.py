"""What the two pages of identity show; their doors are in pages.py."""

from waypost.platform.errors import Refusal, Retryable
from waypost.platform.identity import cookies, lookups
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.passwords import SHORTEST, PasswordUnsuitable
from waypost.platform.identity.refusals import PasswordMustChange, PasswordUnchanged
from waypost.platform.identity.ways import device_name, local_path
from waypost.platform.web.caller import Caller
from waypost.platform.web.pages import Page
from waypost.platform.work import Work

SIGN_IN = "platform/identity/sign_in.html"
ACCOUNT = "platform/identity/account.html"
ASKS_FOR_NEW = (PasswordMustChange, PasswordUnchanged, PasswordUnsuitable)
"""After these the form also asks for a password of one's own."""


def sign_in_form(*, next: str, email: str = "", refusal: Refusal | None = None) -> Page:
    """The form, with the address kept and the refusal named; passwords are never sent back."""
    page = Page(
        SIGN_IN,
        status=refusal.status if refusal else 200,
        next=local_path(next),
        email=email,
        refused=refusal.kind() if refusal else None,
        asks_for_new=isinstance(refusal, ASKS_FOR_NEW),
        shortest=SHORTEST,
    )
    if isinstance(refusal, Retryable) and refusal.retry_after:
        page.headers["retry-after"] = str(int(refusal.retry_after.total_seconds()) + 1)
    cookies.never_store(page)
    return page


async def account(work: Work, caller: Caller, desk: Desk, *, saved: str = "", refusal: Refusal | None = None) -> Page:
    """One's own settings, sessions and organisations."""
    devices = await lookups.devices(work.db, caller.person_id, work.now, desk.settings.idle)
    return Page(
        ACCOUNT,
        status=refusal.status if refusal else 200,
        who=caller,
        profile=await lookups.profile(work.db, caller.person_id),
        devices=[(device, device_name(device.user_agent)) for device in devices],
        places=[(place.id, place.name) for place in await lookups.places(work.db, caller.person_id)],
        saved=saved,
        refused=refusal.kind() if refusal else None,
        shortest=SHORTEST,
    )
