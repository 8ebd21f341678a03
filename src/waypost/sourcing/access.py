"""What people may do in sourcing, and which roles may do it unless an organisation says otherwise."""

from waypost.platform.access import ADMINS, EVERYONE, STAFF, permission

READ = permission("sourcing.offers.read", EVERYONE)
"""Look at offers, and at one's own runs."""
RUN = permission("sourcing.runs.write", STAFF)
"""Start, retry and cancel runs; plan them; keep offers in one's notebook."""
STEER = permission("sourcing.sources.steer", ADMINS)
"""Set up sources, their recipes, permissions and budgets."""
OPERATE = permission("sourcing.ops.read", ADMINS)
"""Look at every run, callback and figure of the organisation."""
REPAIR = permission("sourcing.ops.repair", ADMINS)
"""Reconcile runs, replay callbacks, override a pause, match again for somebody else."""
