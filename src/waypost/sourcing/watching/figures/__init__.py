"""Figures of sourcing: counted where they are few, kept by the hour where they are many."""
