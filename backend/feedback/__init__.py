"""Barriers that people report, and what became of them."""
