"""The ladder, step by step: what is added to a file for each level, and why it stops.

B and T are made in one go: the signature is there before an authority is asked, and its timestamp fills the room that
was kept for it. LT adds evidence, LTA a document timestamp above it; both are revisions behind the file.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from asn1crypto import cms, x509
from pyhanko.sign.signers.pdf_cms import Signer as Hand

from waypost.archive.signing import hands, writing
from waypost.archive.signing.anchors import trusted
from waypost.archive.signing.enquiries import Bridge
from waypost.archive.signing.levels import Level, Sealed
from waypost.archive.signing.look import Look, look_at
from waypost.archive.signing.refusals import LASTING, TIMELY, RevocationUnreachable
from waypost.archive.signing.revocation import collect
from waypost.archive.signing.tokens import Token, read_token
from waypost.platform.errors import Refusal

if TYPE_CHECKING:
    from waypost.archive.signing.signer import Signer

LADDER = (Level.NONE, Level.B, Level.DSS, Level.T, Level.LT, Level.LTA)
OBSTACLES = (*TIMELY, *LASTING)


@dataclass(frozen=True, slots=True)
class Seat:
    """Who seals, with which hand, at which moment."""

    signer: "Signer"
    hand: Hand
    now: datetime


async def seal(seat: Seat, pdf: bytes) -> Sealed:
    """Sign, and climb as far as wanted."""
    signer = seat.signer
    words = writing.Words(signer.terms.reason, signer.terms.location, seat.now)
    signature = await signer.run(writing.sign, pdf, seat.hand, words, signer.room)
    first = Sealed(
        b"",
        Level.B,
        None,
        signer_fingerprint=hands.fingerprint(seat.hand),
        signer_subject=hands.subject(seat.hand),
        signed_at=seat.now,
    )
    if signer.wanted is Level.B:
        return replace(first, pdf=signature.plain())
    try:
        token = await signer.authorities.token(sha256(signature.value).digest())
    except OBSTACLES as obstacle:
        return _stopped(replace(first, pdf=signature.plain()), obstacle)
    if len(token.der) + 64 > signer.room:
        signer.needs(len(token.der))
        return await seal(seat, pdf)
    timed = replace(_timed(first, token), pdf=await signer.run(signature.with_time, token.der), level=Level.T)
    if signer.wanted is Level.T:
        return timed
    return await _lasting(seat, timed, await signer.run(look_at, timed.pdf))


async def raised(seat: Seat, pdf: bytes) -> Sealed | None:
    """The file, higher; None when it is as high as wanted, or nobody helps now."""
    look = await seat.signer.run(look_at, pdf)
    if look.signer is None or not _due(seat, look):
        return None
    now = _described(look, pdf)
    after = await (_without_time(seat, now, look) if look.token is None else _lasting(seat, now, look))
    return after if after.pdf != pdf else None


def _due(seat: Seat, look: Look) -> bool:
    """Whether there is a step to go: a higher level, or a newer timestamp above an old one."""
    if look.token is None:
        return seat.signer.wanted is not Level.B and (not look.stamps or _ageing(seat, look))
    if seat.signer.wanted is Level.LTA and look.level is Level.LTA:
        return _ageing(seat, look)
    return LADDER.index(look.level) < LADDER.index(seat.signer.wanted)


def _ageing(seat: Seat, look: Look) -> bool:
    return _token(look.stamps[-1]).expires_at - seat.now <= seat.signer.terms.renew_before


async def _lasting(seat: Seat, at: Sealed, look: Look) -> Sealed:
    """From T to LT and LTA, as wanted."""
    try:
        evidence = await _evidence(seat, look)
        if seat.signer.wanted is Level.LT:
            return replace(at, pdf=await seat.signer.run(writing.with_evidence, at.pdf, evidence), level=Level.LT)
    except OBSTACLES as obstacle:
        return _stopped(at, obstacle)
    return await _stamped(seat, at, look, evidence)


async def _stamped(seat: Seat, at: Sealed, look: Look, evidence: writing.Evidence) -> Sealed:
    """LTA; without an authority the evidence alone is LT."""
    try:
        return replace(await _stamp(seat, at, look, evidence), level=Level.LTA)
    except OBSTACLES as obstacle:
        if look.evidence:
            return _stopped(at, obstacle)
        with_evidence = await seat.signer.run(writing.with_evidence, at.pdf, evidence)
        return _stopped(replace(at, pdf=with_evidence, level=Level.LT), obstacle)


async def _without_time(seat: Seat, at: Sealed, look: Look) -> Sealed:
    """Ruling 28: evidence and a document timestamp for a file that has no T; only evidence can be missing, and only
    where nothing more than a T was wanted."""
    evidence: writing.Evidence | None = None
    try:
        evidence = await _evidence(seat, look)
    except RevocationUnreachable as obstacle:
        return _stopped(at, obstacle)
    except LASTING as obstacle:
        if seat.signer.wanted is not Level.T:
            return _stopped(at, obstacle)
        evidence = writing.Evidence((*look.signer.others, look.signer.certificate)) if look.signer else None
    try:
        stamped = await _stamp(seat, at, look, evidence)
    except OBSTACLES as obstacle:
        return _stopped(at, obstacle)
    return replace(stamped, level=Level.DSS, reason=at.reason, detail=at.detail)


async def _stamp(seat: Seat, at: Sealed, look: Look, evidence: writing.Evidence | None) -> Sealed:
    signer, number = seat.signer, len(look.stamps) + 1
    place = await signer.run(writing.reserve_stamp, at.pdf, evidence, number, max(signer.room, 4_000))
    token = await signer.authorities.token(place.digest)
    if len(token.der) > place.room:
        signer.needs(len(token.der))
        return await _stamp(seat, at, look, evidence)
    return replace(at if look.token else _timed(at, token), pdf=await signer.run(place.filled, token.der))


async def _evidence(seat: Seat, look: Look) -> writing.Evidence:
    signer = seat.signer
    bridge = Bridge(signer.enquiries, asyncio.get_running_loop())
    return await signer.run(_collected, look, seat, bridge)


def _collected(look: Look, seat: Seat, bridge: Bridge) -> writing.Evidence:
    terms = seat.signer.terms
    roots = [*trusted((*terms.trusted, *seat.signer.authorities.terms.trusted)), *hands.own_roots(seat.hand)]
    return collect(look.chains(), roots, bridge)


def _token(data: cms.SignedData) -> Token:
    return read_token(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def _timed(at: Sealed, token: Token) -> Sealed:
    return replace(at, tsa=token.subject, timestamp_at=token.at)


def _stopped(at: Sealed, why: Refusal) -> Sealed:
    return replace(at, reason=why.code, detail=why.detail)


def _described(look: Look, pdf: bytes) -> Sealed:
    """What a file says of itself."""
    assert look.signer is not None
    own: x509.Certificate = look.signer.certificate
    said = Sealed(
        pdf,
        look.level,
        "no_signature_timestamp" if look.token is None else None,
        signer_fingerprint=sha256(own.dump()).hexdigest(),
        signer_subject=own.subject.human_friendly,
        signed_at=look.signed_at,
    )
    first = look.token or (look.stamps[0] if look.stamps else None)
    return _timed(said, _token(first)) if first is not None else said
