"""Compiles the catalogues of translations: `django.po`, which people write, to `django.mo`, which Django reads.

With Babel, so that no machine needs gettext. Compiled files are not in the repository; whoever starts makes what is missing
or older than its source (docs/decisions/0607-catalogues-compiled-where-needed.md).
"""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

log = logging.getLogger("rufbus.catalogues")
FOLDER = Path(__file__).resolve().parents[1] / "web" / "locale"


def compile_catalogues(folder: Path = FOLDER) -> list[Path]:
    """Compile what is missing or stale; gives the files written.

    Several processes may do this at once: each writes a file of its own and moves it into place. A folder that cannot be
    written to is no reason not to start: texts without a translation are German.
    """
    return [target for source in sorted(folder.glob("*/LC_MESSAGES/*.po")) if (target := _compiled(source))]


def _compiled(source: Path) -> Path | None:
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return None
    from babel.messages.mofile import write_mo  # not needed on most starts
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    try:
        with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".part", delete=False) as part:
            write_mo(part, catalogue)
        os.chmod(part.name, 0o644)
        os.replace(part.name, target)
    except OSError as error:
        log.warning("%s cannot be written (%s): its language shows German texts", target.name, error.strerror)
        return None
    return target
