"""From settings to the place outside."""

from pathlib import Path

from waypost.archive.evidence.outside import Outside
from waypost.archive.evidence.outside_folder import FolderOutside
from waypost.archive.evidence.settings import EvidenceSettings
from waypost.archive.places.marker import FirstStart
from waypost.archive.places.settings import PlacesSettings
from waypost.platform.settings import SettingRefused
from waypost.platform.storage.settings import StorageSettings


def open_outside(settings: EvidenceSettings, places: PlacesSettings, storage: StorageSettings, data: Path) -> Outside:
    """Where the settings have checkpoints kept; nothing outside is touched yet."""
    first = FirstStart(data / "checkpoint-roots")
    prefix = settings.checkpoint_s3_prefix.strip("/")
    if not prefix:
        return FolderOutside(settings.folder(data), first if settings.checkpoint_folder else None)
    if settings.checkpoint_folder:
        raise SettingRefused("CHECKPOINT_FOLDER and CHECKPOINT_S3_PREFIX name two places: set one of them.")
    if not places.archive_s3_bucket:
        raise SettingRefused("CHECKPOINT_S3_PREFIX needs ARCHIVE_S3_BUCKET.")
    from waypost.archive.evidence.outside_bucket import BucketOutside
    from waypost.archive.places.opening import open_bucket

    return BucketOutside(open_bucket(places, storage, prefix), first)
