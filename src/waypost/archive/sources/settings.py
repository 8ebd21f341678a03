"""What an operator may say about the Zammad installation that the environment configures."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator, model_validator

from waypost.archive.sources.models import Described
from waypost.platform.http.addresses import Trust
from waypost.platform.http.hardening import NotAnAddress, ca_text, split
from waypost.platform.settings import Group, named, nested


class SourceSettings(Group):
    """The group of the source `default`; without an address and a token there is none."""

    zammad_base_url: str | None = Field(None, validation_alias=named("ZAMMAD_BASE_URL", "zammad.base_url"))
    """Address of Zammad, without `/api/v1`; may carry a sub-path."""
    zammad_api_token: SecretStr | None = Field(None, validation_alias=named("ZAMMAD_API_TOKEN", "zammad.api_token"))
    """Token of an account with `ticket.agent`."""
    webhook_hmac_secret: SecretStr | None = Field(
        None, validation_alias=named("WEBHOOK_HMAC_SECRET", "zammad.webhook_hmac_secret")
    )
    """The secret that Zammad signs its webhooks with."""
    webhook_hmac_secret_previous: SecretStr | None = Field(
        None, validation_alias=named("WEBHOOK_HMAC_SECRET_PREVIOUS", "zammad.webhook_hmac_secret_previous")
    )
    """The one before it: still accepted, so that it can be changed without losing a delivery."""
    webhook_shared_secret: SecretStr | None = Field(
        None, validation_alias=named("WEBHOOK_SHARED_SECRET", "server.webhook_shared_secret")
    )
    """Older name of the same secret; counts where the other is unset."""
    zammad_timeout_seconds: float = Field(
        10, gt=0, le=600, validation_alias=named("ZAMMAD_TIMEOUT_SECONDS", "zammad.timeout_seconds")
    )
    """How long Zammad may stay silent."""
    zammad_verify_tls: bool = Field(True, validation_alias=named("ZAMMAD_VERIFY_TLS", "zammad.verify_tls"))
    """Verify Zammad's certificate."""
    zammad_ca_bundle_path: Path | None = Field(
        None, validation_alias=named("ZAMMAD_CA_BUNDLE_PATH", "zammad.ca_bundle_path")
    )
    """The authorities to trust for Zammad instead of the system's (PEM)."""
    zammad_raw_mail: bool = Field(False, validation_alias=named("ZAMMAD_RAW_MAIL", "zammad.raw_mail"))
    """Keep the raw mail of each article that came or went by mail."""
    zammad_history: bool = Field(False, validation_alias=named("ZAMMAD_HISTORY", "zammad.history"))
    """Print the ticket's history."""
    workflow_trigger_tag: str = Field(
        "pdf:sign", validation_alias=named("WORKFLOW_TRIGGER_TAG", "workflow.trigger_tag")
    )
    """The tag that asks for the archive; blank: pdf:sign."""
    workflow_require_tag: bool = Field(True, validation_alias=named("WORKFLOW_REQUIRE_TAG", "workflow.require_tag"))
    """Archive only tickets that carry it."""
    workflow_acknowledge_on_success: bool = Field(True, validation_alias=nested("workflow.acknowledge_on_success"))
    """Write a note into the ticket after success."""
    fields_archive_path: str = Field(
        "archive_path", validation_alias=named("FIELDS_ARCHIVE_PATH", "fields.archive_path")
    )
    """Name of the ticket's field for the chain of folders."""
    fields_archive_user_mode: str = Field(
        "archive_user_mode", validation_alias=named("FIELDS_ARCHIVE_USER_MODE", "fields.archive_user_mode")
    )
    """Name of the field that says whose folder it is: owner, current_agent, fixed."""
    fields_archive_user: str = Field(
        "archive_user", validation_alias=named("FIELDS_ARCHIVE_USER", "fields.archive_user")
    )
    """Name of the field for the login of mode fixed."""
    pdf_include_attachment_binary: bool = Field(
        False, validation_alias=named("PDF_INCLUDE_ATTACHMENT_BINARY", "pdf.include_attachment_binary")
    )
    """Keep the bytes of attachments."""
    pdf_max_attachment_bytes_per_file: int = Field(
        10_485_760,
        ge=0,
        validation_alias=named("PDF_MAX_ATTACHMENT_BYTES_PER_FILE", "pdf.max_attachment_bytes_per_file"),
    )
    """Bytes that one file may have; 0 is no limit."""
    pdf_max_total_attachment_bytes: int = Field(
        52_428_800,
        ge=0,
        validation_alias=named("PDF_MAX_TOTAL_ATTACHMENT_BYTES", "pdf.max_total_attachment_bytes"),
    )
    """Bytes that all files of a ticket may have; 0 is no limit."""
    pdf_require_all_attachments: bool = Field(
        False, validation_alias=named("PDF_REQUIRE_ALL_ATTACHMENTS", "pdf.require_all_attachments")
    )
    """A file that cannot be had stops the archive instead of being listed as missing."""

    @model_validator(mode="after")
    def _whole(self) -> "SourceSettings":
        """An address without a token, or the reverse, would fail at the first ticket."""
        if bool(self.zammad_base_url) != bool(self.zammad_api_token):
            raise ValueError("ZAMMAD_BASE_URL and ZAMMAD_API_TOKEN are set together, or neither")
        return self

    @field_validator("zammad_base_url")
    @classmethod
    def _address(cls, text: str | None) -> str | None:
        try:
            return text and split(text.strip()).text
        except NotAnAddress as wrong:
            raise ValueError(wrong.detail) from None

    def described(self) -> Described | None:
        """As the action takes it; None when nothing is configured."""
        if self.zammad_base_url is None or self.zammad_api_token is None:
            return None
        return Described(
            name="Zammad",
            base_url=self.zammad_base_url.rstrip("/"),
            trust=Trust.OPERATOR,
            token=self.zammad_api_token.get_secret_value(),
            timeout_seconds=self.zammad_timeout_seconds,
            verify_tls=self.zammad_verify_tls,
            ca_pem=ca_text(self.zammad_ca_bundle_path),
            field_path=self.fields_archive_path,
            field_user_mode=self.fields_archive_user_mode,
            field_user=self.fields_archive_user,
            trigger_tag=self.workflow_trigger_tag.strip() or "pdf:sign",
            require_tag=self.workflow_require_tag,
            acknowledge=self.workflow_acknowledge_on_success,
            keep_files=self.pdf_include_attachment_binary,
            max_file_bytes=self.pdf_max_attachment_bytes_per_file,
            max_total_bytes=self.pdf_max_total_attachment_bytes,
            strict_files=self.pdf_require_all_attachments,
            keep_raw=self.zammad_raw_mail,
            keep_history=self.zammad_history,
        )

    def secrets(self) -> tuple[str | None, str | None]:
        """The webhook's present and former secret; blank counts as none."""
        now, legacy, before = map(
            _said, (self.webhook_hmac_secret, self.webhook_shared_secret, self.webhook_hmac_secret_previous)
        )
        return now or legacy, before


def _said(secret: SecretStr | None) -> str | None:
    text = secret.get_secret_value() if secret else ""
    return text if text.strip() else None
