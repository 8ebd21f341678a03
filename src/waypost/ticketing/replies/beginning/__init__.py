"""The first word is ours: a person begins a conversation with a mail."""
