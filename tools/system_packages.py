"""Is a program of the operating system here, and if not, may and can we install it?"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Where Debian keeps programs that are not on everybody's PATH.
EXTRA_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/local/sbin", "/usr/sbin")


def find(*programs: str) -> Path | None:
    """Path of the first of these programs that this machine has; the newest version where there are several."""
    for program in programs:
        on_path = shutil.which(program)
        if on_path:
            return Path(on_path)
        for pattern in EXTRA_FOLDERS:
            for folder in sorted(glob.glob(pattern), key=_version_in, reverse=True):
                candidate = Path(folder) / program
                if os.access(candidate, os.X_OK):
                    return candidate
    return None


def ensure(package: str, *programs: str) -> Path | None:
    """Path of one of the programs; its Debian package is installed first where it is missing and may be installed.

    Installing is refused by `RUFBUS_NO_INSTALL=1`. Returns None where the program is missing and stays so.
    """
    found = find(*programs)
    if found is None and may_install():
        print(f"installing {package}, since {programs[0]} is missing", file=sys.stderr, flush=True)
        _install(package)
        found = find(*programs)
    return found


def may_install() -> bool:
    """Whether a system package may be installed here: root on a machine with apt-get, and nobody said no."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None and not os.environ.get("RUFBUS_NO_INSTALL")


def remedy(package: str) -> str:
    """What a person does about a missing package."""
    return f"install the system package {package} (Debian, Ubuntu: apt-get install {package})"


def _install(package: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", package],
    ):
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"{' '.join(command)} failed: {done.stderr.strip()[-400:]}", file=sys.stderr, flush=True)


def _version_in(folder: str) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.split("/") if part.isdigit())
