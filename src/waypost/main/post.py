"""Letters to members leave by the operator's relay: invitations, links to a new password, word of an alert."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from waypost.platform.clock import Clock
from waypost.platform.identity.post import Letter, NoPost, Occasion, Post
from waypost.platform.ids import new_id
from waypost.platform.web.i18n import translations
from waypost.ticketing.outbound.addresses import address
from waypost.ticketing.outbound.sender import Envelope, Sender
from waypost.ticketing.outbound.settings import OutboundSettings
from waypost.ticketing.outbound.writing_mail import Letter as Mail
from waypost.ticketing.outbound.writing_mail import one_line, write_mail

PATIENCE = timedelta(seconds=10)


def post_for(settings: OutboundSettings, clock: Clock) -> Post:
    """The relay where there is one and SMTP_FROM says in whose name; else links are shown."""
    if not (settings.smtp_host and settings.smtp_from):
        return NoPost()
    return RelayPost(settings.relay(), settings.smtp_from, clock)


@dataclass(frozen=True, slots=True)
class RelayPost:
    """Hands a letter over at once or not at all; a link that got lost is made anew."""

    relay: Sender
    sender: str
    clock: Clock
    is_open: bool = True

    async def send(self, letter: Letter) -> bool:
        """False when the relay did not surely take it."""
        try:
            mail = self._written(letter, address(letter.to))
            envelope = Envelope(new_id(), None, self.sender, tuple(mail.to), mail.rfc_message_id, write_mail(mail))
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await self.relay.send(envelope, _nothing_to_write_down)
        except Exception:
            return False
        return True

    def _written(self, letter: Letter, to: str) -> Mail:
        subject, text = words(letter)
        return Mail(
            from_email=self.sender,
            from_name="Waypost",
            to=[to],
            cc=[],
            subject=subject,
            at=self.clock(),
            rfc_message_id=f"<letter-{new_id().hex}@{self.sender.rpartition('@')[2]}>",
            text=text,
            headers={"Auto-Submitted": "auto-generated"},
        )


async def _nothing_to_write_down() -> None:
    """A letter that comes twice does no harm."""


def words(letter: Letter) -> tuple[str, str]:
    """Subject and text in the reader's language."""
    said = translations(letter.locale or "en")
    ending = said.gettext("It works once and ends by itself. If you did not expect it, do nothing.")
    if letter.occasion is Occasion.INVITATION:
        subject = said.gettext("Your invitation to %(org)s")
        reason = said.gettext("You are invited to work with %(org)s in Waypost. This link lets you in:")
    elif letter.occasion is Occasion.ALERT:
        subject = said.gettext("Alert at %(org)s")
        reason = said.gettext("A rule began to fire at %(org)s. This page says what is wrong and what to do:")
        ending = said.gettext("You get this because you may look after it. How it ends is told there.")
    else:
        subject = said.gettext("A new password for %(org)s")
        reason = said.gettext("Somebody asked for a new password of yours at %(org)s. This link lets you choose one:")
    named = {"org": one_line(letter.org_name)}
    return subject % named, f"{reason % named}\n\n{letter.link}\n\n{ending}"
