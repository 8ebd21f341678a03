"""Who may look at the queue and mend it."""

from waypost.platform.access import ADMINS, permission

READ = permission("ops.jobs.read", ADMINS)
REPLAY = permission("ops.jobs.replay", ADMINS)
PAGE = 50
"""Dead letters on one page."""
TYPED_ABOVE = 20
"""A bulk act on more jobs than this asks for their number, typed."""
