"""What operators of sourcing look at when something is wrong: rules that fire and rules that wait, reports that no one
took, an offer to look at again."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update

from tests.browser.offered import put_offers
from tests.browser.site import Site
from tests.fixtures import house_on
from waypost.cli.organisations import organisation_of
from waypost.cli.sample_sign_in import COMPANY
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.watching.alerts.models import AlertEvent, AlertSample, AlertState
from waypost.sourcing.watching.letters.models import CallbackDeadLetter, ScraperLook

RULES = (("heartbeat_stale", "", "firing", None), ("drift", "pracuj-pl-it", "firing", "salary"))
WAITING = (("run_success", "", "pending", None), ("zero_yield", "مجلس الوظائف", "resolved", None))


async def put_watch(site: Site, run_id: UUID) -> None:
    """Each once, about one run of the owner's."""
    offers = await put_offers(site)
    house = house_on(site.logins, site.data)
    try:
        async with house.works.open(await organisation_of(house, COMPANY), MACHINE) as work:
            await _put(work, run_id, offers[:2])
    finally:
        await house.close()


async def _put(work: Work, run_id: UUID, waiting: list[UUID]) -> None:
    """In place of what the rules have found by themselves meanwhile."""
    await work.db.execute(delete(AlertState))
    for rule, subject, state, says in RULES + WAITING:
        since = work.now - timedelta(minutes=40)
        named = {"rule": rule, "subject": subject}
        work.db.add(AlertState(**named, state=state, value=0.42, volume=31, says=says, since_at=since, fired_at=since))
        for ago in range(0, 60, 4):
            value = 0.1 + (ago % 7) / 20
            at = work.now - timedelta(minutes=ago)
            work.db.add(AlertSample(**named, at=at, value=value, volume=31, holds=True))
        told = {"notice": "firing", "payload_hash": "0" * 64, "created_at": since}
        work.db.add(AlertEvent(alert_key=rule, **told, status="sent", delivered_at=since, http_status=204))
        work.db.add(AlertEvent(alert_key=rule, **told, status="failed", http_status=503))
    for kind in ("complete", "ingest"):
        work.db.add(_letter(run_id, kind, work.now - timedelta(hours=3)))
    looked = {"at": work.now, "reachable": False, "trouble": "ConnectError", "dead": 2, "queued": 4, "active": 1}
    work.db.add(ScraperLook(**looked, answered_at=work.now - timedelta(hours=1)))
    due = UserJobOffer.job_offer_id.in_(waiting)
    again = {"follow_up_at": work.now - timedelta(days=2), "follow_up_note": "Ask Ines whether it still stands"}
    await work.db.execute(update(UserJobOffer).where(due).values(**again))


def _letter(run_id: UUID, kind: str, at: object) -> CallbackDeadLetter:
    return CallbackDeadLetter(
        source_run_id=run_id,
        entry=new_id().hex,
        kind=kind,
        event_id=new_id().hex,
        reason="The API answered 503 for a whole day, and then the network between the two was gone altogether.",
        last_status=503,
        permanence="transient",
        attempts=14,
        created_at=at,
        seen_at=at,
    )
