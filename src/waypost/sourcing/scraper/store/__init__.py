"""What the scraper must not forget: one SQLite file, written by one thread, each change on the disk before we go on."""

from waypost.sourcing.scraper.store.file import FolderTaken, NoRoom, Store, opened

__all__ = ["FolderTaken", "NoRoom", "Store", "opened"]
