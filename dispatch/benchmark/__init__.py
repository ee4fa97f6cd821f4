"""Measuring the engine: seeded instances and a command line."""
