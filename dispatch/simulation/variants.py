"""A setting with some of its parameters changed, and the reserves of the report's trade-off curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from dispatch.objective import Weights
from dispatch.simulation.rules import DistrictRules
from dispatch.simulation.setting import Policy, Setting

# From no reserve to much: seconds that are held back of every promise when planning.
TRADE_OFF = (0, 60, 120, 180, 240, 300)


def altered(setting: Setting, changes: Mapping[str, Any]) -> Setting:
    """The setting with other values, each found by its name in the policy, the weights or the rules of booking.

    Raises ValueError for a name that none of them has, or a value that they refuse.
    """
    policy, weights, rules = setting.policy, setting.weights, setting.rules
    for name, value in changes.items():
        if name in {field.name for field in fields(Policy)}:
            policy = replace(policy, **{name: value})
        elif name in {field.name for field in fields(Weights)}:
            weights = replace(weights, **{name: value})
        elif isinstance(rules, DistrictRules) and name in {field.name for field in fields(DistrictRules)}:
            rules = replace(rules, **{name: value})
        else:
            raise ValueError(f"there is no parameter {name}; right is a field of Policy, Weights or DistrictRules")
    return replace(setting, policy=policy, weights=weights, rules=rules)
