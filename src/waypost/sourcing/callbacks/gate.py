"""The one verifier of all four doors: bearer or ID token, then the signature over the raw body, before any table."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hmac import compare_digest
from typing import Any

import msgspec

from waypost.platform.clock import Clock, utc_now
from waypost.platform.errors import Refusal
from waypost.platform.http import WayOut
from waypost.platform.observe.logs import line
from waypost.platform.safety.bucket import Buckets
from waypost.sourcing.callbacks.knock import AUTHORIZATION, ENCODING, Knock
from waypost.sourcing.callbacks.metrics import REFUSED
from waypost.sourcing.callbacks.reading import document
from waypost.sourcing.callbacks.refusals import CallbacksClosed, KeysSilent, NotProven, TooManyCallbacks
from waypost.sourcing.callbacks.terms import CallbackTerms
from waypost.sourcing.wire.signing import Judge
from waypost.sourcing.wire.tokens import IdTokens, Reason, TokenFault, bearer

log = line("waypost.sourcing.callbacks")
FAILURES_A_MINUTE = 60
"""Callbacks that prove nothing which one address may send before it is told to wait."""
ASIDE = 64_000
"""Bytes from which a body is read beside the event loop."""


@dataclass(slots=True)
class Gate:
    """A part of the web process. `way_out` fetches the keys of ID tokens, from an address that the operator wrote."""

    terms: CallbackTerms
    way_out: WayOut | None = None
    clock: Clock = utc_now
    judge: Judge = field(init=False)
    _tokens: IdTokens = field(init=False)
    _sources: Buckets = field(init=False)
    _strangers: Buckets = field(init=False)

    def __post_init__(self) -> None:
        self.judge = Judge(self.terms.secrets, self.terms.tolerance, self.terms.least_version)
        self._tokens = IdTokens(self._fetched, self.terms.issuers)
        self._sources = Buckets(self.terms.rate, self.terms.burst)
        self._strangers = Buckets(FAILURES_A_MINUTE / 60, FAILURES_A_MINUTE)

    async def admitted(self, knock: Knock) -> dict[str, Any]:
        """The JSON object of a call that is proven. Refuses 503 without secrets, 401 what is not, 400 what is no JSON.

        Every refusal is logged with its reason class and the sender's address, and counted; the answer names no reason.
        """
        if not self.terms.secrets:
            self._note(knock, "closed")
            raise CallbacksClosed
        fault = await self._unauthorised(knock) or self._implausible(knock)
        if fault is not None:
            raise self._refused(knock, fault)
        found = await self._read(knock)
        mismatch = self.judge.fault(knock.headers, knock.signed(found), self.clock().timestamp())
        if mismatch is not None:
            raise self._refused(knock, mismatch.value)
        return found

    def count(self, source: str) -> None:
        """Count one proven callback of a source; refuses with `TooManyCallbacks`."""
        _limit(self._sources.take(source) if self.terms.limited else 0.0)

    async def _unauthorised(self, knock: Knock) -> str | None:
        """Why bearer or ID token do not hold; a token is looked at alone where one is set (sourcing.md 2.2)."""
        given = bearer(knock.headers.get(AUTHORIZATION, ""))
        if knock.twice:
            return Reason.MISMATCH.value
        if self.terms.token is not None:
            same = compare_digest(given.encode("utf-8", "surrogatepass"), self.terms.token)
            return None if same else (Reason.MISMATCH if given else Reason.MISSING).value
        if self.terms.audience is not None:
            try:
                await self._tokens.verify(given, self.terms.audience, self.terms.email, self.clock())
            except TokenFault as fault:
                return fault.reason.value
        return None

    def _implausible(self, knock: Knock) -> str | None:
        mismatch = self.judge.at_a_glance(knock.headers, self.clock().timestamp())
        return mismatch.value if mismatch else None

    async def _read(self, knock: Knock) -> dict[str, Any]:
        encoding = knock.headers.get(ENCODING, "")
        try:
            if len(knock.raw) < ASIDE:
                return document(knock.raw, encoding)
            return await asyncio.to_thread(document, knock.raw, encoding)
        except Refusal as refusal:
            self._note(knock, refusal.kind())
            self._suspect(knock)
            raise

    def _refused(self, knock: Knock, reason: str) -> Refusal:
        self._note(knock, reason)
        self._suspect(knock)
        return NotProven()

    def _suspect(self, knock: Knock) -> None:
        _limit(self._strangers.take(knock.address) if self.terms.limited else 0.0)

    def _note(self, knock: Knock, reason: str) -> None:
        REFUSED.labels(reason).inc()
        log.warning("callback.refused", kind=knock.kind.value, reason=reason, address=knock.address)

    async def _fetched(self) -> Mapping[str, Any]:
        """The issuer's public keys."""
        if self.way_out is None:
            raise KeysSilent
        try:
            answer = await self.way_out.send("GET", self.terms.keys)
            found = msgspec.json.decode(answer.content, type=dict[str, list[dict[str, Any]]])
        except (Refusal, msgspec.DecodeError):
            raise KeysSilent from None
        if answer.status_code != 200 or "keys" not in found:
            raise KeysSilent
        return found

    async def close(self) -> None:
        """Give the connections back."""
        if self.way_out is not None:
            await self.way_out.close()


def _limit(wait: float) -> None:
    if wait > 0:
        raise TooManyCallbacks(retry_after=timedelta(seconds=wait))
