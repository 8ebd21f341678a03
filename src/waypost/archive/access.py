"""What people may do in the archive, and which roles may do it unless an organisation says otherwise."""

from waypost.platform.access import ADMINS, EVERYONE, STAFF, permission

READ = permission("archive.records.read", EVERYONE)
"""Look at records, their files and their proof."""
ASK = permission("archive.requests.write", STAFF)
"""Ask for something to be kept, again or now; verify it."""
STEER = permission("archive.sources.steer", ADMINS)
"""Set up where cases come from and what is kept by itself."""
HOLD = permission("archive.holds.write", ADMINS)
"""Put a legal hold on a record, or lift it."""
RELEASE = permission("archive.releases.write", ADMINS)
"""Propose that something is deleted, or agree with somebody else's proposal: never both."""
