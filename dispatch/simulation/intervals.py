"""Means over days with 95 % confidence intervals (Student's t: few days, spread unknown)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import t as student

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """The mean of `days` values, and the bounds of its 95 % confidence interval; one day has none."""

    mean: float
    low: float | None
    high: float | None
    days: int


def interval(values: Iterable[float | None]) -> Interval | None:
    """The mean of the values that there are, with its interval; None where there are none.

    The days are independent draws, so the mean of n of them, less the true one, over its standard error follows Student's
    t with n - 1 degrees of freedom (near enough, as a day's figure is itself a mean of many rides).
    """
    known = np.array([value for value in values if value is not None], dtype=float)
    if known.size == 0:
        return None
    mean = float(known.mean())
    if known.size == 1:
        return Interval(mean, None, None, 1)
    half = float(student.ppf(0.5 + CONFIDENCE / 2.0, known.size - 1)) * float(known.std(ddof=1)) / sqrt(known.size)
    return Interval(mean, mean - half, mean + half, int(known.size))


def difference(ours: Iterable[float | None], theirs: Iterable[float | None]) -> Interval | None:
    """The mean difference of two policies on the same days, pair by pair."""
    pairs = zip(ours, theirs, strict=True)
    return interval(None if one is None or other is None else one - other for one, other in pairs)
