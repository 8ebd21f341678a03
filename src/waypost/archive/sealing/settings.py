"""How pages look and what they hold, under the names that operators know."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from waypost.archive.sealing.look import OURS, Look, LookRefused, check
from waypost.archive.sealing.preview import lint
from waypost.platform.settings import Group, named


class SealingSettings(Group):
    """The group of pages."""

    template_variant: str = Field("default", validation_alias=named("PDF_TEMPLATE_VARIANT", "pdf.template_variant"))
    """`default`, `compact`, `minimal`, or the name of a folder in `TEMPLATES_ROOT`."""
    templates_root: Path | None = Field(None, validation_alias=named("TEMPLATES_ROOT", "pdf.templates_root"))
    """Folder of templates of your own: `<root>/<name>/template.typ` (docs/templates.md)."""
    locale: str = Field("de_DE", validation_alias=named("PDF_LOCALE", "pdf.locale"))
    """Language of the labels in documents of the default organisation, unless it chose one itself, with a region:
    `de_DE`, `en_GB` …"""
    zone: str = Field("Europe/Berlin", validation_alias=named("PDF_TIMEZONE", "pdf.timezone"))
    """Time zone of the times in documents of the default organisation, as long as nobody has chosen one there."""
    max_articles: int = Field(0, ge=0, validation_alias=named("PDF_MAX_ARTICLES", "pdf.max_articles"))
    """Articles that a document may print; 0: all of them, in volumes of 400."""
    article_limit_mode: Literal["fail", "cap_and_continue"] = Field(
        "fail", validation_alias=named("PDF_ARTICLE_LIMIT_MODE", "pdf.article_limit_mode")
    )
    """Above that number: `fail`, or `cap_and_continue` with the oldest ones, which the document says."""
    include_attachment_binary: bool = Field(
        False, validation_alias=named("PDF_INCLUDE_ATTACHMENT_BINARY", "pdf.include_attachment_binary")
    )
    """Fetch attachments from Zammad, embed them in the document and keep them beside it."""
    max_attachment_bytes_per_file: int = Field(
        10 * 1024 * 1024,
        ge=0,
        validation_alias=named("PDF_MAX_ATTACHMENT_BYTES_PER_FILE", "pdf.max_attachment_bytes_per_file"),
    )
    """A larger attachment is listed only; 0: no limit."""
    max_total_attachment_bytes: int = Field(
        50 * 1024 * 1024,
        ge=0,
        validation_alias=named("PDF_MAX_TOTAL_ATTACHMENT_BYTES", "pdf.max_total_attachment_bytes"),
    )
    """Attachments of a case together; what is beyond is listed only; 0: no limit."""

    @field_validator("templates_root")
    @classmethod
    def _expanded(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None

    @model_validator(mode="after")
    def _usable(self) -> Self:
        """A look that cannot work stops the start, not each case; a template of one's own is tried out."""
        try:
            check(self.look())
            if self.template_variant not in OURS:
                lint(self.look())
        except LookRefused as refused:
            raise ValueError(refused.detail) from None
        return self

    def look(self) -> Look:
        """As rendering takes it."""
        return Look(
            template=self.template_variant,
            locale=self.locale,
            zone=self.zone,
            templates_root=self.templates_root,
            max_articles=self.max_articles,
            limit_mode=self.article_limit_mode,
            max_file_bytes=self.max_attachment_bytes_per_file,
            max_total_bytes=self.max_total_attachment_bytes,
        )
