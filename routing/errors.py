"""What can be wrong with roads, said so that whoever runs the command can mend it."""

from __future__ import annotations


class RoadError(Exception):
    """A road network cannot be made or used: which file, what is wrong, why, and what to do."""

    def __init__(self, problem: str, *, file: str = "", cause: str = "", remedy: str = "") -> None:
        self.problem = problem
        self.file = file
        self.cause = cause
        self.remedy = remedy
        parts = [f"{file}: {problem}" if file else problem]
        if cause:
            parts.append(f"cause: {cause}")
        if remedy:
            parts.append(f"remedy: {remedy}")
        super().__init__("; ".join(parts))
