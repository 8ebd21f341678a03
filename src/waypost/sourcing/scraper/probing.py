"""Starting a browser once, to see whether and how fast it starts (`waypost browser probe`)."""

from time import monotonic
from typing import Any

from waypost.sourcing.fetching.browser import Chromium, installed
from waypost.sourcing.fetching.faults import NoBrowser


async def probed(executable: str | None = None) -> dict[str, Any]:
    """`{ok, executable, version, launchMs, pageMs}`, or `{ok: false, error}`."""
    chromium, began = Chromium(executable), monotonic()
    try:
        room = await chromium.context("Waypost")
        launched = monotonic()
        await (await room.new_page()).goto("about:blank")
        version = room.browser.version if room.browser else "unknown"
        return {
            "ok": True,
            "executable": executable or installed(),
            "version": f"Chromium {version}",
            "launchMs": round((launched - began) * 1_000),
            "pageMs": round((monotonic() - launched) * 1_000),
        }
    except NoBrowser as error:
        return {"ok": False, "error": str(error)}
    finally:
        await chromium.close()
