"""What strangers see who hold a link, or ask for one."""

from waypost.platform.errors import Refusal
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.invitations.lookups import Invitation, PasswordLink
from waypost.platform.identity.passwords import SHORTEST
from waypost.platform.identity.views import guarded
from waypost.platform.web.caller import Caller
from waypost.platform.web.pages import Page

JOIN = "platform/identity/invitations/join.html"
PASSWORD = "platform/identity/invitations/password.html"
FORGOTTEN = "platform/identity/invitations/forgotten.html"


def join_page(
    desk: Desk, found: Invitation, token: str, caller: Caller | None, *, refusal: Refusal | None = None, name: str = ""
) -> Page:
    """The invitation, and the way in that fits: a new account, one's own, or the provider."""
    page = Page(
        JOIN,
        status=refusal.status if refusal else 200,
        invitation=found,
        role=found.role.value,
        token=token,
        signed_in_as=caller.email if caller else None,
        fits=caller is not None and caller.email == found.email,
        provider=desk.settings.oidc_name if desk.provider else None,
        name=name,
        shortest=SHORTEST,
        refused=refusal.kind() if refusal else None,
    )
    return _unseen(guarded(page, refusal))


def password_page(found: PasswordLink, token: str, *, refusal: Refusal | None = None) -> Page:
    """The form for a new password."""
    page = Page(
        PASSWORD,
        status=refusal.status if refusal else 200,
        email=found.email,
        token=token,
        shortest=SHORTEST,
        refused=refusal.kind() if refusal else None,
    )
    return _unseen(guarded(page, refusal))


def forgotten_page(desk: Desk, *, asked: bool = False, refusal: Refusal | None = None) -> Page:
    """The form where there is a post; else whom to ask."""
    page = Page(
        FORGOTTEN,
        status=refusal.status if refusal else 200,
        asked=asked,
        has_post=desk.post.is_open,
        refused=refusal.kind() if refusal else None,
    )
    return guarded(page, refusal)


def _unseen(page: Page) -> Page:
    """The address is the secret: it goes to nobody as a referrer, and into no index."""
    page.headers["referrer-policy"] = "no-referrer"
    page.headers["x-robots-tag"] = "noindex"
    return page
