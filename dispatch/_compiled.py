"""The one place where numba is asked for: typed for mypy, cached on disk, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a numeric function at its first call and keep the result in numba's cache folder.

    Without the lock (`nogil`), quotes of several threads run side by side. No fast-math: times are integers, and costs
    must be the same on every machine.
    """
    # To whoever calls it, the compiled function is the function.
    return cast(F, numba.njit(cache=True, nogil=True)(function))
