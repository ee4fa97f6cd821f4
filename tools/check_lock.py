"""Does the lock still fit pyproject.toml? Names and versions only, without a network; `make lock` compiles it again.

python -m tools.check_lock
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(
    r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(\S+)((?:[ \t]*\\\n[ \t]+--hash=sha256:[0-9a-f]{64})*)", re.MULTILINE
)


def pins(lock: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each package in a lock."""
    return {canonicalize_name(name): (version, hashes.count("--hash")) for name, version, hashes in PIN.findall(lock)}


def differences(root: Path) -> Iterator[str]:
    """One line for each way in which pyproject.toml and the two locks contradict each other."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runs = pins((root / "requirements.txt").read_text(encoding="utf-8"))
    works = pins((root / "requirements-dev.txt").read_text(encoding="utf-8"))
    wanted = [
        ("requirements.txt", runs, project["dependencies"]),
        ("requirements-dev.txt", works, project["optional-dependencies"]["dev"]),
    ]
    for file, locked, requirements in wanted:
        for requirement in map(Requirement, requirements):
            version, _ = locked.get(canonicalize_name(requirement.name), (None, 0))
            if version is None:
                yield f"{file} lacks {requirement}"
            elif version not in requirement.specifier:
                yield f"{file} has {requirement.name} {version}, pyproject.toml wants {requirement}"
        yield from (f"{file}: {name} has no hash" for name, (_, hashes) in locked.items() if not hashes)
    for name, (version, _) in runs.items():
        other, _ = works.get(name, ("none", 0))
        if other != version:
            yield f"requirements-dev.txt has {name} {other}, requirements.txt has {version}"


def main() -> int:
    found = list(differences(ROOT))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
