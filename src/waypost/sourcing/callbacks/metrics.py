"""Figures of callbacks for Prometheus; no label names an organisation, a run or a sender."""

from prometheus_client import Counter

RECEIVED = Counter("waypost_sourcing_callbacks_total", "Callbacks of scrapers", ("kind", "outcome"))
"""`outcome`: applied, repeated, ignored, or the code of a refusal in lower case."""
REFUSED = Counter("waypost_sourcing_callback_rejections_total", "Callbacks that proved nothing", ("reason",))
CONFLICTS = Counter("waypost_sourcing_callback_conflicts_total", "Events that came again with another content")
DEFERRED = Counter("waypost_sourcing_links_deferred_total", "Times that offers could not be linked at once")
