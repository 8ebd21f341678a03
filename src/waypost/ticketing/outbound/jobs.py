"""What follows when a reply was written, or an address wants to be confirmed."""

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.ticketing.outbound.actions import MOST_TRIES, settle_given_up
from waypost.ticketing.outbound.asking import ask
from waypost.ticketing.outbound.delivery import Delivery
from waypost.ticketing.outbound.models import LinkDue, SendDue


@jobs.on(SendDue, type="outbound_send", queue="outbound", priority=10, one_per="message_id", attempts=MOST_TRIES)
async def outbound_send(run: Run, fact: SendDue) -> None:
    """Let a reply leave, once."""
    await Delivery(run, fact.message_id).make()


@jobs.every("*/10 * * * *", queue="clock")
async def outbound_given_up(run: Run) -> None:
    """Say so where a reply did not leave and nobody tries any more."""
    async with run.finishing() as work:
        await settle_given_up(work)


@jobs.on(LinkDue, type="send_identity_link", queue="outbound", priority=10, one_per="send_identity_id")
async def send_identity_link(run: Run, fact: LinkDue) -> None:
    """Ask the owner of an address by mail."""
    await ask(run, fact)
