"""The sidecar: the documented keys by name and form, ours beside them."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from waypost.archive.places.plan import Plan
from waypost.archive.places.sidecar import Attached, Signing, Told, Volume, sidecar, sidecar_bytes

AT = datetime(2026, 11, 22, 8, 30, 15, 999999, tzinfo=UTC)
PLAN = Plan("/mnt/archive", "anna/Kunden", "Ticket-123_2026-11-22", ".pdf", 1, UUID(int=7), "123")
PDF = hashlib.sha256(b"pdf").hexdigest()
TOLD = Told("zammad", "default", "123", "20123", "  Tür klemmt ", AT, [Volume(PDF, 3)])
SEALED = Signing("B-T", "B-LTA", "ocsp_unreachable", "ab" * 32, "CN=Seal", AT, "CN=Clock", AT)


def test_documented_keys() -> None:
    said = sidecar(PLAN, TOLD)
    assert (said["ticket_id"], said["ticket_number"], said["title"]) == (123, "20123", "Tür klemmt")
    assert said["created_at"] == "2026-11-22T08:30:15Z"
    assert said["storage_path"] == "/mnt/archive/anna/Kunden/Ticket-123_2026-11-22.pdf"
    assert said["sha256"] == PDF
    assert {k: said["signing"][k] for k in ("enabled", "tsa_used")} == {"enabled": False, "tsa_used": False}
    assert set(said["service"]) == {"name", "version", "python"}
    assert "attachments" not in said and "cert_fingerprint" not in said["signing"] and "evidence" not in said
    assert "zone" not in said, "a case that was rendered before they were noted"
    said = sidecar(PLAN, replace(TOLD, locale="de", zone="Asia/Tokyo"))
    assert (said["locale"], said["zone"]) == ("de", "Asia/Tokyo")


def test_what_happened_is_told_and_not_what_was_configured() -> None:
    said = sidecar(PLAN, replace(TOLD, signing=SEALED))["signing"]
    assert (said["enabled"], said["tsa_used"], said["cert_fingerprint"]) == (True, True, "ab" * 32)
    assert (said["level"], said["wanted"], said["reason"]) == ("B-T", "B-LTA", "ocsp_unreachable")
    assert (said["signer"], said["tsa"], said["timestamp_at"]) == ("CN=Seal", "CN=Clock", "2026-11-22T08:30:15Z")


def test_attachments_and_volumes() -> None:
    name = PLAN.attachment("9", "4", "Plan A.dwg")
    file = Attached(name, "9", "4", "Plan A.dwg", "cd" * 32, 12)
    said = sidecar(PLAN, replace(TOLD, attachments=[file], volumes=[Volume(PDF, 3, 400), Volume("ef" * 32, 5, 2)]))
    assert said["attachments"] == [
        {
            "storage_path": "/mnt/archive/anna/Kunden/attachments/9_4_Plan_A.dwg",
            "article_id": 9,
            "attachment_id": 4,
            "filename": "Plan A.dwg",
            "sha256": "cd" * 32,
            "path": "anna/Kunden/attachments/9_4_Plan_A.dwg",
            "size": 12,
        }
    ]
    assert [one["path"] for one in said["volumes"]] == [
        "anna/Kunden/Ticket-123_2026-11-22.pdf",
        "anna/Kunden/Ticket-123_2026-11-22_p2.pdf",
    ]


def test_a_later_version_has_a_name_of_its_own() -> None:
    later = Plan("s3://bucket/tree", "anna", "Ticket-1_2026-11-22", ".pdf", 2, UUID(int=7), "1")
    assert (later.pdf(), later.pdf(3), later.sidecar) == (
        "Ticket-1_2026-11-22_v2.pdf",
        "Ticket-1_2026-11-22_v2_p3.pdf",
        "Ticket-1_2026-11-22_v2.pdf.json",
    )
    said = sidecar(later, replace(TOLD, ref="0198-a", predecessor=1), {"log": "x", "position": 4, "leaf": "00"})
    assert (said["ticket_id"], said["version"], said["predecessor"]) == ("0198-a", 2, 1)
    assert said["storage_path"].startswith("s3://bucket/tree/anna/") and said["evidence"]["position"] == 4


def test_the_bytes_are_sorted_indented_literal_and_end_with_a_break() -> None:
    text = sidecar_bytes(sidecar(PLAN, TOLD)).decode()
    assert text.endswith("}\n") and '\n  "title": "Tür klemmt",\n' in text
    keys = list(json.loads(text))
    assert keys == sorted(keys)
