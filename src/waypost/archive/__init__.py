"""The archive: what is closed becomes sealed evidence, for whoever asks: Zammad, our own tickets, later bookings."""
