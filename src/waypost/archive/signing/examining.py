"""The examination itself: integrity first, then time backwards from the newest timestamp, then trust at proven times.

Each timestamp proves that everything below it existed then (ETSI EN 319 102-1, 5.6): the newest is judged by today, the
one below by the newest, and the signature by the oldest above it. Runs in a child; no network, no clock.
"""

import asyncio
import logging
import re
from io import BytesIO

from asn1crypto import core
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, message_imprint_checker
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from waypost.archive.signing.examine import Examined, Finding, Trust
from waypost.archive.signing.judging import Judge, Verdict
from waypost.archive.signing.levels import Level
from waypost.archive.signing.look import covers_evidence

TAIL = re.compile(rb"(?:trailer)?\s*(?:<<(?:(?!%%EOF).)*>>)?\s*startxref\s+\d+\s+%%EOF\s*", re.DOTALL)


def examined(pdf: bytes, trust: Trust) -> Examined:
    """Judge a file.

    The libraries below raise whatever comes over a damaged file (a key of no known kind, a refusal of their own, a bare
    `NotImplementedError`), so everything but the end of memory means that it is not what was signed.
    """
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        reader = PdfFileReader(BytesIO(pdf))
        signatures = list(reader.embedded_signatures)
        if not signatures:
            return Examined(problem="no_signature")
        problem = None if _ends_well(reader, pdf) else "unexplained_bytes"
        return Examined(asyncio.run(_findings(reader, signatures, pdf, trust)), problem)
    except MemoryError:
        raise
    except Exception:
        return Examined(problem="unreadable")


async def _findings(
    reader: PdfFileReader, signatures: list[EmbeddedPdfSignature], pdf: bytes, trust: Trust
) -> tuple[Finding, ...]:
    """Newest first while judging, oldest first in the answer."""
    judge = Judge(reader, trust)
    found: list[Finding] = []
    for signature in reversed(signatures):
        wrong = _changes(signature, pdf)
        if signature.sig_object_type == "/DocTimeStamp":
            found.append(await _timestamp(judge, signature, wrong, reader))
        else:
            found.append(await _signature(judge, signature, wrong))
    return tuple(reversed(found))


async def _timestamp(judge: Judge, stamp: EmbeddedPdfSignature, wrong: list[str], reader: PdfFileReader) -> Finding:
    verdict = await judge.token(stamp.signed_data, stamp.compute_digest)
    intact = verdict.intact and not wrong
    if intact and verdict.trusted:
        judge.known(verdict.at, lasting=covers_evidence(reader, stamp))
    return _finding(stamp, "timestamp", verdict, intact, Level.NONE, wrong)


async def _signature(judge: Judge, signature: EmbeddedPdfSignature, wrong: list[str]) -> Finding:
    token, timed = next(extract_tst_data_iter(signature.signer_info, signed=False), None), None
    if token is not None:
        timed = await judge.token(token, message_imprint_checker(signature.signer_info))
    verdict = await judge.signature(signature, timed)
    if timed is not None and not timed.intact:
        wrong = [*wrong, "timestamp_broken"]
    level, why = await judge.level(signature, verdict, timed)
    intact = verdict.intact and not wrong
    return _finding(signature, "signature", verdict, intact, level if intact else Level.NONE, [*wrong, *why], timed)


def _finding(
    signature: EmbeddedPdfSignature,
    kind: str,
    verdict: Verdict,
    intact: bool,
    level: Level,
    why: list[str],
    timed: Verdict | None = None,
) -> Finding:
    by = timed if timed is not None and timed.trusted else None
    return Finding(
        kind="timestamp" if kind == "timestamp" else "signature",
        field=str(signature.field_name),
        intact=intact,
        trusted=intact and verdict.trusted,
        level=level,
        signer=verdict.subject,
        fingerprint=verdict.fingerprint,
        signed_at=verdict.at,
        proven_at=(verdict.at if verdict.trusted else None) if kind == "timestamp" else by.at if by else None,
        tsa=verdict.subject if kind == "timestamp" else by.subject if by else None,
        why=tuple(dict.fromkeys([*verdict.why, *why])),
    )


def _changes(signature: EmbeddedPdfSignature, pdf: bytes) -> list[str]:
    """What was done to the file beside what this signature allows."""
    signature.compute_integrity_info(diff_policy=DEFAULT_DIFF_POLICY)  # type: ignore[no-untyped-call]  # untyped there
    wrong = []
    if signature.coverage is None or signature.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        wrong.append("not_covered")
    result = signature.diff_result
    if not isinstance(result, DiffResult) or result.modification_level > ModificationLevel.LTA_UPDATES:
        wrong.append("changed_after")
    if not _padded(signature, pdf):
        wrong.append("unexplained_bytes")
    return wrong


def _padded(signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """The gap in the byte range holds the container in hex digits of one kind, zeros, and nothing else."""
    _, start, end, _ = (int(one) for one in signature.byte_range)
    held = bytes(pdf[start:end])
    if not re.fullmatch(rb"<(?:[0-9A-F]*|[0-9a-f]*)>", held):
        return False
    content = bytes.fromhex(held[1:-1].decode())
    size = len(core.Asn1Value.load(content).dump())
    return not any(content[size:])


def _ends_well(reader: PdfFileReader, pdf: bytes) -> bool:
    """Behind the newest table of contents stands its address, and nothing else."""
    newest = reader.xrefs.get_xref_container_info(reader.xrefs.total_revisions - 1)
    rest = re.sub(rb"^\s*(?:endstream\s*endobj)?\s*", b"", pdf[newest.end_location :])
    return TAIL.fullmatch(rest) is not None
