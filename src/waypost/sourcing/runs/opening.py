"""What hands tasks over, put together from the settings."""

from waypost.platform.http import Patience, Trust, WayOut
from waypost.platform.http.hardening import Hardening
from waypost.sourcing.runs.dispatching import Desk
from waypost.sourcing.runs.google_access import AccessTokens
from waypost.sourcing.runs.providers import CloudTasks, Direct, Provider
from waypost.sourcing.runs.settings import RunSettings
from waypost.sourcing.runs.terms import Handover, RunTerms

ASKS = Patience(connect=5, read=10, total=15, max_bytes=65_536)


def open_desk(settings: RunSettings, terms: RunTerms, rules: Hardening, home: str) -> Desk:
    """`home` is this installation's own address, where reports come unless the settings say otherwise."""
    to = settings.handover(home)
    return Desk(terms, to, _provider(settings, to, rules))


def _provider(settings: RunSettings, to: Handover, rules: Hardening) -> Provider:
    if settings.provider == "http":
        return Direct(to, rules)
    return CloudTasks(to, AccessTokens(WayOut(Trust.OPERATOR, patience=ASKS), to.account), rules)
