"""Lighthouse beside the product: installed into the data folder when figures are wanted, no dependency of anything."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

VERSION = "12.2.3"
CATEGORIES = ("accessibility", "performance", "best-practices")
INSTALL_TIMEOUT_S, RUN_TIMEOUT_S = 300, 180


class NoLighthouse(RuntimeError):
    """Why there are no figures, in one line."""


def installed(folder: Path) -> Path:
    """Lighthouse's program below `folder`, installed there if it is missing. Raises NoLighthouse."""
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if program.is_file():
        return program
    if not shutil.which("npm"):
        raise NoLighthouse("there is no npm")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    command = ["npm", "install", "--save-exact", "--no-audit", "--no-fund", f"lighthouse@{VERSION}"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=INSTALL_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        raise NoLighthouse(f"npm did not install it within {INSTALL_TIMEOUT_S} s") from None
    if done.returncode or not program.is_file():
        raise NoLighthouse("npm could not install it")
    return program


def scores(program: Path, chromium: str, url: str, cookies: str) -> dict[str, int]:
    """Category -> score of 100, on the phone that Lighthouse simulates. Raises NoLighthouse."""
    command = [
        "node", str(program), url, "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        f"--extra-headers={json.dumps({'Cookie': cookies})}",
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": chromium}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False
        )
        found = json.loads(done.stdout)["categories"]
        return {name: round(100 * found[name]["score"]) for name in CATEGORIES}
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        raise NoLighthouse(f"it gave no scores for {url.partition('?')[0]}") from None
