"""The documented doors of the Zammad archiver."""
