"""Both stores, with one S3 server for the whole run."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.wire import s3
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.folder import FolderStore
from waypost.platform.storage.presign import S3Login
from waypost.platform.storage.s3 import Bucket, S3Store


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.S3Server]:
    """SeaweedFS, shared by all workers."""
    if s3.binary() is None:
        pytest.skip(s3.ABSENT)
    root = tmp_path_factory.getbasetemp()
    with s3.SharedS3(root.parent if root.name.startswith("popen-") else root) as server:
        yield server


@pytest.fixture
def bucket(s3_server: s3.S3Server) -> Bucket:
    """Our bucket there."""
    return Bucket(s3.BUCKET, S3Login(s3.KEY_ID, s3.SECRET, "us-east-1"), s3_server.endpoint)


@pytest.fixture
def folder(tmp_path: Path) -> Blobs:
    """Blobs in a folder."""
    return Blobs(FolderStore(tmp_path / "blobs"))


@pytest.fixture(params=["folder", "s3"])
async def blobs(request: pytest.FixtureRequest) -> AsyncIterator[Blobs]:
    """Each store in turn."""
    if request.param == "folder":
        yield request.getfixturevalue("folder")
    else:
        yield Blobs(S3Store(request.getfixturevalue("bucket")))
