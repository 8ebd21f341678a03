"""Signatures and tokens of kept files, judged as they stand: what `signing` finds, as one finding of a check.

What counts is that every byte is as it was signed, by the certificate that was written down. Whether its chain is still
trusted is said beside it: certificates end, and a record does not turn false by that.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from waypost.archive.records.checks import Check
from waypost.archive.signing.examine import Examined, examine
from waypost.archive.signing.signer import Signer
from waypost.platform.errors import Refusal


@dataclass(slots=True)
class Seals:
    """A part: judges by what the process's signer trusts."""

    signer: Signer

    async def judge(
        self, pdf: bytes, *, fingerprint: str | None, now: datetime, proven_at: datetime | None = None
    ) -> Check:
        """Whether every signature of a file is intact, and the first one that of the certificate that was kept.

        `proven_at`: a time by which the file existed, from the batch time proof; it never raises the level.
        """
        found = await examine(pdf, replace(await self.signer.trust(proven_at), now=now))
        if not found.intact:
            return Check("signature", False, f"Not intact: {', '.join(found.why) or 'no reason given'}.")
        if fingerprint is not None and _signer(found) != fingerprint:
            return Check("signature", False, "Somebody else signed it.")
        trust = "trusted" if found.trusted else f"not trusted here ({', '.join(found.why)})"
        return Check("signature", True, f"Intact, {found.level}, {trust}.")

    async def judge_token(self, token: bytes, root: bytes) -> Check:
        """Whether an authority's token is for this root, under a certificate that was good when it was given."""
        from waypost.archive.signing.anchors import trusted
        from waypost.archive.signing.tokens import check_token, read_token

        try:
            at = read_token(token).at
            paths = (*self.signer.terms.trusted, *self.signer.authorities.terms.trusted)
            roots = await asyncio.to_thread(trusted, paths)
            found = await asyncio.to_thread(check_token, token, root, roots, at)
        except Refusal as refusal:
            return Check("time_proof", False, refusal.detail)
        return Check("time_proof", True, f"{found.subject}, {found.at:%Y-%m-%d %H:%M:%S} UTC.")


def _signer(found: Examined) -> str | None:
    return next((one.fingerprint for one in found.findings if one.kind == "signature"), None)
