"""The mail that asks the owner of an address whether we may use it: pure, but for its way out."""

from uuid import UUID

from waypost.platform.identity import lookups
from waypost.platform.ids import new_id
from waypost.platform.jobs import Run
from waypost.platform.work import Work
from waypost.ticketing.outbound import identities, queries
from waypost.ticketing.outbound.identities import IdentityLinks
from waypost.ticketing.outbound.models import LinkDue, SendIdentity
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.outbound.sender import AnswerLost, Envelope, Rejected, Senders
from waypost.ticketing.outbound.writing_mail import Letter, write_mail

PAGE = "/send-identities/verify/"


async def ask(run: Run, due: LinkDue) -> None:
    """Mail a fresh link. Twice is harmless: only the newest one opens."""
    async with run.work() as work:
        made = await identities.new_link(work, run.of(IdentityLinks).links, due.send_identity_id)
        if made is None:
            return
        identity, token = made
        provider = await queries.provider_of(work.db, identity.mailbox_id) if identity.mailbox_id else None
        locale = await _language(work, due.asked_by)
    letter = question(identity, f"{run.of(Posting).base_url}{PAGE}{token}", run, locale)
    to, by = identity.from_email, run.of(Senders).of(provider)
    envelope = Envelope(run.org, identity.mailbox_id, to, (to,), letter.rfc_message_id, write_mail(letter))
    try:
        await by.send(envelope, _nothing_to_write_down)
    except Rejected as error:
        async with run.work() as work:
            await identities.link_refused(work, due.send_identity_id, error.detail)
    except AnswerLost:
        return


async def _language(work: Work, asked_by: UUID | None) -> str:
    """What the asker reads, as invitations do; else what the organisation reads. Of the owner we know nothing."""
    chosen = (await lookups.profile(work.db, asked_by)).locale if asked_by else None
    if chosen is None and (organisation := await lookups.organisation(work.db, work.org)):
        chosen = organisation.locale
    return chosen or "en"


async def _nothing_to_write_down() -> None:
    """A second link does no harm."""


def question(identity: SendIdentity, link: str, run: Run, locale: str) -> Letter:
    """What it says; the page behind the link asks once more before anything changes."""
    to = identity.from_email
    subject, text = words(to, link, locale)
    return Letter(
        from_email=to,
        from_name=None,
        to=[to],
        cc=[],
        subject=subject,
        at=run.now,
        rfc_message_id=f"<ask-{new_id().hex}@{run.of(Posting).message_id_domain or to.rpartition('@')[2]}>",
        text=text,
        headers={"Auto-Submitted": "auto-generated"},
    )


def words(to: str, link: str, locale: str) -> tuple[str, str]:
    """Subject and text."""
    from waypost.platform.web.i18n import translations

    said = translations(locale)
    why = said.gettext("Somebody wants to answer customers as %(address)s from Waypost.") % {"address": to}
    what = said.gettext("If you read this mailbox and agree, open this page and confirm:")
    ending = said.gettext("The link holds for three days. If you do not know what this is about, do nothing.")
    return said.gettext("Please confirm this address"), f"{why}\n\n{what}\n\n{link}\n\n{ending}"
