"""The organisation itself: the language and the time zone that hold for all of it."""
