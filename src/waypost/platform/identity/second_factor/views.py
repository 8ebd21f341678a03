"""What the pages of the second factor show."""

from collections.abc import Sequence

from waypost.platform.errors import Refusal
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.lookups import login_of
from waypost.platform.identity.second_factor.codes import address_for_app, in_groups, picture
from waypost.platform.identity.second_factor.lookups import factor_of
from waypost.platform.identity.second_factor.proving import secret_of
from waypost.platform.identity.views import guarded
from waypost.platform.web.caller import Caller
from waypost.platform.web.pages import Page
from waypost.platform.work import Work

FACTOR = "platform/identity/second_factor/factor.html"


async def factor_page(
    work: Work, desk: Desk, caller: Caller, *, refusal: Refusal | None = None, codes: Sequence[str] = ()
) -> Page:
    """Off, waiting for its first code, or on; fresh recovery codes are shown this once."""
    factor = await factor_of(work.db, caller.person_id)
    login = await login_of(work.db, caller.person_id)
    secret = secret_of(desk, caller.person_id, factor) if factor and not factor.confirmed_at else None
    address = address_for_app(secret, caller.email, desk.settings.second_factor_name) if secret else None
    page = Page(
        FACTOR,
        status=refusal.status if refusal else 200,
        who=caller,
        factor=factor,
        secret=in_groups(secret) if secret else None,
        picture=picture(address) if address else None,
        has_password=login is not None and login.password_hash is not None,
        codes=list(codes),
        refused=refusal.kind() if refusal else None,
    )
    return guarded(page, refusal)
