"""Mail that an older version of our reader understood is read anew from its bytes; the newest reading is shown."""
