"""Who may connect and steer mailboxes."""

from waypost.platform.access import ADMINS, permission

READ = permission("ticketing.mailboxes.read", ADMINS)
STEER = permission("ticketing.mailboxes.steer", ADMINS)
