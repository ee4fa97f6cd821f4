"""Compile the engine's loops into its cache, so that the first quote after set-up is as quick as the next one."""

from __future__ import annotations

import time


def main() -> None:
    try:
        from dispatch.warm_up import warm_up
    except ImportError as error:
        raise SystemExit(f"the engine cannot be compiled: {error}") from error
    start = time.perf_counter()
    warm_up()
    print(f"compiled loops ready after {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
