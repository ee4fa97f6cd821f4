"""Is everything in the tree ours to publish, and does it work on another machine?

Looks at every file that git tracks or would track: no registry addresses, no address at all in a lock file, no paths
of somebody's machine, no private keys, no merge marks, nothing larger than 1.5 MB.

    python -m tools.check_tree
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LARGEST_BYTES = 1_500_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must go: where, what, and why."""

    path: str
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.problem}"


# The patterns are written so that this file does not match them.
FORBIDDEN = (
    (re.compile(r"pypi[.]org|pythonhosted[.]org|registry[.](?:npmjs|yarnpkg)[.]"), "a registry's address"),
    (
        re.compile(r"(?:^|\s)--(?:extra-)?index-url|_auth[T]oken"),
        "where packages come from is the machine's own affair",
    ),
    (re.compile(r"(?<![\w.])/(?:root|work|Users|home)/[\w.-]"), "a path of somebody's machine"),
    (re.compile(r"(?<![\w.])/tm[p]/[\w.-]"), "a fixed temporary path; use tempfile or tmp_path"),
    (re.compile(r"\b[A-Z]:\\+Users\\"), "a path of somebody's machine"),
    (re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY"), "a private key"),
    (re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |$)"), "a merge mark"),
)
IN_A_LOCK = (re.compile(r"\w+://"), "a lock file names no addresses")
LOCK_NAME = re.compile(r"^(?:requirements[\w-]*\.txt|.*\.lock|.*-lock\.(?:json|yaml)|\.npmrc|pip\.conf)$")


def findings_in_tree(root: Path) -> Iterator[Finding]:
    """Everything that must go from the files that git tracks or would track under `root`."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=root, capture_output=True, check=True)
    for name in sorted(set(filter(None, listed.stdout.decode().split("\0")))):
        if (root / name).is_file():
            yield from findings_in_file(root, name)


def findings_in_file(root: Path, name: str) -> Iterator[Finding]:
    """Everything that must go from one file, whose path is relative to `root`."""
    content = (root / name).read_bytes()
    if len(content) > LARGEST_BYTES:
        yield Finding(name, 0, f"{len(content) / 1e6:.1f} MB; at most {LARGEST_BYTES / 1e6} MB")
    if b"\0" in content[:8192]:
        return
    rules = [*FORBIDDEN, IN_A_LOCK] if LOCK_NAME.match(Path(name).name) else FORBIDDEN
    for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
        for pattern, problem in rules:
            if pattern.search(line):
                yield Finding(name, number, problem)


def main() -> int:
    findings = list(findings_in_tree(ROOT))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
