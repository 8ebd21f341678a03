"""Figures of the queue for Prometheus: no label names an organisation."""

from prometheus_client import Counter, Gauge, Histogram

_WAIT = (0.005, 0.02, 0.1, 0.5, 1, 5, 30, 120, 600, 3600)
_TOOK = (0.002, 0.01, 0.05, 0.2, 1, 5, 30, 120, 900)

FINISHED = Counter("waypost_jobs_finished_total", "Attempts that ended", ("queue", "type", "outcome"))
TOOK = Histogram("waypost_jobs_duration_seconds", "Time in the handler", ("queue", "type"), buckets=_TOOK)
WAITED = Histogram("waypost_jobs_wait_seconds", "From due to started", ("queue",), buckets=_WAIT)
RUNNING = Gauge("waypost_jobs_running", "In a handler now", ("queue",), multiprocess_mode="livesum")
READY = Gauge("waypost_jobs_ready", "Due and waiting", ("queue",), multiprocess_mode="mostrecent")
OLDEST = Gauge(
    "waypost_jobs_oldest_ready_age_seconds", "Age of the job due longest", ("queue",), multiprocess_mode="mostrecent"
)
DEAD = Gauge("waypost_jobs_dead", "Dead letters", ("queue",), multiprocess_mode="mostrecent")
DEAD_AGE = Gauge(
    "waypost_jobs_dead_age_seconds",
    "How long dead letters have been waiting for somebody",
    ("queue",),
    multiprocess_mode="mostrecent",
)
HEARTBEAT = Gauge(
    "waypost_worker_heartbeat_timestamp_seconds",
    "When a worker last counted the queue (Unix time); it does every 30 seconds",
    multiprocess_mode="mostrecent",
)
EXPIRED = Counter("waypost_jobs_lease_expired_total", "Jobs whose worker fell silent", ("queue",))
PRUNED = Counter("waypost_jobs_pruned_total", "Finished jobs removed by age")
DEAD_REMOVED = Counter("waypost_jobs_dead_removed_total", "Dead letters removed by age", ("queue",))
REVIVED = Counter("waypost_jobs_replayed_total", "Dead letters queued again by hand", ("queue", "type"))
