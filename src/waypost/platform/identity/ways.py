"""Where people may be sent after sign-in, and how their browsers are called in a list."""

from urllib.parse import urlsplit

ENTRANCES = ("/sign-in", "/auth/")
"""Where somebody who lost access is a stranger and may sign in as somebody else; elsewhere they are told (403)."""
FOR_THE_LOST = (*ENTRANCES, "/join/", "/password/", "/forgotten-password")
"""Where somebody without access here may still go: in by another way."""
ENROLMENT = ("/account/second-factor", "/settings/theme")
"""Where somebody may go who has yet to set up the second factor that their organisation asks for."""
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def local_path(wanted: str) -> str:
    """`wanted` when it is a path of ours, else "/": an address that names another host is never followed."""
    odd = "\\" in wanted or any(ord(c) <= ord(" ") or c == "\x7f" for c in wanted)
    if odd or not wanted.startswith("/") or wanted.startswith("//") or wanted.startswith(ENTRANCES):
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc else wanted


def device_name(user_agent: str | None) -> str:
    """`Firefox · Linux`; what cannot be told is left out, and "" when nothing can."""
    text = user_agent or ""
    browser = next((name for mark, name in BROWSERS if mark in text), "")
    system = next((name for mark, name in SYSTEMS if mark in text), "")
    return " · ".join(part for part in (browser, system) if part)
