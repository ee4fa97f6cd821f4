#!/usr/bin/env bash
# Print the Python 3.11 of this machine, or say what is missing.
set -euo pipefail

for candidate in "${PYTHON:-}" python3.11 python3 python; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        command -v "$candidate"
        exit
    fi
done
echo "Python 3.11 with venv is missing. Debian 12: apt-get install python3.11 python3.11-venv; else name it: make setup PYTHON=..." >&2
exit 1
