"""What the two pages of identity show; their doors are in pages.py."""

from waypost.platform.errors import Refusal, Retryable
from waypost.platform.identity import cookies, lookups
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.passwords import SHORTEST, PasswordUnsuitable
from waypost.platform.identity.refusals import PasswordMustChange, PasswordUnchanged
from waypost.platform.identity.second_factor.lookups import factor_of
from waypost.platform.identity.single_sign_on.lookups import is_linked
from waypost.platform.identity.ways import device_name, local_path
from waypost.platform.web.caller import Caller
from waypost.platform.web.pages import Page
from waypost.platform.work import Work

SIGN_IN = "platform/identity/sign_in.html"
SECOND_STEP = "platform/identity/second_factor/step.html"
ACCOUNT = "platform/identity/account.html"
ASKS_FOR_NEW = (PasswordMustChange, PasswordUnchanged, PasswordUnsuitable)
"""After these the form also asks for a password of one's own."""


def sign_in_form(
    desk: Desk, *, next: str, email: str = "", refusal: Refusal | None = None, problem: str = "", left: bool = False
) -> Page:
    """The form, with the address kept and the refusal named; passwords are never sent back.

    `problem` is the kind of a refusal on the way back from the provider; `left` is said after signing out.
    """
    page = Page(
        SIGN_IN,
        status=refusal.status if refusal else 200,
        next=local_path(next),
        email=email,
        refused=refusal.kind() if refusal else problem or None,
        provider=desk.settings.oidc_name if desk.provider else None,
        left=left,
        asks_for_new=isinstance(refusal, ASKS_FOR_NEW),
        shortest=SHORTEST,
    )
    return guarded(page, refusal)


def second_step_form(*, challenge: str, next: str = "/", refusal: Refusal | None = None) -> Page:
    """The form for the code; the challenge travels in it and nowhere else."""
    page = Page(
        SECOND_STEP,
        status=refusal.status if refusal else 200,
        challenge=challenge,
        next=local_path(next),
        refused=refusal.kind() if refusal else None,
    )
    return guarded(page, refusal)


def guarded(page: Page, refusal: Refusal | None = None) -> Page:
    """A page that nobody keeps, and that says how long to wait when tries are used up."""
    if isinstance(refusal, Retryable) and refusal.retry_after:
        page.headers["retry-after"] = str(int(refusal.retry_after.total_seconds()) + 1)
    cookies.never_store(page)
    return page


async def account(work: Work, caller: Caller, desk: Desk, *, saved: str = "", refusal: Refusal | None = None) -> Page:
    """One's own settings, sessions and organisations."""
    login = await lookups.login_of(work.db, caller.person_id)
    devices = await lookups.devices(work.db, caller.person_id, work.now, desk.settings.idle)
    return Page(
        ACCOUNT,
        status=refusal.status if refusal else 200,
        who=caller,
        profile=await lookups.profile(work.db, caller.person_id),
        devices=[(device, device_name(device.user_agent)) for device in devices],
        places=[(place.id, place.name) for place in await lookups.places(work.db, caller.person_id)],
        factor=await factor_of(work.db, caller.person_id),
        linked=await is_linked(work.db, caller.person_id),
        has_password=login is not None and login.password_hash is not None,
        saved=saved,
        refused=refusal.kind() if refusal else None,
        shortest=SHORTEST,
    )
