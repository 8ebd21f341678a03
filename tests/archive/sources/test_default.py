"""The source that the environment describes: settings by their documented names, found or made at start."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.cast import SECRETS
from tests.conftest import Orgs
from waypost.archive.sources.actions import ByEnvironment, change, change_secret
from waypost.archive.sources.models import DEFAULT
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.queries import by_key
from waypost.archive.sources.secrets import token_of, webhook_secrets
from waypost.archive.sources.settings import SourceSettings
from waypost.archive.sources.starting import stand_sources
from waypost.platform.access import MACHINE
from waypost.platform.http import Trust
from waypost.platform.http.settings import WayOutSettings
from waypost.platform.identity import lookups
from waypost.platform.identity.inbound_sources.lookups import organisation_of_source
from waypost.platform.ids import new_secret
from waypost.platform.work import Works

GIVEN = {"ZAMMAD_BASE_URL": "https://desk.acme.example/support/", "ZAMMAD_API_TOKEN": "token"}


@pytest.mark.parametrize(
    ("name", "value", "member", "expected"),
    [
        ("ZAMMAD_TIMEOUT_SECONDS", "3.5", "timeout_seconds", 3.5),
        ("ZAMMAD_VERIFY_TLS", "false", "verify_tls", False),
        ("WORKFLOW_TRIGGER_TAG", " ", "trigger_tag", "pdf:sign"),
        ("WORKFLOW_TRIGGER_TAG", "keep", "trigger_tag", "keep"),
        ("WORKFLOW_REQUIRE_TAG", "false", "require_tag", False),
        ("WORKFLOW__ACKNOWLEDGE_ON_SUCCESS", "false", "acknowledge", False),
        ("FIELDS_ARCHIVE_PATH", "folder", "field_path", "folder"),
        ("FIELDS_ARCHIVE_USER_MODE", "mode", "field_user_mode", "mode"),
        ("FIELDS_ARCHIVE_USER", "who", "field_user", "who"),
        ("PDF_INCLUDE_ATTACHMENT_BINARY", "true", "keep_files", True),
        ("PDF_MAX_ATTACHMENT_BYTES_PER_FILE", "5", "max_file_bytes", 5),
        ("PDF_MAX_TOTAL_ATTACHMENT_BYTES", "0", "max_total_bytes", 0),
        ("ZAMMAD__TIMEOUT_SECONDS", "4", "timeout_seconds", 4),
    ],
)
def test_documented_names(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, member: str, expected: object
) -> None:
    """§5.2, flat and nested."""
    for key, text in (GIVEN | {name: value}).items():
        monkeypatch.setenv(key, text)
    described = SourceSettings().described()
    assert described is not None and getattr(described, member) == expected
    assert (described.base_url, described.trust) == ("https://desk.acme.example/support", Trust.OPERATOR)


def test_defaults() -> None:
    """As documented; nothing is configured without an address."""
    assert SourceSettings.model_validate({}).described() is None
    found = SourceSettings.model_validate(GIVEN).described()
    assert found and (found.timeout_seconds, found.max_file_bytes, found.max_total_bytes) == (
        10,
        10_485_760,
        52_428_800,
    )
    assert (found.trigger_tag, found.require_tag, found.acknowledge, found.keep_files) == (
        "pdf:sign",
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    "given",
    [
        {"ZAMMAD_BASE_URL": "https://desk.acme.example"},
        {"ZAMMAD_API_TOKEN": "token"},
        GIVEN | {"ZAMMAD_BASE_URL": "desk.acme.example"},
        GIVEN | {"ZAMMAD_BASE_URL": "https://me:pw@desk.acme.example"},
        GIVEN | {"ZAMMAD_TIMEOUT_SECONDS": 0},
        GIVEN | {"PDF_MAX_TOTAL_ATTACHMENT_BYTES": -1},
    ],
)
def test_refused_at_start(given: dict[str, Any]) -> None:
    """Not at the first ticket."""
    with pytest.raises(ValidationError):
        SourceSettings.model_validate(given)


def test_secrets() -> None:
    """§1.3: the present name before the older one, not trimmed, blank is none; a former one counts beside it."""
    both = {"WEBHOOK_HMAC_SECRET": " new ", "WEBHOOK_SHARED_SECRET": "old", "WEBHOOK_HMAC_SECRET_PREVIOUS": "before"}
    assert SourceSettings.model_validate(both).secrets() == (" new ", "before")
    assert SourceSettings.model_validate({"WEBHOOK_SHARED_SECRET": "old"}).secrets() == ("old", None)
    assert SourceSettings.model_validate({"WEBHOOK_HMAC_SECRET": "  "}).secrets() == (None, None)
    assert "new" not in repr(SourceSettings.model_validate(both))


def test_hardening_names() -> None:
    """The four switches of transport, all off by default."""
    assert not any(
        getattr(WayOutSettings.model_validate({}).hardening(), name)
        for name in ("trust_env", "allow_insecure_http", "allow_insecure_tls", "allow_local_upstreams")
    )
    on = WayOutSettings.model_validate({"HARDENING_TRANSPORT_ALLOW_LOCAL_UPSTREAMS": "true"}).hardening()
    assert on.allow_local_upstreams and not on.allow_insecure_http


@pytest.mark.anyio
async def test_found_or_made_at_start(works: Works, orgs: Orgs, zammads: Zammads) -> None:
    """Again and again the same row, brought to what the settings say; it rests when they name it no more."""
    name = f"Operator {new_secret()[:8]}"
    settings = SourceSettings.model_validate(GIVEN | {"WEBHOOK_HMAC_SECRET": "s1"})
    await stand_sources(works, zammads, settings, name)
    changed = settings.model_copy(update={"workflow_trigger_tag": "keep"})
    await stand_sources(works, zammads, changed, name)
    async with lookups.catalogue(works.shards) as db:
        org = await organisation_of_source(db, DEFAULT)
    assert org is not None
    async with works.open(org, MACHINE) as work:
        row = await by_key(work.db, DEFAULT)
        assert (row.trigger_tag, row.from_environment, row.trust) == ("keep", True, Trust.OPERATOR)
        assert webhook_secrets(row, SECRETS.vault) == (b"s1",) and token_of(row, SECRETS.vault) == "token"
        with pytest.raises(ByEnvironment):
            await change_secret(work, SECRETS.vault, row.id)
        described = changed.described()
        assert described is not None
        with pytest.raises(ByEnvironment):
            await change(work, SECRETS.vault, row.id, described)
    await stand_sources(works, zammads, SourceSettings.model_validate({}), name)
    async with works.open(org, MACHINE) as work:
        assert (await by_key(work.db, DEFAULT)).paused_at is not None
    await stand_sources(works, zammads, settings, name)
    async with works.open(org, MACHINE) as work:
        assert (await by_key(work.db, DEFAULT)).paused_at is None


@pytest.mark.anyio
async def test_nothing_is_made_where_nothing_is_configured(works: Works, zammads: Zammads) -> None:
    """No organisation either."""
    name = f"Nobody {new_secret()[:8]}"
    await stand_sources(works, zammads, SourceSettings.model_validate({}), name)
    async with lookups.catalogue(works.shards) as db:
        assert await lookups.organisation_named(db, name) is None
