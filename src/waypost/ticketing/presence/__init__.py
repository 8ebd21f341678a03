"""Who else is reading or writing."""
