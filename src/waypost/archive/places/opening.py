"""From settings to a shelf."""

from pathlib import Path
from typing import TYPE_CHECKING

from waypost.archive.places.folder import FolderPlace
from waypost.archive.places.marker import FirstStart
from waypost.archive.places.settings import PlacesSettings
from waypost.archive.places.shelf import Shelf
from waypost.platform.storage.settings import StorageSettings

if TYPE_CHECKING:
    from waypost.archive.places.bucket import BucketPlace


def open_shelf(settings: PlacesSettings, storage: StorageSettings, data: Path) -> Shelf:
    """The shelf the settings name; nothing outside is touched yet. `data` is the installation's data folder."""
    place = (
        open_bucket(settings, storage, settings.archive_s3_prefix)
        if settings.storage_backend == "s3"
        else _folder(settings, data)
    )
    return Shelf(place, settings.rules())


def _folder(settings: PlacesSettings, data: Path) -> FolderPlace:
    root = (settings.storage_root or data / "archive").expanduser().absolute()
    first = FirstStart(data / "archive-roots")
    spare = settings.storage_min_free_mb * 1_000_000
    return FolderPlace(
        str(root), settings.storage_fsync, spare, settings.storage_require_marker, settings.troubles(), first
    )


def open_bucket(settings: PlacesSettings, storage: StorageSettings, prefix: str) -> "BucketPlace":
    """The archive's bucket from `prefix` on; loaded only where it is used."""
    from waypost.archive.places.bucket import ArchiveBucket, BucketPlace
    from waypost.platform.storage.presign import S3Login

    secret = settings.archive_s3_secret_access_key.get_secret_value() or storage.s3_secret_access_key.get_secret_value()
    region = settings.archive_s3_region or storage.s3_region
    login = S3Login(settings.archive_s3_access_key_id or storage.s3_access_key_id, secret, region)
    endpoint = settings.archive_s3_endpoint_url or storage.s3_endpoint_url
    lock = None if settings.archive_s3_object_lock == "off" else settings.archive_s3_object_lock.upper()
    return BucketPlace(
        ArchiveBucket(
            settings.archive_s3_bucket, login, endpoint, prefix.strip("/"), lock, settings.archive_s3_lock_days
        )
    )
