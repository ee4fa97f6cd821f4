"""Does docs/openapi.yaml say what the API does? It is generated; `make openapi` writes it again.

python -m tools.check_openapi
"""

from __future__ import annotations

import difflib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMITTED = ROOT / "docs" / "openapi.yaml"


def main() -> int:
    command = [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr.strip() or done.stdout.strip())
        return 1
    committed = COMMITTED.read_text(encoding="utf-8") if COMMITTED.exists() else ""
    if committed.strip() == done.stdout.strip():
        return 0
    lines = difflib.unified_diff(
        committed.splitlines(), done.stdout.splitlines(), "committed", "generated", lineterm=""
    )
    print("\n".join(list(lines)[:40]))
    print("docs/openapi.yaml is out of date: run make openapi and read the difference")
    return 1


if __name__ == "__main__":
    sys.exit(main())
