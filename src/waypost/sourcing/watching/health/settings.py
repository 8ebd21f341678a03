"""What health and verification may be told by the environment."""

from pydantic import Field

from waypost.platform.settings import Group


class HealthSettings(Group):
    """The group of health: the disk, and which release runs here."""

    disk_threshold: float = Field(0.98, gt=0, le=1, validation_alias="DISK_HEALTH_THRESHOLD")
    """Share of the data folder's disk that may be used before `/health/test` says that we are not ready."""
    release_ref: str | None = Field(None, max_length=200, validation_alias="RELEASE_REF")
    """Branch or tag that this release was made from; told by `/health`."""
    release_sha: str | None = Field(None, pattern=r"^[0-9a-f]{7,64}$", validation_alias="RELEASE_SHA")
    """Its commit; told by `/health` and compared by `scripts/verify-deployment.sh`."""
    release_created_at: str | None = Field(None, max_length=40, validation_alias="RELEASE_CREATED_AT")
    """When it was made, as an ISO 8601 time in UTC; told by `/health`."""
