"""A kept document at a glance: pages as pictures, drawn in a child process from bytes that are as they were kept."""
