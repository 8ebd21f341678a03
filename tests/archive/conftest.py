"""A real S3 server for whatever of the archive stands in a bucket."""

from collections.abc import Iterator

import pytest

from tests.wire import s3


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3.S3Server]:
    """SeaweedFS, shared by all workers."""
    if s3.binary() is None:
        pytest.skip(s3.ABSENT)
    root = tmp_path_factory.getbasetemp()
    with s3.SharedS3(root.parent if root.name.startswith("popen-") else root) as server:
        yield server
