"""Judges the environments of API and scraper before they are deployed (sourcing.md 5.5): by their own settings, as in
production, so that what passes here starts there. No value is ever said."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError

from waypost.platform.settings import Group, SettingRefused, complaints
from waypost.sourcing.callbacks.settings import CallbackSettings
from waypost.sourcing.runs.settings import RunSettings
from waypost.sourcing.scraper.settings import ScraperSettings

Environment = Mapping[str, str]
SECRET, PREVIOUS = "WORKER_CALLBACK_SIGNING_SECRET", "WORKER_CALLBACK_SIGNING_SECRET_PREVIOUS"
SAME = ("WORKER_CALLBACK_TOKEN", "WORKER_CALLBACK_OIDC_AUDIENCE", "WORKER_CALLBACK_URL", "WORKER_HEARTBEAT_INTERVAL_MS")
"""What both sides know by one name."""
PAIRS = (("WORKER_AUTH_TOKEN", "TASKS_AUTH_TOKEN"), ("WORKER_TASKS_OIDC_AUDIENCE", "TASKS_OIDC_AUDIENCE"))
"""The API's name for what the scraper has another name for."""
TWIN = "_FILE"


def told(path: Path) -> tuple[dict[str, str], list[str]]:
    """An environment, with the content of the files that `…_FILE` names; and what could not be read."""
    found = {name: value for name, value in dotenv_values(path).items() if value}
    missing = []
    for name in [name for name in found if name.endswith(TWIN)]:
        try:
            found.setdefault(name.removesuffix(TWIN), Path(found[name]).read_text().rstrip("\r\n"))
        except OSError:
            missing.append(f"{name} names a file that cannot be read here.")
    return found, missing


def of_api(said: Environment) -> Iterator[str]:
    """What the API would not start with, or would refuse every callback for."""
    yield from _missing(said, "WORKER_TASK_URL", SECRET)
    yield from _refused(lambda: RunSettings.model_validate(said).check(prod=True), RunSettings)
    yield from _refused(lambda: CallbackSettings.model_validate(said).check(prod=True), CallbackSettings)


def of_worker(said: Environment) -> Iterator[str]:
    """What the scraper would not start with."""
    yield from _refused(lambda: ScraperSettings.model_validate({**said, "APP_ENV": "prod"}), ScraperSettings)


def between(api: Environment, worker: Environment) -> Iterator[str]:
    """What must agree and does not."""
    if worker.get(SECRET) not in (api.get(SECRET), api.get(PREVIOUS)):
        yield f"{SECRET} of the scraper is neither the API's nor the one before it."
    for name in SAME:
        if api.get(name) and api.get(name) != worker.get(name):
            yield f"{name} differs between API and scraper."
    for here, there in PAIRS:
        if api.get(here) and api.get(here) != worker.get(there):
            yield f"{here} of the API is not {there} of the scraper."
    if api.get("WORKER_TASK_PROVIDER", "http") == "cloud-tasks" and worker.get("QUEUE_PROVIDER") != "cloud-tasks":
        yield "WORKER_TASK_PROVIDER is cloud-tasks at the API, QUEUE_PROVIDER is not at the scraper."


def _missing(said: Environment, *names: str) -> Iterator[str]:
    yield from (f"{name} is not set." for name in names if not said.get(name))


def _refused(start: Callable[[], object], group: type[Group]) -> Iterator[str]:
    try:
        start()
    except SettingRefused as refused:
        yield from str(refused).splitlines()
    except ValidationError as error:
        yield from complaints(error, group)


def faults(api: Path | None, worker: Path | None) -> list[str]:
    """Every reason, each with its side before it."""
    found: list[str] = []
    sides: dict[str, Environment] = {}
    for name, path, judge in (("api", api, of_api), ("worker", worker, of_worker)):
        if path is not None:
            sides[name], unread = told(path)
            found += [f"{name}: {each}" for each in (*unread, *judge(sides[name]))]
    if len(sides) > 1:
        found += [f"both: {each}" for each in between(sides["api"], sides["worker"])]
    return found


def main() -> int:
    """0, 1 or 2, as the wrapper says."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--api", type=Path)
    asked.add_argument("--worker", type=Path)
    given = asked.parse_args()
    missing = [str(path) for path in (given.api, given.worker) if path is not None and not path.is_file()]
    if missing or not (given.api or given.worker):
        print(f"There is no {missing[0]}." if missing else "Name --api, --worker or both.", file=sys.stderr)
        return 2
    found = faults(given.api, given.worker)
    print("\n".join(found) or "This pair starts in production.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
