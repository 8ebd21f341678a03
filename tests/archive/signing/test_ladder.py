"""The ladder of levels: what a seal reaches, what is asked for it, and how a file climbs later."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.archive.signing.conftest import Making, judged
from tests.wire.authority.certomancer import Pki
from tests.wire.authority.openssl_ts import Fault, Stand
from waypost.archive.signing.examine import Trust
from waypost.archive.signing.levels import Level
from waypost.archive.signing.refusals import LevelNotReached, SealFailed

pytestmark = [pytest.mark.anyio, pytest.mark.turns("rungs of the ladder", 5)]
NOBODY = "http://127.0.0.1:9/"


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT", "B-LTA"])
async def test_a_seal_reaches_the_level_that_is_wanted(make: Making, pdf: bytes, trust: Trust, level: str) -> None:
    sealed = await make(level=level).seal(pdf)
    assert (sealed.level, sealed.reason) == (Level(level), None)
    assert sealed.pdf.startswith(pdf)
    found = await judged(sealed.pdf, trust)
    assert found.trusted and found.level is Level(level)
    assert found.findings[0].fingerprint == sealed.signer_fingerprint
    assert found.findings[0].field == "Signature1"


async def test_what_a_record_says_of_a_seal(make: Making, pdf: bytes, pki: Pki) -> None:
    signer = make()
    sealed = await signer.seal(pdf)
    assert signer.wanted is Level.T
    assert sealed.signer_subject is not None and "Acme Archive" in sealed.signer_subject
    assert sealed.tsa is not None and "Acme Time" in sealed.tsa
    assert sealed.timestamp_at is not None and sealed.signed_at is not None
    assert abs(sealed.timestamp_at - sealed.signed_at) < timedelta(minutes=1)
    assert len(sealed.signer_fingerprint or "") == 64


async def test_without_an_authority_b_is_what_is_wanted(make: Making, pdf: bytes) -> None:
    signer = make(tsa_enabled=False)
    sealed = await signer.seal(pdf)
    assert (signer.wanted, sealed.level, sealed.reason) == (Level.B, Level.B, None)
    assert len(sealed.pdf) < len(pdf) + 20_000
    assert await signer.upgrade(sealed.pdf) is None


async def test_signing_off_is_said(make: Making, pdf: bytes) -> None:
    signer = make(enabled=False)
    sealed = await signer.seal(pdf)
    assert (sealed.pdf, sealed.level, sealed.reason) == (pdf, Level.NONE, "signing_disabled")
    assert not signer.enabled and await signer.upgrade(pdf) is None and await signer.check() == "off"


@pytest.mark.parametrize(("level", "requests"), [("B-T", 1), ("B-LT", 1), ("B-LTA", 2)])
async def test_an_authority_is_asked_once_a_token(
    make: Making, pdf: bytes, second: Stand, level: str, requests: int
) -> None:
    signer = make(level=level, tsa_url=second.url)
    for _ in range(2):
        assert (await signer.seal(pdf)).level is Level(level)
    assert len(second.asked) == 2 * requests


async def test_a_token_that_does_not_fit_makes_more_room(make: Making, pdf: bytes, second: Stand) -> None:
    signer = make(tsa_url=second.url)
    signer._room = 600
    assert (await signer.seal(pdf)).level is Level.T
    assert len(second.asked) == 2
    assert (await signer.seal(pdf)).level is Level.T
    assert len(second.asked) == 3


async def test_the_reason_and_place_stand_in_the_file(make: Making, pdf: bytes) -> None:
    plain = (await make(tsa_enabled=False).seal(pdf)).pdf
    assert b"/Reason (Ticket Archivierung)" in plain and b"/Location (Datacenter)" in plain
    assert b"/SubFilter /ETSI.CAdES.detached" in plain and b"/Rect [ 0 0 0 0 ]" in plain
    own = (await make(tsa_enabled=False, reason="Kept", location="Kiel").seal(pdf)).pdf
    assert b"/Reason (Kept)" in own and b"/Location (Kiel)" in own


async def test_a_silent_authority_does_not_cost_the_seal(make: Making, pdf: bytes, trust: Trust) -> None:
    sealed = await make(level="B-LTA", tsa_url=NOBODY).seal(pdf)
    assert (sealed.level, sealed.reason) == (Level.B, "tsa_unreachable")
    assert sealed.detail and sealed.tsa is None
    assert (await judged(sealed.pdf, trust)).intact


async def test_an_operator_may_prefer_to_wait(make: Making, pdf: bytes) -> None:
    with pytest.raises(LevelNotReached, match="tsa_unreachable") as waiting:
        await make(tsa_url=NOBODY, allow_lower_level=False).seal(pdf)
    assert waiting.value.again


async def test_no_authority_configured_is_a_reason(make: Making, pdf: bytes) -> None:
    sealed = await make(level="B-LTA", tsa_enabled=False).seal(pdf)
    assert (sealed.level, sealed.reason) == (Level.B, "no_authority_configured")


@pytest.mark.parametrize(("name", "reason"), [("silent", "revocation_unknown"), ("revoked", "certificate_revoked")])
async def test_evidence_that_cannot_be_had_stops_at_t(
    make: Making, pdf: bytes, pki: Pki, name: str, reason: str
) -> None:
    sealed = await make(level="B-LT", pfx_path=pki.pfx(name)).seal(pdf)
    assert (sealed.level, sealed.reason) == (Level.T, reason)


async def test_a_chain_that_leads_nowhere_stops_at_t(make: Making, pdf: bytes, pki: Pki) -> None:
    signer = make(level="B-LT", pfx_path=pki.pfx(chain=("middle",)), trust_paths="", tsa_ca_bundle_path=pki.root)
    signer.authorities.terms = replace(signer.authorities.terms, trusted=(pki.root,), ca_bundle=None)
    assert (await signer.seal(pdf)).level is Level.LT
    stranger = make(level="B-LT", pfx_path=pki.pfx(chain=("middle",)), trust_paths="")
    assert (await stranger.seal(pdf)).reason == "tsa_untrusted"


async def test_ruling_28_a_file_without_t_gets_evidence_and_a_document_timestamp(
    make: Making, pdf: bytes, trust: Trust
) -> None:
    sealed = await make(tsa_url=NOBODY).seal(pdf)
    raised = await make().upgrade(sealed.pdf)
    assert raised is not None and raised.pdf.startswith(sealed.pdf)
    assert (raised.level, raised.reason) == (Level.DSS, "no_signature_timestamp")
    assert raised.signer_fingerprint == sealed.signer_fingerprint and raised.tsa is not None
    found = await judged(raised.pdf, trust)
    assert found.trusted and found.level is Level.DSS
    assert [one.kind for one in found.findings] == ["signature", "timestamp"]
    assert await make().upgrade(raised.pdf) is None


@pytest.mark.parametrize(("of", "to"), [("B-T", "B-LT"), ("B-T", "B-LTA"), ("B-LT", "B-LTA")])
async def test_a_file_climbs_behind_its_own_bytes(make: Making, pdf: bytes, trust: Trust, of: str, to: str) -> None:
    low = await make(level=of).seal(pdf)
    high = make(level=to)
    raised = await high.upgrade(low.pdf)
    assert raised is not None and raised.pdf.startswith(low.pdf)
    assert (raised.level, raised.reason, raised.timestamp_at) == (Level(to), None, low.timestamp_at)
    assert (await judged(raised.pdf, trust)).level is Level(to)
    assert await high.upgrade(raised.pdf) is None


async def test_nothing_to_gain_while_nobody_answers(make: Making, pdf: bytes) -> None:
    low = await make(tsa_url=NOBODY).seal(pdf)
    assert await make(tsa_url=NOBODY).upgrade(low.pdf) is None


async def test_half_a_step_is_taken_when_only_the_authority_is_away(make: Making, pdf: bytes, second: Stand) -> None:
    second.script = [Fault(503)]
    low = await make(level="B-T").seal(pdf)
    raised = await make(level="B-LTA", tsa_url=second.url).upgrade(low.pdf)
    assert raised is not None and (raised.level, raised.reason) == (Level.LT, "tsa_unreachable")
    top = await make(level="B-LTA", tsa_url=second.url).upgrade(raised.pdf)
    assert top is not None and top.level is Level.LTA


async def test_a_new_timestamp_before_the_old_ones_certificate_ends(
    make: Making, pdf: bytes, pki: Pki, trust: Trust
) -> None:
    old = await make(level="B-LTA", tsa_url=pki.short_tsa).seal(pdf)
    assert old.level is Level.LTA
    assert await make(level="B-LTA", renew_before_days=5).upgrade(old.pdf) is None
    renewed = await make(level="B-LTA", renew_before_days=60).upgrade(old.pdf)
    assert renewed is not None and renewed.pdf.startswith(old.pdf) and renewed.level is Level.LTA
    assert await make(level="B-LTA", renew_before_days=60).upgrade(renewed.pdf) is None
    later = replace(trust, now=trust.now + timedelta(days=3_650))
    assert (await judged(renewed.pdf, later)).trusted
    assert not (await judged(old.pdf, later)).trusted


async def test_what_is_no_pdf_is_refused_for_good(make: Making) -> None:
    with pytest.raises(SealFailed) as refused:
        await make().seal(b"no PDF at all")
    assert not refused.value.again


async def test_many_at_once_are_all_sealed(make: Making, pdf: bytes) -> None:
    signer = make()
    sealed = await asyncio.gather(*(signer.seal(pdf) for _ in range(12)))
    assert {one.level for one in sealed} == {Level.T}
