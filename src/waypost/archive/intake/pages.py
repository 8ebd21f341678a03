"""The address of the old admin page: it leads to the pages of today."""

from fastapi import Request

from waypost.archive.intake.knocking import desk_of
from waypost.archive.intake.refusals import AdminDisabled
from waypost.archive.intake.shape import shape
from waypost.platform.web.pages import Page, Pages

pages = Pages(shape=shape)


@pages.get("/admin", public=True)
async def admin_page(request: Request) -> Page:
    """A few words and two links; nothing of anybody's is shown."""
    if not desk_of(request).terms.admin:
        raise AdminDisabled
    return Page("archive/intake/admin.html")
