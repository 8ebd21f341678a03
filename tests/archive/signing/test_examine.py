"""The examination: whatever is changed in a signed file is reported, whoever signed it, with nobody to ask."""

import os
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import httpx2
import pytest
from asn1crypto import crl
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from tests.archive.signing.conftest import Making, judged
from tests.wire.authority.certomancer import PASSWORD, Pki
from waypost.archive.signing import writing
from waypost.archive.signing.examine import Trust, examine
from waypost.archive.signing.levels import Level

pytestmark = [pytest.mark.anyio, pytest.mark.turns("eyes on a seal", 4)]
TRIALS = 1_000 if os.environ.get("PROVE") else 24
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")


KEPT: dict[str, bytes] = {}


@pytest.fixture
async def sealed(make: Making, pdf: bytes) -> dict[str, bytes]:
    """The same file at every level; made once."""
    for level in set(LEVELS) - KEPT.keys():
        KEPT[level] = (await make(level=level).seal(pdf)).pdf
    return KEPT


async def test_in_a_process_of_its_own(make: Making, pdf: bytes, trust: Trust) -> None:
    found = await examine((await make(level="B-LTA").seal(pdf)).pdf, trust)
    assert found.trusted and found.level is Level.LTA and not found.why
    first, stamp = found.findings
    assert (first.kind, stamp.kind) == ("signature", "timestamp")
    assert first.tsa and stamp.tsa and first.proven_at and stamp.proven_at
    assert (await examine(b"", trust)).problem == "unreadable"


@pytest.mark.timeout(1_800)  # a thousand files under PROVE, on a machine that others use too
async def test_a_byte_that_was_changed_is_reported(sealed: dict[str, bytes], trust: Trust) -> None:
    """In the signed ranges and in the gap between them, but for what no signature covers (`unsigned`)."""
    chance, missed = random.Random(os.environ.get("SEED", "seal")), []
    places = {level: sorted({*range(len(pdf))} - unsigned(pdf)) for level, pdf in sealed.items()}
    for trial in range(TRIALS):
        level = LEVELS[trial % 4]
        at = chance.choice(places[level])
        changed = bytearray(sealed[level])
        changed[at] ^= 1 << chance.randrange(8)
        found = await judged(bytes(changed), trust)
        if found.trusted and found.level is Level(level):
            missed.append((level, at))
    assert missed == []


@pytest.mark.parametrize("level", ("B-LT", "B-LTA"))
async def test_a_key_of_no_known_kind_raises_nothing(sealed: dict[str, bytes], trust: Trust, level: str) -> None:
    """In the enclosed evidence, where one certificate answers for another: the library gives up in its own way."""
    pdf, kind = sealed[level], bytes.fromhex("2a8648ce3d0201")
    places = [found.start() for found in re.finditer(re.escape(kind), pdf)]
    assert len(places) > 1
    said = []
    for at in places:
        changed = bytearray(pdf)
        changed[at + 2] ^= 0x10
        said.append(await judged(bytes(changed), trust))
    assert "unreadable" in [found.problem for found in said]
    assert level == "B-LT" or not any(found.intact for found in said)


def unsigned(pdf: bytes) -> set[int]:
    """Places that are in nobody's byte range and in nothing that is signed by itself.

    Enclosed certificates (CAdES does not sign them, and a trusted one may be damaged there without changing a verdict),
    the list of digests that a container announces (nobody reads it), and what stands behind the last range: at B-LT the
    evidence, which the next timestamp covers. The hash of the whole file in the catalogue and in the log covers these.
    """
    found: set[int] = set()
    ends = []
    for one in PdfFileReader(BytesIO(pdf)).embedded_signatures:
        _start, before, after, length = map(int, one.byte_range)
        ends.append(after + length)
        whole = bytes.fromhex(pdf[before + 1 : after - 1].decode())
        signed = [one.signed_data, *extract_tst_data_iter(one.signer_info, signed=False)]
        for part in (each[name].dump() for each in signed for name in ("certificates", "digest_algorithms")):
            at = before + 1 + 2 * whole.index(part)
            found.update(range(at, at + 2 * len(part)))
    return found | set(range(max(ends), len(pdf)))


async def test_what_no_signature_covers_is_little(sealed: dict[str, bytes]) -> None:
    """With an archive timestamp nothing but enclosed certificates."""
    for level in ("B-B", "B-T", "B-LTA"):
        places = unsigned(sealed[level])
        assert max(places) < sealed[level].rindex(b"/ByteRange") + 40_000 and len(places) < len(sealed[level]) / 3
    assert max(unsigned(sealed["B-LT"])) == len(sealed["B-LT"]) - 1


@pytest.mark.parametrize("level", LEVELS)
async def test_bytes_at_the_end_are_reported(sealed: dict[str, bytes], trust: Trust, level: str) -> None:
    for tail in (b"x", b"\n%%EOF\n", b"\nstartxref\n0\n%%EOF\n", sealed[level][-60:]):
        found = await judged(sealed[level] + tail, trust)
        assert not found.intact, tail
    assert not (await judged(sealed[level][:-2], trust)).intact
    assert not (await judged(sealed[level][: len(sealed[level]) // 2], trust)).intact


async def test_a_revision_behind_the_signature_is_reported(sealed: dict[str, bytes], trust: Trust) -> None:
    for level in LEVELS:
        writer = IncrementalPdfFileWriter(BytesIO(sealed[level]))
        writer.root[pdf_name("/Lang")] = pdf_string("xx")
        writer.update_root()  # type: ignore[no-untyped-call]  # untyped in the library
        target = BytesIO()
        writer.write(target)  # type: ignore[no-untyped-call]  # as above
        found = await judged(target.getvalue(), trust)
        assert not found.intact and "changed_after" in found.why, level


async def test_something_hidden_in_the_gap_is_reported(sealed: dict[str, bytes], trust: Trust) -> None:
    pdf = sealed["B-T"]
    room = pdf.index(b"0" * 200 + b">")
    hidden = pdf[: room + 100] + b"AB" + pdf[room + 102 :]
    assert "unexplained_bytes" in (await judged(hidden, trust)).why


async def test_the_time_of_another_file_is_no_time(make: Making, pdf: bytes, trust: Trust) -> None:
    signer = make()
    hand = await signer._open()
    words = writing.Words("one", "", datetime.now(UTC))
    one = await signer.run(writing.sign, pdf, hand, words, 12_000)
    two = await signer.run(writing.sign, pdf, hand, replace(words, reason="two"), 12_000)
    token = await signer.authorities.token(sha256(one.value).digest())
    found = await judged(await signer.run(two.with_time, token.der), trust)
    assert found.level is not Level.T and "timestamp_broken" in found.why and not found.intact


async def test_trust_is_the_examiners(sealed: dict[str, bytes], trust: Trust, pki: Pki) -> None:
    stranger = replace(trust, anchors=((pki.folder / "certs" / "ocsp.pem").read_bytes(),))
    found = await judged(sealed["B-LTA"], stranger)
    assert found.intact and not found.trusted and "chain_untrusted" in found.why and found.level is Level.B


async def test_revoked_before_it_signed(make: Making, pdf: bytes, pki: Pki, trust: Trust) -> None:
    """Evidence inside the file counts against it too; without evidence nobody can know."""
    sealed = await make(pfx_path=pki.pfx("revoked")).seal(pdf)
    assert (await judged(sealed.pdf, trust)).trusted
    listed = crl.CertificateList.load(await fetch(f"{pki.url}/acme/crls/middle/latest.crl"))
    told = writing.with_evidence(sealed.pdf, writing.Evidence(crls=(listed,)))
    found = await judged(told, trust)
    assert found.intact and not found.trusted and "certificate_revoked" in found.why


async def test_certificates_end_and_proven_times_help(sealed: dict[str, bytes], trust: Trust) -> None:
    late = replace(trust, now=datetime(2096, 1, 1, tzinfo=UTC))
    assert "certificate_not_valid_then" in (await judged(sealed["B-B"], late)).why
    known = replace(late, proven_at=datetime.now(UTC) + timedelta(seconds=5))
    assert (await judged(sealed["B-B"], known)).trusted
    assert (await judged(sealed["B-B"], known)).level is Level.B
    for level in LEVELS[1:]:
        assert not (await judged(sealed[level], late)).trusted
        assert (await judged(sealed[level], known)).trusted, level


async def test_the_old_archivers_files_still_verify(pdf: bytes, pki: Pki, trust: Trust) -> None:
    key = signers.SimpleSigner.load_pkcs12_data(pki.pfx().read_bytes(), [], PASSWORD)
    meta = signers.PdfSignatureMetadata(field_name="Signature1")
    made = await signers.async_sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, key)
    found = await judged(made.getvalue(), trust)
    assert found.trusted and found.level is Level.NONE and "not_pades" in found.why
    damaged = bytearray(made.getvalue())
    damaged[500] ^= 1
    assert not (await judged(bytes(damaged), trust)).intact


@pytest.mark.parametrize(("content", "problem"), [(b"", "unreadable"), (b"%PDF-1.7\n%%EOF", "unreadable")])
async def test_what_cannot_be_read(content: bytes, problem: str, trust: Trust) -> None:
    assert (await judged(content, trust)).problem == problem


async def test_what_is_not_signed(pdf: bytes, trust: Trust) -> None:
    found = await judged(pdf, trust)
    assert (found.problem, found.intact, found.level) == ("no_signature", False, Level.NONE)


async def test_our_own_trust_knows_our_own_root(make: Making, pdf: bytes) -> None:
    signer = make(trust_paths="", tsa_enabled=False)
    found = await judged((await signer.seal(pdf)).pdf, await signer.trust())
    assert found.trusted
    assert (await make(enabled=False, tsa_enabled=False, trust_paths="").trust()).anchors == ()


async def fetch(url: str) -> bytes:
    """By the test's own way."""
    async with httpx2.AsyncClient(trust_env=False) as client:
        return (await client.get(url)).content
