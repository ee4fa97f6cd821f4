"""What a dialogue says: codes with facts, not texts. Each channel has its own words for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Say:
    """One thought. `facts` are JSON: names as texts, moments as ISO texts on the district's clock, money in cents."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a key gives. `what` names it for the wording ("yes", "place", "time"), `facts` say which."""

    key: str
    what: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said now, the question last. `asked` is that question's name (`state.Asked`).

    `typing` says what keys fit: "choice" (one key), "figures" (several, ended by #), or nothing.
    """

    says: tuple[Say, ...] = ()
    choices: tuple[Choice, ...] = ()
    asked: str = ""
    typing: str = ""
    is_slow: bool = False
    is_patient: bool = False  # somebody speaks for another: wait long
    is_over: bool = False
    is_handed_over: bool = False
