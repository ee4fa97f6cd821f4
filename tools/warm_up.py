"""Compile the engine's loops and the catalogues of translations, so that the first quote and page are as quick as the next."""

from __future__ import annotations

import time

from backend.config.catalogues import compile_catalogues
from dispatch.warm_up import warm_up


def main() -> None:
    start = time.perf_counter()
    warm_up()
    compile_catalogues()
    print(f"compiled loops ready after {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
