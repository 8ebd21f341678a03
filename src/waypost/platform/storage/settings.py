"""Where blobs lie, as operators say it (names as documented)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class StorageSettings(BaseSettings):
    """The storage group; `BLOB_STORE=s3` needs the bucket's login."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    blob_store: Literal["local", "s3"] = Field(default="local", description="Where mails and attachments lie.")
    local_blob_dir: Path | None = Field(default=None, description="Folder of blobs; else `blobs` in the data folder.")
    s3_endpoint_url: str | None = Field(default=None, description="Address of an S3-compatible server; empty for AWS.")
    s3_public_endpoint_url: str | None = Field(default=None, description="The same server as browsers reach it.")
    s3_access_key_id: str = Field(default="", description="Key id of the bucket's login.")
    s3_secret_access_key: SecretStr = Field(default=SecretStr(""), description="Secret of the bucket's login.")
    s3_secret_access_key_file: Path | None = Field(default=None, description="File that holds the secret.")
    s3_bucket: str = Field(default="waypost-blobs", description="Bucket for blobs.")
    s3_region: str = Field(default="us-east-1", description="Region of the bucket (`auto` for R2).")
    attachment_download_url_ttl_seconds: int = Field(
        default=300, ge=1, le=604_800, description="How long a link to an attachment works."
    )

    @model_validator(mode="after")
    def _complete(self) -> "StorageSettings":
        if self.blob_store == "s3" and not (self.s3_access_key_id and self.secret()):
            raise ValueError("BLOB_STORE=s3 needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY (or …_FILE)")
        return self

    def secret(self) -> str:
        """The bucket's secret, from its file when one is named."""
        if self.s3_secret_access_key_file is not None:
            return self.s3_secret_access_key_file.read_text().strip()
        return self.s3_secret_access_key.get_secret_value()
