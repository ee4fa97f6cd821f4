"""Compile the engine's loops into its cache, so that the first quote after set-up is as quick as the next one."""

from __future__ import annotations

import time

from dispatch.warm_up import warm_up


def main() -> None:
    start = time.perf_counter()
    warm_up()
    print(f"compiled loops ready after {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
