"""Telling the outside: what is news is put together, sent without a transaction open, and written down."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from waypost.platform.errors import Refusal, Unavailable
from waypost.platform.http import WayOut
from waypost.platform.http.waiting import told_to_wait
from waypost.platform.work import Work
from waypost.sourcing.watching.alerts import queries
from waypost.sourcing.watching.alerts.looking import Subject
from waypost.sourcing.watching.alerts.models import AlertEvent, AlertState
from waypost.sourcing.watching.alerts.notices import Notice, body, flags, headers, identity
from waypost.sourcing.watching.alerts.rules import State
from waypost.sourcing.watching.figures.gathering import gather
from waypost.sourcing.watching.figures.metrics import metrics
from waypost.sourcing.watching.terms import WatchTerms

OK = range(200, 300)
SHOWN = 500
"""Characters of a refusal's body that are kept."""
RESOLVED_FOR = timedelta(hours=24)
"""How long the end of an alert is still worth telling."""


Told = Mapping[tuple[str, str], datetime]
"""When each key was last delivered, by key and fingerprint."""


class WebhookRefused(Unavailable):
    """The address of OPS_ALERTS_WEBHOOK_URL did not take the notice."""

    code = "ALERT_DELIVERY_FAILED"


class Herald:
    """The way out to the operator's webhook; a part of a process."""

    def __init__(self, out: WayOut) -> None:
        self.out = out

    async def close(self) -> None:
        """Give the connections back."""
        await self.out.close()


class Opens(Protocol):
    """Opens one short work after another."""

    def __call__(self) -> AbstractAsyncContextManager[Work]: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be sent, or why nothing is."""

    result: str
    """`no-active-alerts`, `webhook-disabled`, `cooldown-active`, `ready`."""
    notices: Sequence[Notice] = ()
    content: bytes = b""
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What the webhook said; one that stays silent has no status."""

    status: int | None = None
    error: str | None = None
    wait: timedelta | None = None
    """What its `Retry-After` says: the job tries again no sooner."""

    @property
    def taken(self) -> bool:
        """Whether it has the notice."""
        return self.status in OK


async def dispatch(opens: Opens, herald: Herald, terms: WatchTerms, hours: int, *, flagged: bool) -> dict[str, Any]:
    """Send what is news. Gives `{ok, result, …}`; refuses with `WebhookRefused` what the other side did not take.

    Each rule is told when it begins, again when the cooldown is over and it still holds, and once when it is over.
    `flagged`: the informational flags are told as well.
    """
    async with opens() as work:
        ready = await _prepared(work, terms, hours, flagged=flagged)
        now = work.now
    if ready.result != "ready":
        told: dict[str, Any] = {"ok": True, "result": ready.result}
        return told | ({"lastDeliveredAt": ready.last_at.isoformat()} if ready.last_at else {})
    notice_id = identity(ready.notices, now, terms.cooldown)
    sent = headers(notice_id, ready.content, now, terms.bearer, terms.signing)
    heard = await _sent(herald, terms.webhook or "", ready.content, sent)
    async with opens() as work:
        _write(work, ready.notices, notice_id, heard)
    if not heard.taken:
        said = f"The webhook answered {heard.status}." if heard.status else "The webhook did not answer."
        raise WebhookRefused(said, retry_after=heard.wait)
    return {"ok": True, "result": "sent", "alerts": [each.key for each in ready.notices]}


async def _prepared(work: Work, terms: WatchTerms, hours: int, *, flagged: bool) -> Prepared:
    told = await queries.last_told(work.db, work.now - max(terms.cooldown, RESOLVED_FOR))
    figures = metrics(await gather(work, hours))
    notices = [*_rules(await queries.states(work.db), told, work.now), *(flags(figures["alerts"]) if flagged else ())]
    if not notices:
        return Prepared("no-active-alerts")
    if terms.webhook is None:
        return Prepared("webhook-disabled")
    news = [
        each for each in notices if _is_news(each, told.get((each.key, each.fingerprint)), work.now, terms.cooldown)
    ]
    if not news:
        only_ends = all(each.state == "resolved" for each in notices)
        return Prepared("no-active-alerts" if only_ends else "cooldown-active", last_at=max(told.values()))
    return Prepared("ready", news, body(news, figures, hours, work.now))


def _is_news(notice: Notice, told_at: datetime | None, now: datetime, cooldown: timedelta) -> bool:
    """What began or ended after it was last told, and what lasts longer than the cooldown; an end is told once."""
    if told_at is None or (notice.at is not None and told_at < notice.at):
        return True
    return notice.state != "resolved" and now - told_at >= cooldown


def _rules(states: Mapping[Subject, AlertState], told: Told, now: datetime) -> Iterator[Notice]:
    """Those that fire, and those whose end is young and whose beginning was told."""
    for (rule, subject), state in states.items():
        begun = Notice(rule=rule, subject=subject, count=state.value, at=state.fired_at)
        if state.state == State.FIRING:
            yield begun
        elif state.state == State.RESOLVED and (begun.key, begun.fingerprint) in told and _is_young(state, now):
            yield Notice(rule=rule, subject=subject, state="resolved", at=state.resolved_at)


def _is_young(state: AlertState, now: datetime) -> bool:
    return state.resolved_at is not None and now - state.resolved_at < RESOLVED_FOR


async def _sent(herald: Herald, url: str, content: bytes, sent: dict[str, str]) -> Heard:
    """Post it once."""
    try:
        answer = await herald.out.send("POST", url, content=content, headers=sent)
    except Refusal as refusal:
        return Heard(error=refusal.detail)
    if answer.status_code in OK:
        return Heard(answer.status_code)
    return Heard(answer.status_code, answer.text[:SHOWN], told_to_wait(answer.headers))


def _write(work: Work, notices: Sequence[Notice], notice_id: str, heard: Heard) -> None:
    for each in notices:
        work.db.add(
            AlertEvent(
                alert_key=each.key,
                notice=each.state,
                payload_hash=each.fingerprint,
                status="sent" if heard.taken else "failed",
                http_status=heard.status,
                delivered_at=work.now if heard.taken else None,
                error=heard.error,
                meta={"notice": notice_id, "count": each.count},
                created_at=work.now,
            )
        )
