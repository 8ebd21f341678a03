"""Our stand-in for Google: consent page, tokens, the Gmail interface with its quota and its moods, pushes."""
