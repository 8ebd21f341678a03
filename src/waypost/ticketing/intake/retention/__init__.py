"""How long the bytes of mails are kept once their conversation is over; what was understood of them stays."""
