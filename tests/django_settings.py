"""The project's settings for tests: the same, but in a data folder of their own that goes with the process."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

# A worker of pytest-xdist inherits the folder of the process that started it, and needs one of its own all the same.
if "RUFBUS_DATA" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
    _data = tempfile.mkdtemp(prefix="rufbus-test-")
    os.environ["RUFBUS_DATA"] = _data
    atexit.register(shutil.rmtree, _data, ignore_errors=True)

from backend.config.settings import *  # noqa: F403
from backend.config.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads then queue for the one writer as they do in the running system.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty: pages only name their files, under their plain names
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests log in often; they protect nothing
