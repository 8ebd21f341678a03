"""From settings to a store."""

from pathlib import Path

from waypost.platform.storage.blobs import Blobs, BlobStore
from waypost.platform.storage.folder import FolderStore
from waypost.platform.storage.settings import StorageSettings


def open_blobs(settings: StorageSettings, data: Path) -> Blobs:
    """The store the settings name; nothing outside is contacted yet. `data` is the installation's data folder."""
    if settings.blob_store == "local":
        store = FolderStore(settings.local_blob_dir or data / "blobs")
        store.sweep()
        return Blobs(store)
    return Blobs(_bucket(settings))


def _bucket(settings: StorageSettings) -> BlobStore:
    """Its client is loaded only where it is used."""
    from waypost.platform.storage.presign import S3Login
    from waypost.platform.storage.s3 import Bucket, S3Store

    login = S3Login(settings.s3_access_key_id, settings.s3_secret_access_key.get_secret_value(), settings.s3_region)
    endpoint = settings.s3_endpoint_url
    return S3Store(Bucket(settings.s3_bucket, login, endpoint, settings.s3_public_endpoint_url))
