"""From the environment to a store."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from waypost.platform.storage.folder import FolderStore
from waypost.platform.storage.opening import open_blobs
from waypost.platform.storage.s3 import S3Store
from waypost.platform.storage.settings import StorageSettings


def test_by_default_a_folder_in_the_data_folder(tmp_path: Path) -> None:
    assert isinstance(open_blobs(StorageSettings(), tmp_path).store, FolderStore)


def test_s3_with_its_secret_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("s3cr3t\n")
    for name, value in (("BLOB_STORE", "s3"), ("S3_ENDPOINT_URL", "http://127.0.0.1:1"), ("S3_ACCESS_KEY_ID", "me")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("S3_SECRET_ACCESS_KEY_FILE", str(tmp_path / "secret"))
    settings = StorageSettings()
    assert settings.s3_secret_access_key.get_secret_value() == "s3cr3t" and "s3cr3t" not in repr(settings)
    assert isinstance(open_blobs(settings, tmp_path).store, S3Store)


def test_s3_without_a_login_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLOB_STORE", "s3")
    with pytest.raises(ValidationError, match="S3_ACCESS_KEY_ID"):
        StorageSettings()
