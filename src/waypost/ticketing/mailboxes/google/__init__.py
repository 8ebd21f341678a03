"""Gmail: consent, reading, watching and sending through Google's interfaces."""
