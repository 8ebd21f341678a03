"""Room on the disks of this machine, for Prometheus: the one trouble that shows early and hurts late."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True, eq=False)
class DiskFigures(Collector):
    """Asked of the file system when somebody asks; a folder that is not there yet is left out."""

    folders: Mapping[str, Path]
    """By the name that stands in the figure."""

    def collect(self) -> Iterator[Metric]:
        """Both in bytes."""
        free = GaugeMetricFamily("waypost_disk_free_bytes", "Room left where a folder lies", labels=["folder"])
        size = GaugeMetricFamily("waypost_disk_size_bytes", "Size of the disk where it lies", labels=["folder"])
        for name, folder in self.folders.items():
            if folder.is_dir():
                found = shutil.disk_usage(folder)
                free.add_metric([name], found.free)
                size.add_metric([name], found.total)
        yield from (free, size)

    def describe(self) -> Iterator[Metric]:
        """Nothing is asked merely to be registered."""
        return iter(())
