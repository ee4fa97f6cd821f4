"""What has to be done again and again: chores of the relay, each in its own interval.

An app registers its own in `AppConfig.ready`: `chores.every(600, finish_erasures)`. A chore reads from rows what is to be
done, so that none is lost when a process ends, and two processes may do the same one at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

Work = Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class Chore:
    """`work` gets the moment it begins at; it runs in a thread and may use the database."""

    every_s: float
    work: Work

    @property
    def name(self) -> str:
        return f"{self.work.__module__}.{self.work.__qualname__}"


CHORES: list[Chore] = []


def every(seconds: float, work: Work) -> None:
    """Let something be done about every so many seconds, beginning when the relay starts."""
    chore = Chore(seconds, work)
    if all(other.name != chore.name for other in CHORES):
        CHORES.append(chore)


@dataclass(slots=True)
class Timetable:
    """Which chores are due; seconds of any clock that never goes back."""

    chores: list[Chore]
    _next_s: dict[str, float] = field(default_factory=dict)

    def due(self, now_s: float) -> list[Chore]:
        """Those due now; they count as begun."""
        begun = [chore for chore in self.chores if self._next_s.get(chore.name, now_s) <= now_s]
        for chore in begun:
            self._next_s[chore.name] = now_s + chore.every_s
        return begun
