"""From an occurrence to a message: fetch, read, recognise, hand to a conversation, or keep in quarantine."""
