"""What runs are told: values, read once from the settings. Parts of a process."""

from dataclasses import dataclass, field
from datetime import timedelta

from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.sources.pausing import PauseTerms
from waypost.sourcing.wire.minting import ServiceAccount

HEARTBEATS_OF_GRACE = 3
LEAST_LEASE = timedelta(seconds=60)
PATIENT = timedelta(hours=26)
"""How long a run waits for a scraper that is merely full, or for a host that rests: a night, and its crawl window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTerms:
    """Limits and patience."""

    provider: str = "worker-http"
    """As answers name it: `worker-http` or `cloud-tasks`."""
    has_worker: bool = True
    max_active: int = 2
    daily: int = 40
    duplicate: timedelta = timedelta(seconds=30)
    reuse: timedelta = timedelta(hours=24)
    min_fresh: int = 10
    chain: int = 5
    task_timeout: timedelta = timedelta(minutes=3)
    deadline: timedelta = timedelta(minutes=4)
    payload_bytes: int = 262_144
    heartbeat: timedelta = timedelta(seconds=10)
    pending_silence: timedelta = timedelta(minutes=15)
    running_silence: timedelta = timedelta(minutes=5)
    window: tuple[int, int] = (20, 40)
    deliveries: int = 3
    continuations: int = 6
    notebook: NotebookTerms = field(default_factory=NotebookTerms)
    """How the catalogue is matched before anything is fetched."""
    pauses: PauseTerms = field(default_factory=PauseTerms)
    """When runs by the clock wait."""
    ops_token: bytes | None = field(default=None, repr=False)
    """Opens the internal doors; without it they are shut."""
    default_org: str = "Default"
    """The organisation of what is configured by the environment (ruling 2)."""

    @property
    def grace(self) -> timedelta:
        """What scrapers get to be heard after the API came up (ruling 35)."""
        return HEARTBEATS_OF_GRACE * self.heartbeat

    @property
    def patience(self) -> timedelta:
        """Silence of a run that began, after which it is given up."""
        return max(self.grace, self.running_silence)

    @property
    def lease(self) -> timedelta:
        """How long a heartbeat holds a run."""
        return max(2 * self.grace, LEAST_LEASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Where tasks go, and where their reports come."""

    task_url: str = ""
    token: str = field(default="", repr=False)
    callback_url: str = ""
    patience: float = 5.0
    """Seconds."""
    queue: str = ""
    """`projects/…/locations/…/queues/…`."""
    tasks_api: str = ""
    service_account: str = ""
    account: ServiceAccount | None = field(default=None, repr=False)
    """Whose key makes tokens of ours; None: the machine says who it is."""
    audience: str = ""
    deadline: float = 240.0
    """Seconds; Cloud Tasks gives up on one attempt after them."""
