"""Many days at once: every variant of a setting on the same days, one process a core."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from dispatch.simulation.day import simulate_day
from dispatch.simulation.figures import DayFigures, day_figures
from dispatch.simulation.setting import Setting
from dispatch.simulation.wishes import Wish


@dataclass(frozen=True, slots=True)
class DayGiven:
    """A day to live through: its seed and its wishes, whatever the setting."""

    seed: int
    wishes: tuple[Wish, ...]


def run_study(
    settings: Sequence[Setting],
    days: Sequence[DayGiven],
    workers: int | None = None,
    watch: Callable[[int, int], None] | None = None,
) -> list[list[DayFigures]]:
    """Figures of every day under every setting: `figures[setting][day]`.

    Parameters
    ----------
    settings, days
        All are combined. The same day under two settings has the same riders, weather and luck.
    workers
        Processes; as many as there are cores by default. The result does not depend on it.
    watch
        Called with (days done, days in all) as they end.
    """
    tasks = [(setting, day) for setting in settings for day in days]
    workers = min(workers or os.cpu_count() or 1, max(1, len(tasks)))
    figures: list[DayFigures] = []
    if workers == 1:
        for setting, day in tasks:
            figures.append(_figures_of(setting, day))
            if watch:
                watch(len(figures), len(tasks))
    else:
        # Fresh processes: the engine's own threads would not survive a fork.
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            for done in pool.map(_figures_of, *zip(*tasks, strict=True)):
                figures.append(done)
                if watch:
                    watch(len(figures), len(tasks))
    return [figures[k * len(days) : (k + 1) * len(days)] for k in range(len(settings))]


def _figures_of(setting: Setting, day: DayGiven) -> DayFigures:
    return day_figures(simulate_day(setting, day.wishes, day.seed))
