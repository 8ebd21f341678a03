"""What happens after a link was made: it leaves by post, or is shown once to whoever made it."""

from dataclasses import dataclass, field
from datetime import datetime

from waypost.platform.identity.desk import Desk
from waypost.platform.identity.invitations.actions import Sent
from waypost.platform.identity.post import Letter, Occasion
from waypost.platform.web.caller import Caller

PATHS = {Occasion.INVITATION: "/join/", Occasion.NEW_PASSWORD: "/password/"}


@dataclass(frozen=True, slots=True)
class Passed:
    """A link on its way; `link` is None when it left by post and nobody here needs to see it."""

    email: str
    expires_at: datetime
    link: str | None = field(repr=False)


async def pass_on(desk: Desk, caller: Caller, sent: Sent, occasion: Occasion) -> Passed:
    """Post the link where there is a post; else, or when that fails, give it back to be shown."""
    link = f"{desk.home}{PATHS[occasion]}{sent.token}"
    letter = Letter(sent.email, occasion, link, caller.org_name, caller.locale)
    posted = desk.post.is_open and await desk.post.send(letter)
    return Passed(sent.email, sent.expires_at, None if posted else link)
