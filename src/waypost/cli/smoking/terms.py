"""What the smoke test is told by its environment, under the documented names (sourcing.md 5.5)."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from waypost.platform.configuration import SettingRefused

TRUE = frozenset({"1", "true", "yes", "on", ""})
FALSE = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Place:
    """A deployment under test, and who signs in there. `dead_letters` is a folder that its scraper looks into."""

    api: str
    worker: str
    web: str
    email: str
    password: str = field(repr=False)
    secret: str = field(repr=False)
    """What reports are signed with; empty: nothing can be reported by hand, and those stages are left out."""
    callback_token: str = field(default="", repr=False)
    dead_letters: Path | None = None
    data: Path | None = None
    """The data folder of a deployment on this machine."""


def wants(name: str, *, usually: bool) -> bool:
    """A switch of the environment, read strictly. Refuses any other word."""
    said = os.environ.get(name)
    if said is None:
        return usually
    if said.strip().lower() in TRUE | FALSE:
        return said.strip().lower() in TRUE
    raise SettingRefused(f"{name} is a switch: true or false.")


def named_place() -> Place:
    """The deployment that the environment names. Refuses with all that is missing."""
    needed = ("API_BASE_URL", "WORKER_BASE_URL", "SMOKE_EMAIL", "SMOKE_PASSWORD")
    if missing := [name for name in needed if not os.environ.get(name)]:
        raise SettingRefused(f"With SMOKE_AUTOSTART=false, set {', '.join(missing)}.")
    api, worker, email, password = (os.environ[name].rstrip("/") for name in needed)
    folder = os.environ.get("WORKER_DEAD_LETTER_DIR")
    return Place(
        api=api,
        worker=worker,
        web=os.environ.get("WEB_BASE_URL", api).rstrip("/"),
        email=email,
        password=password,
        secret=os.environ.get("WORKER_CALLBACK_SIGNING_SECRET", ""),
        callback_token=os.environ.get("WORKER_CALLBACK_TOKEN", ""),
        dead_letters=Path(folder) if folder else None,
    )
