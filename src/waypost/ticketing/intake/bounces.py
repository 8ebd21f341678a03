"""What delivery reports among read mails say of mails that we sent."""

from collections.abc import Iterable, Iterator

from waypost.ticketing.intake.keeping import ReadMail
from waypost.ticketing.messages.marks import mark
from waypost.ticketing.outbound.actions import Bounce

UNSAID = "the mail server did not say why"


def bounces_in(mails: Iterable[ReadMail]) -> list[Bounce]:
    """One for each mail that came back and each address it did not reach, or one without an address."""
    return [bounce for read in mails if read.mail.is_bounce for bounce in _of(read)]


def _of(read: ReadMail) -> Iterator[Bounce]:
    returned = read.mail.returned
    for name in returned.message_ids:
        for recipient in returned.recipients or ((None,) if returned.names_nobody else ()):
            yield Bounce(mark(name), recipient, returned.reason or UNSAID)
