"""The one mail nobody can open: a gateway wrapped report into report until no reader follows."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256

from demo import mime

DEPTH = 300  # mail readers stop at about 100


def bundle(now: datetime) -> bytes:
    """Site reports, each put as a multipart into the next one."""
    sent = now - timedelta(days=2, hours=5)
    tree = mime.leaf("text/plain", "Site report 1: heating room inspected, no findings.\n", "us-ascii")
    for level in range(1, DEPTH + 1):
        tree = mime.group("mixed", f"report_{level}", tree)
    lines = [
        "Delivered-To: journal@acme.example",
        "X-Gm-Original-To: support@acme.example",
        "Received: from gateway.towerblocks.example by mx1.acme.example with ESMTPS;",
        f"\t{format_datetime(sent + timedelta(seconds=9))}",
        f"Date: {format_datetime(sent)}",
        "From: Tower Blocks Report Gateway <reports@towerblocks.example>",
        "To: support@acme.example",
        "Subject: Combined site reports, all heating rooms",
        f"Message-ID: <{sha256(sent.isoformat().encode()).hexdigest()[:20]}@gateway.towerblocks.example>",
        "MIME-Version: 1.0",
    ]
    return "".join(line + "\n" for line in lines).encode() + tree
