"""A labelled corpus of conversations: which mails belong together, known by construction and never read from them."""
