"""What every process that stays begins and ends with: settings, logs, a share in the host's figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waypost.platform.observe import logs
from waypost.platform.observe.sharing import leave, share
from waypost.platform.postgres.data_folder import prepare_data_folder
from waypost.settings import Settings, deprecated_names, load


@contextmanager
def process(data: Path | None) -> Iterator[Settings]:
    """Settings of a process that stays; it must not have imported anything that declares a metric."""
    settings = load(data)
    logs.configure(settings.observe.log_level, settings.observe.form)
    for sentence in deprecated_names():
        logs.line("waypost.settings").warning("settings.deprecated", detail=sentence)
    prepare_data_folder(settings.data)
    share(settings.data / "metrics")
    try:
        yield settings
    finally:
        leave()
