"""Where blobs lie, as operators say it (names as documented)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from waypost.platform.settings import Group


class StorageSettings(Group):
    """The storage group; `BLOB_STORE=s3` needs the bucket's login."""

    blob_store: Literal["local", "s3"] = Field("local", validation_alias="BLOB_STORE")
    """Where mails, attachments and other content lie."""
    local_blob_dir: Path | None = Field(None, validation_alias="LOCAL_BLOB_DIR")
    """The folder of a local store; else `blobs` in the data folder."""
    s3_endpoint_url: str | None = Field(None, validation_alias="S3_ENDPOINT_URL")
    """Address of an S3-compatible server; unset for AWS."""
    s3_public_endpoint_url: str | None = Field(None, validation_alias="S3_PUBLIC_ENDPOINT_URL")
    """The same server as browsers reach it, where that is another address."""
    s3_access_key_id: str = Field("", validation_alias="S3_ACCESS_KEY_ID")
    """Name of the bucket's login."""
    s3_secret_access_key: SecretStr = Field(SecretStr(""), validation_alias="S3_SECRET_ACCESS_KEY")
    """Secret of the bucket's login."""
    s3_bucket: str = Field("tickets-blobs", validation_alias="S3_BUCKET")
    """The bucket; it must exist."""
    s3_region: str = Field("us-east-1", validation_alias="S3_REGION")
    """Region of the bucket; `auto` for R2."""
    attachment_download_url_ttl_seconds: int = Field(
        300, ge=1, le=604_800, validation_alias="ATTACHMENT_DOWNLOAD_URL_TTL_SECONDS"
    )
    """How long a link to stored content works."""

    @model_validator(mode="after")
    def _complete(self) -> "StorageSettings":
        if self.blob_store == "s3" and not (self.s3_access_key_id and self.s3_secret_access_key.get_secret_value()):
            raise ValueError("BLOB_STORE=s3 needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY (or its _FILE twin)")
        return self
