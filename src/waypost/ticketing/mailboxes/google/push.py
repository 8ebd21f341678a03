"""Pushes of Cloud Pub/Sub: a signed word that a mailbox has news. It only brings the next look forward.

The token is an OpenID Connect token of Google's (RS256, issuer, audience, service account, time); the envelope carries
`message.data`, base64 of `{"emailAddress", "historyId"}`. Nothing in it moves a cursor: polling stays the truth.
"""

import binascii
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from waypost.platform.access import MACHINE
from waypost.platform.clock import Clock, utc_now
from waypost.platform.errors import Forbidden, Invalid, NotSignedIn
from waypost.platform.http import WayOut
from waypost.platform.identity import lookups
from waypost.platform.work import Works
from waypost.ticketing.mailboxes.google.queries import at_address
from waypost.ticketing.mailboxes.google.terms import GoogleTerms
from waypost.ticketing.mailboxes.google.words import GoogleSilent
from waypost.ticketing.mailboxes.standing import heard_news

ISSUERS = ("https://accounts.google.com", "accounts.google.com")
LEEWAY = 60
KEPT, SHORTEST = timedelta(hours=1), timedelta(minutes=1)
"""How long keys are used before they are fetched again, and the least time between two fetches for unknown keys."""


class PushUnsigned(NotSignedIn):
    """This push carries no token of Google's."""


class PushNotOurs(Forbidden):
    """This push is not signed for us."""


class PushUnclear(Invalid):
    """This is not a push of the Gmail interface."""


class Message(msgspec.Struct):
    """The part of the envelope that we read."""

    data: str


class Envelope(msgspec.Struct):
    """What Pub/Sub posts."""

    message: Message


class News(msgspec.Struct):
    """What the data says."""

    emailAddress: str


@dataclass(slots=True)
class Pushes:
    """Reads pushes; keeps Google's public keys."""

    terms: GoogleTerms
    way_out: WayOut
    clock: Clock = utc_now
    _keys: KeySet | None = field(default=None, repr=False)
    _fetched_at: datetime | None = None

    async def read(self, authorization: str, body: bytes) -> str:
        """The address that has news; refuses with `PushUnsigned`, `PushNotOurs`, `PushUnclear`."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise PushUnsigned
        self._judge(await self._claims(token.strip()))
        try:
            data = b64decode(msgspec.json.decode(body, type=Envelope).message.data, validate=True)
            return msgspec.json.decode(data, type=News).emailAddress.strip().lower()
        except (msgspec.DecodeError, UnicodeDecodeError, binascii.Error, ValueError):
            raise PushUnclear from None

    async def _claims(self, token: str) -> dict[str, Any]:
        """The signed claims. An unknown key may be a new one, so the keys are fetched again, but not at every lie."""
        keys = await self._current(KEPT)
        try:
            return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)
        except (JoseError, ValueError):
            pass
        renewed = await self._current(SHORTEST)
        if renewed is keys:
            raise PushUnsigned
        try:
            return dict(jwt.decode(token, renewed, algorithms=["RS256"]).claims)
        except (JoseError, ValueError):
            raise PushUnsigned from None

    def _judge(self, claims: dict[str, Any]) -> None:
        """Issuer, audience, account and time."""
        now, push = self.clock().timestamp(), self.terms.push
        until, since = claims.get("exp"), claims.get("iat", 0)
        if not isinstance(until, int | float) or not isinstance(since, int | float):
            raise PushUnsigned
        if until < now - LEEWAY or since > now + LEEWAY:
            raise PushUnsigned
        named = claims.get("aud")
        audience = named if isinstance(named, list) else [named]
        signed = claims.get("email") == push.account and claims.get("email_verified") is True
        if claims.get("iss") not in ISSUERS or push.audience not in audience or not push.account or not signed:
            raise PushNotOurs

    async def _current(self, oldest: timedelta) -> KeySet:
        now = self.clock()
        if self._keys is not None and self._fetched_at is not None and now - self._fetched_at < oldest:
            return self._keys
        answer = await self.way_out.send("GET", self.terms.places.keys)
        try:
            if answer.status_code != 200:
                raise ValueError(answer.status_code)
            self._keys = KeySet.import_key_set(msgspec.json.decode(answer.content))
        except (JoseError, ValueError, KeyError, TypeError):
            raise GoogleSilent("Google's keys cannot be read at the moment") from None
        self._fetched_at = now
        return self._keys


async def heard(works: Works, address: str, org: UUID | None, default_org: str) -> None:
    """Look at once, should the organisation read this address; any other is no business of ours and is let pass."""
    async with lookups.catalogue(works.shards) as db:
        if org is None:
            org = await lookups.organisation_named(db, default_org)
        elif await lookups.organisation(db, org) is None:
            return
    if org is None:
        return
    async with works.open(org, MACHINE) as work:
        mailbox = await at_address(work.db, address)
        if mailbox is not None:
            await heard_news(work, mailbox.id)
