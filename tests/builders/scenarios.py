"""Invented scenarios: a grid city, a sparse county, a one-way ring."""

from __future__ import annotations

import numpy as np

from dispatch.scenario import Network, Scenario, ScenarioRequest, ScenarioVehicle, Terms

TERMS = Terms("invented", 86_400, 30, 900, 1.7, 600)


def grid(side: int = 12, step_m: float = 400.0, speed_mps: float = 10.0) -> Network:
    """Streets both ways in a square."""
    pairs = []
    for x in range(side):
        for y in range(side):
            here = x * side + y
            pairs += [(here, here + side)] if x + 1 < side else []
            pairs += [(here, here + 1)] if y + 1 < side else []
    ends = np.array(pairs + [(head, tail) for tail, head in pairs], dtype=np.int64)
    xy = np.array([(x * step_m, y * step_m) for x in range(side) for y in range(side)])
    length = np.full(len(ends), step_m)
    ms = np.full(len(ends), int(step_m / speed_mps * 1000), dtype=np.int64)
    return Network(tuple(f"n{k}" for k in range(side * side)), xy, ends, length, ms)


def ring(n: int = 60, step_m: float = 500.0, speed_mps: float = 12.5) -> Network:
    """One way round, and a dead end that nobody can come back from."""
    angle = np.arange(n) / n * 2 * np.pi
    xy = np.vstack((np.column_stack((np.cos(angle), np.sin(angle))) * n * step_m / 6.28, [[0.0, 0.0]]))
    ends = np.array([(k, (k + 1) % n) for k in range(n)] + [(0, n)], dtype=np.int64)
    length = np.full(n + 1, step_m)
    return Network(
        tuple(map(str, range(n + 1))), xy, ends, length, np.full(n + 1, int(step_m / speed_mps * 1000), dtype=np.int64)
    )


def a_scenario(
    requests: int = 60, vehicles: int = 4, seed: int = 1, network: Network | None = None, hours: float = 4.0
) -> Scenario:
    """Requests over some hours, most of them known some minutes ahead, a few the day before, a few too late."""
    network = network or grid()
    rng = np.random.default_rng(seed)
    low, high = network.xy_m.min(axis=0), network.xy_m.max(axis=0)

    def point() -> tuple[float, float]:
        x, y = rng.uniform(low, high)
        return float(x), float(y)

    rows = []
    for k in range(requests):
        depart_s = int(rng.uniform(6 * 3600, (6 + hours) * 3600))
        ahead_s = int(rng.choice([0, 300, 1800, 40_000, -120]))
        start = point()
        end = start if k % 20 == 19 else point()
        seats, chairs = (0, 1) if k % 15 == 7 else (int(rng.integers(1, 4)), 0)
        rows.append(ScenarioRequest(f"r{k}", depart_s - ahead_s, depart_s, start, end, seats, chairs))
    rows.sort(key=lambda row: row.known_at_s)
    fleet = tuple(ScenarioVehicle(f"v{k}", point(), 6 * 3600, 12 * 3600, 6, k % 2) for k in range(vehicles))
    return Scenario(TERMS, network, tuple(rows), fleet)
