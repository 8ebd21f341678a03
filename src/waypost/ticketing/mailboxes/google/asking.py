"""How a Gmail mailbox is doing, asked of Google itself; nothing changes by asking, least of all a cursor."""

from uuid import UUID

from waypost.platform.errors import Refusal
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.queries import connected
from waypost.ticketing.mailboxes.google.words import ConsentNeeded
from waypost.ticketing.mailboxes.queries import Condition
from waypost.ticketing.mailboxes.testing import Connectivity, Reading


async def gmail_connectivity(reading: Reading, mailbox_id: UUID, google: Google) -> Connectivity:
    """Paused and disabled mailboxes are not asked about; every trouble is `degraded`, with its sentence."""
    async with reading() as work:
        mailbox = await queries.by_id(work.db, mailbox_id)
        standing = queries.condition(mailbox, work.now)
        known = mailbox.gmail_profile_email
        if standing in (Condition.PAUSED, Condition.DISABLED):
            return Connectivity(standing, known, mailbox.last_sync_error)
        try:
            found = await connected(work.db, mailbox_id)
        except ConsentNeeded as missing:
            return Connectivity(Condition.DEGRADED, known, missing.detail)
    scopes = tuple(found.credential.scopes)
    try:
        profile = await google.client(found.credential, mailbox_id).profile()
    except Refusal as trouble:
        return Connectivity(Condition.DEGRADED, known, trouble.detail, scopes)
    return Connectivity(Condition.CONNECTED, profile.emailAddress.lower(), None, scopes)
