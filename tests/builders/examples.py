"""How many examples a law takes whose every example is a day on the database."""

from __future__ import annotations

import os

TIMES_WHERE_THOROUGH = 20


def examples(number: int) -> int:
    """As many as said; a third of them on PostgreSQL, since SQLite sees them all; with HYPOTHESIS_PROFILE=thorough far more."""
    if os.environ.get("HYPOTHESIS_PROFILE") == "thorough":
        return number * TIMES_WHERE_THOROUGH
    return -(-number // 3) if "RUFBUS_DATABASE" in os.environ else number
