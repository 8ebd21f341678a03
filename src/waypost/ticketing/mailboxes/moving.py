"""A mailbox whose mail lies elsewhere from now on: its numbers mean nothing there, so content says what is known.

UIDs count within one folder of one account (RFC 9051, 2.3.1.1). Elsewhere the same number, even under the same
UIDVALIDITY, is another mail; taken for a known one it would never be fetched.
"""

from sqlalchemy import update

from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.mailboxes.imap_words import ImapLogin
from waypost.ticketing.mailboxes.models import ImapAccount
from waypost.ticketing.messages.models import Occurrence

NO_NUMBERING = 0
"""A UIDVALIDITY that no server gives (they begin at 1): whatever the next one is, the folder counts as renumbered."""


def lies_elsewhere(account: ImapAccount, login: ImapLogin) -> bool:
    """Whether a login leads to another folder, or to what may be one; port and protection only say how to get there."""
    return (account.host.lower(), account.user, account.folder) != (login.host.lower(), login.user, login.folder)


async def forget_numbers(work: Work, account: ImapAccount) -> None:
    """Read from the first mail on, comparing contents; ids given so far are set apart from all that may come."""
    if account.uid_validity is None:
        return
    apart = f"left {new_id()}/"
    await work.db.execute(
        update(Occurrence)
        .where(Occurrence.mailbox_id == account.mailbox_id)
        .values(provider_id=apart + Occurrence.provider_id)
        .execution_options(synchronize_session=False)
    )
    account.uid_validity, account.last_uid = NO_NUMBERING, 0
