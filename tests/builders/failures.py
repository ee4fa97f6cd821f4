"""A failing instance is kept as a file that replays; its path stands below the failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dispatch.case_file import Case
from dispatch.replay import keep
from tests.conftest import ROOT

FOLDER = Path(os.environ.get("RUFBUS_FAILURES", ROOT / ".data" / "failures"))


@contextmanager
def kept_on_failure(case: Case, folder: Path = FOLDER) -> Iterator[None]:
    """Write the case if what is inside fails.

    Hypothesis shrinks by failing again and again; the last file that it names is the smallest instance.
    """
    try:
        yield
    except Exception as error:
        error.add_note(f"kept: python -m dispatch.replay {keep(case, folder)}")
        raise
