#!/usr/bin/env python3
"""Verify the signatures of a PDF with the pyHanko library; verify-pdf.sh falls back on this.

    verify-pdf.py FILE.pdf

Exit 0: all signatures and document timestamps are valid; 1: one is not, there is none, or the file cannot be read;
2: wrong usage, or the library is missing. A line for each goes to stdout.

VERIFY_PDF_TRUST, VERIFY_PDF_OTHER_CERTS (files and folders of certificates, PEM or DER, parted by colons),
VERIFY_PDF_TRUST_REPLACE=1, VERIFY_PDF_RETROACTIVE_REVINFO=1, VERIFY_PDF_OFFLINE=1 (no network: only what the file
holds, judged at the time that its own timestamps prove). Needs nothing of Waypost.
"""

import asyncio
import logging
import os
import ssl
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

ENDINGS = {".pem", ".crt", ".cer", ".der"}


def main(arguments: list[str]) -> int:
    """The exit status."""
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print("Usage: verify-pdf.py FILE.pdf", file=sys.stderr)
        return 2
    try:
        from pyhanko.pdf_utils.reader import PdfFileReader
    except ImportError:
        print("The library pyhanko is missing (pip install pyhanko).", file=sys.stderr)
        return 2
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with Path(arguments[0]).open("rb") as file:
            return asyncio.run(judge(PdfFileReader(file)))
    except Exception as error:
        print(f"unreadable: {type(error).__name__}: {error}")
        return 1


async def judge(reader: Any) -> int:
    """0 when every signature and timestamp is good; newest first, each one telling the time for those below it."""
    found = list(reader.embedded_signatures)
    if not found:
        print("no signature")
        return 1
    good, above = True, None
    for signature in reversed(found):
        stamp = signature.sig_object_type == "/DocTimeStamp"
        status = await (timestamp(reader, signature, above) if stamp else regular(reader, signature, above))
        fine = stands(status) if stamp else status.bottom_line
        print(f"{signature.field_name}: {'VALID' if fine else 'INVALID'} ({status.summary()})")
        good = good and fine
        if stamp and fine:
            above = status.timestamp
    return 0 if good else 1


def stands(status: Any) -> bool:
    """Whether a document timestamp is good, and only evidence and further timestamps lie above it."""
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    change = status.diff_result
    allowed = isinstance(change, DiffResult) and change.modification_level <= ModificationLevel.LTA_UPDATES
    return bool(status.intact and status.valid and status.trusted and allowed)


async def timestamp(reader: Any, signature: Any, above: datetime | None) -> Any:
    """The status of a document timestamp."""
    from pyhanko.sign.validation import async_validate_pdf_timestamp

    made = signature.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    return await async_validate_pdf_timestamp(signature, context(reader, above or made))


async def regular(reader: Any, signature: Any, above: datetime | None) -> Any:
    """The status of a signature, judged offline at its own timestamp, else at the document timestamp above it."""
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

    token = next(extract_tst_data_iter(signature.signer_info, signed=False), None)
    at = token["encap_content_info"]["content"].parsed["gen_time"].native if token is not None else above
    return await async_validate_pdf_signature(signature, context(reader, at), context(reader, at))


def context(reader: Any, at: datetime | None) -> Any:
    """What to judge by: online now, or offline at a time that is proven."""
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError
    from pyhanko_certvalidator import ValidationContext

    terms: dict[str, Any] = {"trust_roots": roots(), "other_certs": list(named("VERIFY_PDF_OTHER_CERTS"))}
    if not is_on("VERIFY_PDF_OFFLINE"):
        terms["retroactive_revinfo"] = is_on("VERIFY_PDF_RETROACTIVE_REVINFO")
        return ValidationContext(**terms, allow_fetching=True, revocation_mode="hard-fail")
    terms |= {"moment": at, "retroactive_revinfo": True, "revocation_mode": "soft-fail"}
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(terms)
    except NoDSSFoundError:
        return ValidationContext(**terms, crls=[], ocsps=[])


def roots() -> list[Any]:
    """The certificates named, and the system's unless they are replaced."""
    from asn1crypto import x509

    own = list(named("VERIFY_PDF_TRUST"))
    if is_on("VERIFY_PDF_TRUST_REPLACE"):
        return own
    system = ssl.create_default_context().get_ca_certs(binary_form=True)
    return [*own, *(x509.Certificate.load(der) for der in system)]


def named(variable: str) -> Iterator[Any]:
    """The certificates of files and folders."""
    from asn1crypto import pem, x509

    for name in filter(None, os.environ.get(variable, "").split(":")):
        path = Path(name)
        files = sorted(one for one in path.iterdir() if one.suffix.lower() in ENDINGS) if path.is_dir() else [path]
        for file in files:
            content = file.read_bytes()
            armoured = pem.unarmor(content, multiple=True) if pem.detect(content) else [("", {}, content)]
            yield from (x509.Certificate.load(der) for _, _, der in armoured)


def is_on(variable: str) -> bool:
    """Whether a switch says 1."""
    return os.environ.get(variable, "") == "1"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
