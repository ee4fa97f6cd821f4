"""Draws the app's icons (PNG) from our drawing `logo.svg`, in Chromium.

    python -m tools.make_icons

Run it after the drawing has changed; the results are part of the repository.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "backend" / "web" / "static" / "web" / "img"
GROUND = "#fbfaf6"  # --paper
# file: (side in pixels, share of the side that the drawing takes, background)
ICONS = {
    "icon-192.png": (192, 0.86, "transparent"),
    "icon-512.png": (512, 0.86, "transparent"),
    "icon-maskable-512.png": (512, 0.6, GROUND),  # devices cut it to a circle of 80 % of the side
    "icon-touch-180.png": (180, 0.72, GROUND),
}


def page_of(svg: str, side: int, share: float, ground: str) -> str:
    """A page that is the icon and nothing else."""
    inner = round(side * share)
    edge = (side - inner) / 2
    style = f"margin:0;width:{side}px;height:{side}px;background:{ground}"
    sized = svg.replace(
        "<svg ", f'<svg style="position:absolute;left:{edge}px;top:{edge}px" width="{inner}" height="{inner}" ', 1
    )
    return f'<!doctype html><body style="{style}">{sized}</body>'


def main() -> int:
    program = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if program is None:
        print("no Chromium: apt-get install chromium", file=sys.stderr)
        return 1
    svg = (FOLDER / "logo.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for name, (side, share, ground) in ICONS.items():
            page = chromium.new_page(viewport={"width": side, "height": side})
            page.set_content(page_of(svg, side, share, ground))
            page.screenshot(path=FOLDER / name, omit_background=True)
            page.close()
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
