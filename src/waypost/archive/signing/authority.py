"""Authorities that give the time: asked in their order, each answer checked, the silent and the busy left in peace.

Documented classification, per authority: no answer, 5xx, 408 and 429 are transient; another status, a foreign media
type, and what is no token for our digest are not. Whoever asks learns the worst news that may still turn to the better.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from waypost.archive.signing import metrics
from waypost.archive.signing.refusals import AuthorityRefused, AuthorityUnreachable, NoAuthority
from waypost.archive.signing.terms import TsaTerms
from waypost.platform.clock import utc_now
from waypost.platform.errors import Refusal, Retryable
from waypost.platform.http import Patience, Trust, WayOut
from waypost.platform.http.hardening import ca_text, tls_context

if TYPE_CHECKING:
    from waypost.archive.signing.tokens import Question, Token

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
LARGEST = 100_000
"""Bytes of an answer; usual ones have 2,000 to 8,000."""
AT_ONCE = 2
"""Connections, as documented."""
BUSY = timedelta(seconds=60)
"""How long an authority that said "too many" rests when it did not say how long."""
LONGEST = timedelta(hours=1)
CONNECT = timedelta(seconds=5)
"""The longest wait for a connection, as documented; the rest of the time is for the answer."""


@dataclass(slots=True)
class Authorities:
    """The authorities of a process; a part."""

    terms: TsaTerms
    clock: Callable[[], datetime] = utc_now
    way: WayOut | None = None
    """Handed in by tests; else made when first needed."""
    _rests: dict[str, datetime] = field(default_factory=dict)
    _seats: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _roots: list[Any] | None = None
    _failing: datetime | None = None

    @property
    def enabled(self) -> bool:
        """Whether there is anybody to ask."""
        return bool(self.terms.addresses)

    async def token(self, digest: bytes) -> "Token":
        """The time of a SHA-256 digest (32 bytes) by the first authority that gives a token worth trusting.

        Refuses with `NoAuthority`, `AuthorityUnreachable` (again, `retry_after`), `AuthorityRefused` or
        `AuthorityUntrusted`.
        """
        if not self.enabled:
            raise NoAuthority
        failures: list[Refusal] = []
        for address in self.terms.addresses:
            try:
                return self._welcome(await self._one(address, digest))
            except Refusal as failure:
                failures.append(failure)
        raise self._worst(failures)

    async def _one(self, address: str, digest: bytes) -> "Token":
        rested = self._rests.get(address)
        if rested and rested > self.clock():
            raise AuthorityUnreachable("The authority asked for a rest.", retry_after=rested - self.clock())
        from waypost.archive.signing.tokens import Question

        try:
            question = Question(digest)
            async with self._seats:
                answer = await self._ask(address, question)
            return await asyncio.to_thread(self._read, question, answer)
        except Refusal as failure:
            metrics.ASKED.labels(failure.code or failure.kind()).inc()
            raise

    async def _ask(self, address: str, question: "Question") -> bytes:
        """The body of a good answer; network trouble of any kind is `AuthorityUnreachable`."""
        headers = {"content-type": QUERY, "accept": REPLY, **self._login()}
        try:
            self.terms.rules.check(address)
            await self.terms.rules.check_resolved(address)
            answer = await self._out().send("POST", address, content=question.der(), headers=headers)
        except Retryable as silence:
            raise AuthorityUnreachable(silence.detail, retry_after=silence.retry_after) from silence
        except Refusal as wrong:
            raise AuthorityRefused(wrong.detail) from wrong
        self._judge(address, answer.status_code, answer.headers.get("retry-after"))
        media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != REPLY:
            raise AuthorityRefused(f"The time-stamping authority answered {media or 'no media type'}, not a token.")
        return answer.content

    def _judge(self, address: str, status: int, after: str | None) -> None:
        if status in (408, 429) or status >= 500:
            pause = retry_after(after, self.clock()) or (BUSY if status == 429 else None)
            if pause:
                self._rests[address] = self.clock() + pause
            raise AuthorityUnreachable(f"The time-stamping authority answered {status}.", retry_after=pause)
        if status != 200:
            raise AuthorityRefused(f"The time-stamping authority answered {status}.")

    def _read(self, question: "Question", answer: bytes) -> "Token":
        from waypost.archive.signing.anchors import trusted
        from waypost.archive.signing.tokens import read_answer

        if self._roots is None:
            self._roots = trusted(self.terms.trusted)
        return read_answer(question, answer, self._roots)

    def _welcome(self, token: "Token") -> "Token":
        metrics.ASKED.labels("token").inc()
        metrics.ANSWERED_AT.set(self.clock().timestamp())
        metrics.FAILING_SINCE.set(0)
        metrics.TSA_EXPIRES.set((token.expires_at - self.clock()).total_seconds())
        self._failing = None
        return token

    def _worst(self, failures: list[Refusal]) -> Refusal:
        """One that may pass is worth waiting for, whatever the others said; the shortest rest counts."""
        passing = [one for one in failures if isinstance(one, AuthorityUnreachable)]
        if self._failing is None:
            self._failing = self.clock()
        metrics.FAILING_SINCE.set(self._failing.timestamp())
        return min(passing, key=lambda one: one.retry_after or timedelta(0)) if passing else failures[0]

    def _login(self) -> dict[str, str]:
        if self.terms.login is None:
            return {}
        return {"authorization": "Basic " + b64encode(":".join(self.terms.login).encode()).decode()}

    def _out(self) -> WayOut:
        if self.way is None:
            wait = self.terms.timeout
            patience = Patience(connect=min(wait, CONNECT.total_seconds()), read=wait, total=wait, max_bytes=LARGEST)
            tls = tls_context(ca_pem=ca_text(self.terms.ca_bundle))
            self.way = WayOut(Trust.OPERATOR, patience=patience, tls=tls, trust_env=self.terms.rules.trust_env)
        return self.way

    async def close(self) -> None:
        """Give the connections back."""
        if self.way is not None:
            await self.way.close()


def retry_after(said: str | None, now: datetime) -> timedelta | None:
    """Both forms of Retry-After (RFC 9110 §10.2.3), at most an hour; None where it says nothing usable."""
    if not said:
        return None
    if said.strip().isdigit():
        return min(timedelta(seconds=min(int(said), 10**6)), LONGEST)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(until - now, LONGEST) if until > now else None
