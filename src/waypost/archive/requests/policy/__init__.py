"""What an organisation decides about its own cases: which are kept, when, and in which folder."""
