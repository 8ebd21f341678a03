"""The notice that leaves: its documented body, its hash, its signature (pure; sourcing.md 5.4)."""

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from waypost.sourcing.watching.alerts.meanings import INFORMATIONAL, MEANINGS

ALERT_KEY = "ops-active-metrics"
PARTS = ("queue", "scheduler", "ingest", "offers", "careerProfiles", "scrape")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line of a notice: a rule about a subject, and where it stands."""

    rule: str
    subject: str = ""
    state: str = "firing"
    """`firing`, `active` (a flag), `resolved`."""
    count: float | int | None = None
    at: datetime | None = None

    @property
    def key(self) -> str:
        """`run_success`, `drift:pracuj-pl`."""
        return f"{self.rule}:{self.subject}" if self.subject else self.rule

    @property
    def fingerprint(self) -> str:
        """Of key and state alone, so that a live number never makes the same thing news."""
        return sha256(f"{self.key}\n{self.state}".encode()).hexdigest()

    def told(self) -> dict[str, Any]:
        """As the body names it."""
        title, summary = _words(self.rule)
        told = {"key": self.key, "title": title, "summary": summary, "count": self.count, "state": self.state}
        return told | {"since": self.at.isoformat() if self.at else None}


def body(notices: Sequence[Notice], metrics: Mapping[str, Any], hours: int, now: datetime) -> bytes:
    """The documented JSON; what is over stands apart."""
    active = [each.told() for each in notices if each.state != "resolved"]
    over = [each.told() for each in notices if each.state == "resolved"]
    figures = {part: metrics[part] for part in PARTS}
    figures["callback"] = {key: metrics["callback"][key] for key in ("deadLetters24h", "failedRate")}
    told = {"alertKey": ALERT_KEY, "windowHours": hours, "activeAlerts": active, "resolvedAlerts": over}
    return msgspec.json.encode(told | {"metrics": figures, "generatedAt": now.isoformat()})


def identity(notices: Sequence[Notice], now: datetime, cooldown: timedelta) -> str:
    """The same for the same news within one cooldown: who gets it twice can tell."""
    slot = int(now.timestamp() // max(cooldown.total_seconds(), 1))
    said = sorted(f"{each.fingerprint} {each.at.isoformat() if each.at else slot}" for each in notices)
    return "ops_" + sha256("\n".join([str(slot), *said]).encode()).hexdigest()[:32]


def headers(notice_id: str, content: bytes, now: datetime, bearer: str | None, secret: bytes | None) -> dict[str, str]:
    """Standard Webhooks: id, time, and where there is a secret the signature over `id.time.body`."""
    stamp = str(int(now.timestamp()))
    found = {"content-type": "application/json", "webhook-id": notice_id, "webhook-timestamp": stamp}
    if bearer:
        found["authorization"] = f"Bearer {bearer}"
    if secret:
        signed = hmac.new(secret, f"{notice_id}.{stamp}.".encode() + content, sha256).digest()
        found["webhook-signature"] = "v1," + base64.b64encode(signed).decode()
    return found


def flags(informational: Mapping[str, bool]) -> list[Notice]:
    """The informational ones that are up."""
    return [Notice(rule=key, state="active", count=1) for key, is_up in informational.items() if is_up]


def _words(rule: str) -> tuple[str, str]:
    if rule in INFORMATIONAL:
        return INFORMATIONAL[rule]
    meaning = MEANINGS.get(rule)
    return (meaning.title, meaning.means) if meaning else (rule, "")
