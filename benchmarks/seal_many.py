"""Small cases, sealed one after another: pages, a signature (level B), an entry in the log; one token for all of them.

    python -m benchmarks.seal_many [COUNT]

What is measured is what a run does between gathering and putting files in place: rendering in child processes, signing
beside the loop, one transaction for each entry, a checkpoint and its batch time proof. The authority is certomancer
on this machine. The limit beside it is the signature alone (RSA 2048 over SHA-256). Afterwards: offline verification,
in a warm child as the server does it, and by the command from a cold start.
"""

import asyncio
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from benchmarks.measures.case_of_mails import case_of
from benchmarks.stage import house, machine, percentile, say
from tests.wire.authority.certomancer import PASSWORD, Pki, running
from waypost.archive.evidence.actions import append
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.evidence.timing import Pace, prove
from waypost.archive.sealing.look import Look
from waypost.archive.sealing.rendering import render
from waypost.archive.signing.examine import examine
from waypost.archive.signing.opening import open_signing
from waypost.archive.signing.settings import SigningSettings
from waypost.archive.signing.signer import Signer
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.http.hardening import Hardening
from waypost.platform.ids import new_id
from waypost.platform.jobs.children import stop_children

COUNT, ARTICLES, AT_ONCE = 60, 2, 4
LOOPBACK = Hardening(allow_insecure_http=True, allow_local_upstreams=True)


def signer_of(pki: Pki) -> Signer:
    """Level B by a PFX, with an authority for the batch."""
    said = {"enabled": True, "level": "B-B", "pfx_path": pki.pfx(), "pfx_password": PASSWORD.decode()}
    asked = {"tsa_enabled": True, "tsa_url": pki.tsa, "trust_paths": str(pki.root)}
    return open_signing(SigningSettings(**said, **asked), LOOPBACK)  # type: ignore[arg-type]  # a mapping of settings


async def sealed(at: House, org: UUID, signer: Signer, number: int) -> bytes:
    """One record: its pages, its signature, its entry."""
    snapshot, files = case_of(ARTICLES, 0, seed=number)
    (volume,) = await render(snapshot, files, Look())
    pdf = (await signer.seal(volume.pdf)).pdf
    content = {"record": str(new_id()), "pdf_sha256": [sha256(pdf).hexdigest()], "version": 1}
    async with at.works.open(org, MACHINE) as work:
        await append(work, "record", content)
    return pdf


async def crowd(at: House, org: UUID, signer: Signer, count: int) -> list[bytes]:
    """So many of them, a few at once, then the time for all."""
    seats = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> bytes:
        async with seats:
            return await sealed(at, org, signer, number)

    made = await asyncio.gather(*map(one, range(count)))
    await at.parts.of(Keeper).checkpoint(org, lambda: at.works.open(org, MACHINE))
    pace = replace(at.parts.of(Pace), entries=1, age=timedelta(0))
    assert await prove(lambda: at.works.open(org, MACHINE), signer.authorities, pace)
    return made


def limit(pki: Pki) -> float:
    """Signatures per second of the bare key on one core."""
    key = load_pem_private_key((pki.folder / "keys" / "signer.pem").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    begun = perf_counter()
    for number in range(200):
        key.sign(number.to_bytes(32), padding.PKCS1v15(), SHA256())
    return 200 / (perf_counter() - begun)


async def verified(signer: Signer, files: list[bytes]) -> list[float]:
    """Seconds for each file in a warm child."""
    trust, spent = await signer.trust(), []
    assert (await examine(files[0], trust)).trusted
    for file in files:
        begun = perf_counter()
        assert (await examine(file, trust)).trusted
        spent.append(perf_counter() - begun)
    return spent


def cold(file: bytes, pki: Pki, folder: Path) -> float:
    """Seconds of the command, from nothing."""
    path = folder / "one.pdf"
    path.write_bytes(file)
    begun = perf_counter()
    command = [Path(sys.executable).with_name("waypost"), "archive", "verify", path, "--trust", pki.root]
    subprocess.run([str(one) for one in command], check=True, capture_output=True)
    return perf_counter() - begun


async def main(count: int, pki: Pki) -> list[bytes]:
    """Measure and say."""
    with house() as at:
        org, signer = new_id(), signer_of(pki)
        await crowd(at, org, signer, 4)
        begun = perf_counter()
        made = await crowd(at, org, signer, count)
        rate = count / (perf_counter() - begun)
        say(f"{count} cases of {ARTICLES} articles, level B and one batch time proof: {rate:.1f} records/s")
        spent = await verified(signer, made[:20])
        say(f"offline verification, warm: median {percentile(spent, 0.5):.3f} s, largest {max(spent):.3f} s a file")
        await signer.close()
        await stop_children()
        await at.close()
    return made


if __name__ == "__main__":
    say(machine())
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as place, running(Path(place) / "pki") as authority:
        say(f"limit: the bare signature, one core: {limit(authority):.0f}/s")
        records = asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT, authority))
        say(f"offline verification by the command, cold: {cold(records[0], authority, Path(place)):.2f} s")
