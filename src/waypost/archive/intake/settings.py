"""How strict the documented doors are, under their documented names."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, model_validator

from waypost.archive.intake.terms import IntakeTerms
from waypost.platform.settings import Group, named

QUEUE_IS_OURS = "requests are kept in PostgreSQL; there is no other queue."


class IntakeSettings(Group):
    """The group of intake."""

    WITHOUT_EFFECT: ClassVar[Mapping[str, str]] = {
        name: f"WORKFLOW_{name.upper()} has nothing left to do: {QUEUE_IS_OURS}"
        for name in (
            "execution_backend",
            "idempotency_backend",
            "queue_stream",
            "queue_group",
            "queue_consumer",
            "queue_dlq_stream",
            "queue_read_block_ms",
            "queue_read_count",
            "history_stream",
            "history_retention_maxlen",
        )
    } | {"limit_metrics": "RATE_LIMIT_INCLUDE_METRICS has nothing left to do: /metrics asks for a token instead."}

    limited: bool = Field(True, validation_alias=named("RATE_LIMIT_ENABLED", "hardening.rate_limit.enabled"))
    """Limit how many webhooks a source may send."""
    rate: float = Field(50.0, ge=0, validation_alias=named("RATE_LIMIT_RPS", "hardening.rate_limit.rps"))
    """Webhooks a second and source; 0 lets only the burst through."""
    burst: int = Field(200, ge=1, validation_alias=named("RATE_LIMIT_BURST", "hardening.rate_limit.burst"))
    """Webhooks that may come at once: a macro over a view of tickets sends one for each."""
    limit_metrics: bool = Field(
        False, validation_alias=named("RATE_LIMIT_INCLUDE_METRICS", "hardening.rate_limit.include_metrics")
    )
    """Of the earlier archiver; scrapers show a token and are not limited."""
    sender_header: str | None = Field(
        None, validation_alias=named("RATE_LIMIT_CLIENT_KEY_HEADER", "hardening.rate_limit.client_key_header")
    )
    """Header whose first part tells the senders of one source apart."""
    allow_unsigned: bool = Field(
        False,
        validation_alias=AliasChoices(
            "HARDENING__WEBHOOK__ALLOW_UNSIGNED",
            "HARDENING_WEBHOOK_ALLOW_UNSIGNED",
        ),
    )
    """Take webhooks without a signature where no secret is set; for tests only."""
    allow_unsigned_when_no_secret: bool = Field(
        False,
        validation_alias=named(
            "HARDENING_WEBHOOK_ALLOW_UNSIGNED_WHEN_NO_SECRET", "hardening.webhook.allow_unsigned_when_no_secret"
        ),
    )
    """Another name for the same."""
    require_delivery_id: bool = Field(
        False,
        validation_alias=named("HARDENING_WEBHOOK_REQUIRE_DELIVERY_ID", "hardening.webhook.require_delivery_id"),
    )
    """Refuse webhooks without X-Zammad-Delivery."""
    open_retry: bool = Field(
        False,
        validation_alias=named(
            "HARDENING_WEBHOOK_ALLOW_UNAUTHENTICATED_RETRY", "hardening.webhook.allow_unauthenticated_retry"
        ),
    )
    """Let anybody POST /retry/{ticket_id}, as it once was."""
    open_jobs: bool = Field(
        False,
        validation_alias=named(
            "HARDENING_WEBHOOK_ALLOW_UNAUTHENTICATED_JOBS", "hardening.webhook.allow_unauthenticated_jobs"
        ),
    )
    """Let anybody read /jobs/{ticket_id} and /jobs/queue/stats, as it once was."""
    batch: int = Field(1_000, ge=1, le=100_000, validation_alias=named("INGEST_BATCH_MAX_ITEMS", "server.batch_items"))
    """The most webhooks that one call to /ingest/batch may bring."""
    admin: bool = Field(False, validation_alias=named("ADMIN_ENABLED", "admin.enabled"))
    """Serve /admin and its routes."""
    admin_token: SecretStr | None = Field(None, validation_alias=named("ADMIN_BEARER_TOKEN", "admin.bearer_token"))
    """The operators' bearer token for /jobs, /retry and /admin."""
    history_limit: int = Field(
        100, ge=1, le=5_000, validation_alias=named("ADMIN_HISTORY_LIMIT", "admin.history_limit")
    )
    """Lines that /admin/api/history gives unless it is asked for another number."""
    delivery_id_ttl_seconds: int = Field(
        3_600,
        ge=0,
        validation_alias=named("WORKFLOW_DELIVERY_ID_TTL_SECONDS", "workflow.delivery_id_ttl_seconds"),
    )
    """How long a delivery that was carried out makes its repetition needless; 0: never."""
    execution_backend: Literal["inprocess", "redis_queue"] = Field(
        "inprocess", validation_alias=named("WORKFLOW_EXECUTION_BACKEND", "workflow.execution_backend")
    )
    """Without effect: requests are kept in PostgreSQL."""
    idempotency_backend: Literal["memory", "redis"] = Field(
        "memory", validation_alias=named("IDEMPOTENCY_BACKEND", "workflow.idempotency_backend")
    )
    """Without effect: deliveries are kept in PostgreSQL."""
    queue_stream: str = Field("zammad:jobs", validation_alias=named("WORKFLOW_QUEUE_STREAM", "workflow.queue_stream"))
    """Without effect."""
    queue_group: str = Field(
        "zammad:jobs:workers", validation_alias=named("WORKFLOW_QUEUE_GROUP", "workflow.queue_group")
    )
    """Without effect."""
    queue_consumer: str | None = Field(
        None, validation_alias=named("WORKFLOW_QUEUE_CONSUMER", "workflow.queue_consumer")
    )
    """Without effect."""
    queue_dlq_stream: str = Field(
        "zammad:jobs:dlq", validation_alias=named("WORKFLOW_QUEUE_DLQ_STREAM", "workflow.queue_dlq_stream")
    )
    """Without effect."""
    queue_read_block_ms: int = Field(
        1_000,
        ge=100,
        le=60_000,
        validation_alias=named("WORKFLOW_QUEUE_READ_BLOCK_MS", "workflow.queue_read_block_ms"),
    )
    """Without effect."""
    queue_read_count: int = Field(
        10, ge=1, le=1_000, validation_alias=named("WORKFLOW_QUEUE_READ_COUNT", "workflow.queue_read_count")
    )
    """Without effect."""
    history_stream: str = Field(
        "zammad:jobs:history", validation_alias=named("WORKFLOW_HISTORY_STREAM", "workflow.history_stream")
    )
    """Without effect."""
    history_retention_maxlen: int = Field(
        5_000,
        ge=0,
        le=1_000_000,
        validation_alias=named("WORKFLOW_HISTORY_RETENTION_MAXLEN", "workflow.history_retention_maxlen"),
    )
    """Without effect: requests are kept."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.admin and not self.token():
            raise ValueError("ADMIN_ENABLED needs ADMIN_BEARER_TOKEN")
        if self.require_delivery_id and not self.delivery_id_ttl_seconds:
            raise ValueError("HARDENING_WEBHOOK_REQUIRE_DELIVERY_ID needs WORKFLOW_DELIVERY_ID_TTL_SECONDS above 0")
        return self

    def token(self) -> bytes | None:
        """The operators' token; blank counts as none."""
        said = self.admin_token.get_secret_value().strip() if self.admin_token else ""
        return said.encode() or None

    def terms(self, retries: int) -> IntakeTerms:
        """The same as the doors take it."""
        return IntakeTerms(
            rate=self.rate,
            burst=self.burst,
            limited=self.limited,
            sender_header=self.sender_header,
            allow_unsigned=self.allow_unsigned or self.allow_unsigned_when_no_secret,
            require_delivery_id=self.require_delivery_id,
            open_retry=self.open_retry,
            open_jobs=self.open_jobs,
            remember=timedelta(seconds=self.delivery_id_ttl_seconds),
            batch=self.batch,
            admin=self.admin,
            admin_token=self.token(),
            history=self.history_limit,
            retries=retries,
        )
